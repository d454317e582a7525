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
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from jobs.demo import build_demo, demo_office
from jobs.demo.accounts import shown_accounts
from tests.browser.furnishing import NONE, Addresses, furnish
from tracker.office import Office
from tracker.web.app import create_app

PORT = 8000  # what the letters' links say; nothing follows them


@dataclass(frozen=True, eq=False)
class Served:
    """An office whose pages answer at an address, and pages of it that no other page leads to."""

    office: Office
    address: str
    unlinked: Addresses

    @property
    def host(self) -> str:
        """The address as a browser's watch names it."""
        return urlsplit(self.address).netloc


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
    """The pages, as `zesei serve` answers them, with something on every kind of page."""
    unlinked = furnish(office)
    with answering(create_app(office, shown=shown_accounts())) as address:
        yield Served(office, address, unlinked)


@contextmanager
def served_as_it_is(office: Office) -> Iterator[Served]:
    """The pages of an office to which nothing was added, on any port that its letters may name."""
    with answering(create_app(office, shown=shown_accounts())) as address:
        yield Served(office, address, NONE)


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
