"""The example office, built once for all tests, and its pages on a free port of this machine."""

import fcntl
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from jobs.demo import build_demo, demo_office
from tests.web.situations import link_to
from tracker.domain.submissions import SubmissionKind
from tracker.office import Office
from tracker.web.app import create_app

PORT = 8000  # what the letters' links say; nothing follows them
A_PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


@dataclass(frozen=True, eq=False)
class Served:
    """An office whose pages answer at an address, and two pages of it that no other page leads to."""

    office: Office
    address: str
    department_page: str
    answer_page: str


def a_demo_office(shared: Path, own: Path) -> Office:
    """A copy of the example office for one tester; the first of all makes it, the others wait for it."""
    made = shared / "demo-office"
    with (shared / "demo-office.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            building = shared / "demo-office.building"
            build_demo(demo_office(None, building, PORT)).store.engine.dispose()
            building.rename(made)
    shutil.copytree(made, own)
    paper = own / "print" / "2024-03-18" / "0101.pdf"  # a letter that was to be printed
    paper.parent.mkdir(parents=True)
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    return demo_office(None, own, PORT)


@contextmanager
def served(office: Office) -> Iterator[Served]:
    """The pages, as `zesei serve` answers them, with an answer that has a file."""
    app = create_app(office)
    department_page, answer_page = _pages_of_a_department(office, TestClient(app))
    with answering(app) as address:
        yield Served(office, address, department_page, answer_page)


@contextmanager
def answering(app: FastAPI) -> Iterator[str]:
    """The address at which an application answers as long as it is needed."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _pages_of_a_department(office: Office, client: TestClient) -> tuple[str, str]:
    """The own page of the department with most to do and the page of one of its tasks; another one is answered."""
    with office.store.transaction() as records:
        waiting = [task for task in records.tasks.open_all_now() if task.waits_for_department and task.department_code]
        codes = [task.department_code or "" for task in waiting]
        code = max(sorted(set(codes)), key=codes.count)
        secret = records.department_keys.give(code, office.clock.now()).secret
    own = [task for task in waiting if task.department_code == code]
    until = office.clock.day_of(office.clock.now()).replace(year=2030)
    form = {
        "kind": str(SubmissionKind.DONE),
        "officer": "職員０１",
        "note": "写しを添えます。",
        "round": str(own[1].round),
    }
    answer = client.post(link_to(office, own[1], until=until), data=form, files={"files": ("写し.png", A_PICTURE)})
    assert answer.status_code == 200, answer.text
    return f"/departments/{secret}", link_to(office, own[0], until=until)
