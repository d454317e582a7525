"""Somebody writes for long: readers go on, writers are told within seconds, and nothing they did counts against them."""

import asyncio
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from anyio import to_thread
from starlette.types import Message

from jobs.registry import runner_of
from notifications.transports.eml import EmlFolder
from tests.faults.test_killed_serve import wait_for_the_pages
from tests.jobs.test_serving import free_port, serving
from tests.web import situations as work
from tracker.accounts import add_account
from tracker.answering import NamedFile
from tracker.attaching import attach
from tracker.clock import set_clock
from tracker.domain.accounts import Account, Role
from tracker.domain.errors import AccountRefused
from tracker.domain.tasks import Task
from tracker.evidence import EvidenceFolder
from tracker.office import Office
from tracker.signing_in import Browser, own_passwords, sign_in
from tracker.storage.store import Store
from tracker.storage.turns import Busy, Patience
from tracker.web.app import create_app

PASSWORD = "窓ぎわの青い花びんと本だな"
WAIT = 2  # seconds that a visitor is kept waiting, in these offices
SAVERS, READERS = 60, 20


@dataclass
class City:
    """An office that is served, by a process of its own."""

    office: Office
    task: Task
    port: int
    secret: str
    token: str
    document: int

    def browser(self, secret: str | None = None) -> httpx2.Client:
        headers = {"sec-fetch-site": "same-origin"}
        cookies = {"zesei": self.secret if secret is None else secret} if secret != "" else {}
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, cookies=cookies, timeout=30)

    def read(self, path: str) -> httpx2.Response:
        with self.browser() as browser:
            return browser.get(path)

    def say(self, text: str) -> httpx2.Response:
        with self.browser() as browser:
            form = {"csrf_token": self.token, "task": self.task.key, "comment": text}
            return browser.post("/comments", data=form)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    folder = tmp_path_factory.mktemp("city")
    config = f"[limits]\nwait_seconds = {WAIT}\n"
    office = work.an_office(folder, config)
    task = work.given(office, work.a_task())
    kept = EvidenceFolder(office.data_dir / "evidence").keep(BytesIO(b"%PDF-1.7 "), 100)
    with office.store.transaction() as records:
        attach(records, task, [NamedFile("図面.pdf", kept)], "", None, work.OCCASION)
        (document,) = [one.id or 0 for one in records.submissions.attachments_of(task.key)]
    add_account(
        office.store, Account("joho01", "職員０１", Role.DIVISION), PASSWORD, work.OCCASION, 8, must_change=False
    )
    browser = work.division(office)
    port = free_port()
    set_clock(office.data_dir, "Asia/Tokyo", work.NINE)  # goes on, for the program that is served
    with serving(office.data_dir, "--port", str(port), config=config):
        wait_for_the_pages(port)
        yield City(office, task, port, browser.cookies["zesei"], browser.token, document)


@contextmanager
def somebody_writes(office: Office) -> Iterator[None]:
    """Another program holds the database for the length of a `with`."""
    with closing(sqlite3.connect(office.data_dir / "zesei.db")) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout = 20000")
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_while_somebody_writes_lists_are_read_and_whoever_saves_is_told_to_come_again(city: City) -> None:
    texts = [f"{number}番の意見" for number in range(SAVERS)]
    with ThreadPoolExecutor(SAVERS + READERS) as visitors, somebody_writes(city.office):
        saving = [visitors.submit(city.say, text) for text in texts]
        reading = [visitors.submit(city.read, "/tasks") for _ in range(READERS)]
        pages, saved = [one.result() for one in reading], [one.result() for one in saving]

    assert {page.status_code for page in pages} == {200}
    assert {answer.status_code for answer in saved} == {503}
    assert {answer.headers["retry-after"] for answer in saved} == {"10"}
    assert work.kinds_of_events(city.office, f"task:{city.task.key}").count("TaskCommented") == 0
    for answer, text in zip(saved, texts, strict=True):
        assert "ただいま混み合っています" in answer.text
        assert text in answer.text

    with city.browser() as browser:
        again = browser.post("/comments", data=fields_of(saved[0].text))
    assert again.status_code == 303
    assert work.kinds_of_events(city.office, f"task:{city.task.key}").count("TaskCommented") == 1


def test_savers_who_come_together_are_all_served_or_told_and_none_is_counted_twice(city: City) -> None:
    before = work.kinds_of_events(city.office, f"task:{city.task.key}").count("TaskCommented")
    with ThreadPoolExecutor(45) as visitors:
        answers = list(visitors.map(city.say, (f"同時の意見{number}" for number in range(45))))

    served = [answer.status_code for answer in answers].count(303)
    assert served > 15, "a turn takes some hundredths of a second, and they have two seconds"
    assert {answer.status_code for answer in answers} <= {303, 503}
    assert work.kinds_of_events(city.office, f"task:{city.task.key}").count("TaskCommented") == before + served


@pytest.mark.parametrize(
    "path", ["/attachments/{document}", "/tasks", "/registers/組織/exports?form=utf-8", "/registers/組織/exports"]
)
def test_who_does_not_read_an_answer_keeps_neither_a_connection_nor_a_thread(city: City, path: str) -> None:
    asked, _, query = path.format(document=city.document).partition("?")

    kept = asyncio.run(kept_while_nobody_reads(city, asked, query))

    assert kept == (0, 0)


async def kept_while_nobody_reads(city: City, path: str, query: str) -> tuple[int, int]:
    """Connections and threads that are taken when the answer's first bytes do not go out."""
    asked_for, held, kept = asyncio.Event(), asyncio.Event(), list[tuple[int, int]]()
    before = city.office.store.engine.pool.checkedout()  # type: ignore[attr-defined]

    async def receive() -> Message:
        if asked_for.is_set():
            await asyncio.Event().wait()  # the visitor neither reads nor goes
        asked_for.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body" and not held.is_set():
            held.set()
            await asyncio.sleep(0.2)
            taken = city.office.store.engine.pool.checkedout() - before  # type: ignore[attr-defined]
            kept.append((taken, int(to_thread.current_default_thread_limiter().borrowed_tokens)))

    headers = [(b"host", b"127.0.0.1"), (b"cookie", f"zesei={city.secret}".encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": quote(path).encode(), "query_string": query.encode(), "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "root_path": "", "state": {},
    }  # fmt: skip
    await create_app(city.office)(scope, receive, send)
    return kept[0]


def test_fifty_right_passwords_during_a_long_write_lock_nobody_out(city: City) -> None:
    with ThreadPoolExecutor(50) as visitors, somebody_writes(city.office):
        trying = [visitors.submit(sign_in_at, city, "joho01", PASSWORD) for _ in range(50)]
        pages = [city.read("/tasks") for _ in range(5)]
        tried = [one.result() for one in trying]

    assert {page.status_code for page in pages} == {200}
    assert {answer.status_code for answer in tried} == {503}
    assert "失敗には数えていません" in tried[0].text
    assert 'value="joho01"' in tried[0].text
    assert PASSWORD not in tried[0].text
    assert sign_in_at(city, "joho01", PASSWORD).status_code == 303


def test_a_right_password_that_gets_no_turn_to_come_in_is_no_failed_try(tmp_path: Path) -> None:
    office = work.an_office(tmp_path, "[limits]\nwait_seconds = 0\n").for_visitors()
    add_account(
        office.store, Account("joho01", "職員０１", Role.DIVISION), PASSWORD, work.OCCASION, 8, must_change=False
    )
    own = own_passwords(office.store)

    def try_once(password: str, *, is_busy: bool) -> str:
        def looked_at_while_somebody_begins_to_write(name: str, typed: str) -> Account | None:
            if is_busy:
                holding.enter_context(somebody_writes(office))
            return own(name, typed)

        with ExitStack() as holding:
            ways = (looked_at_while_somebody_begins_to_write,)
            rules = office.settings.accounts
            return sign_in(office.store, ways, "joho01", password, Browser("192.0.2.1"), work.OCCASION, rules)

    for _ in range(9):
        with pytest.raises(Busy):
            try_once(PASSWORD, is_busy=True)
    for _ in range(4):
        with pytest.raises(AccountRefused, match="パスワードが違います"):
            try_once("違うパスワード", is_busy=False)

    assert try_once(PASSWORD, is_busy=False)


def sign_in_at(city: City, name: str, password: str) -> httpx2.Response:
    with city.browser("") as browser:
        form = fields_of(browser.get("/sign-in").text)
        return browser.post("/sign-in", data=form | {"name": name, "password": password})


def fields_of(page: str) -> dict[str, str]:
    """What the form of a page carries along."""
    form = page[page.index('<form class="answer"') :]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[: form.index("</form>")])
    return {unescape(name): unescape(value) for name, value in hidden}


def test_a_letter_that_was_accepted_before_a_long_write_is_recorded_after_it_and_goes_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = work.an_office(tmp_path)
    office = replace(office, store=Store(office.store.engine, patience=Patience(0.2)))
    with office.store.transaction() as records:
        for number in (1, 2):
            records.outbox.queue(work.a_letter(f"reminder/0303/{number}", next_attempt_at=work.NINE))
    send, held = EmlFolder.send, list[threading.Thread]()

    def send_before_a_long_write(folder: EmlFolder, packed: Any, addresses: Sequence[str]) -> Any:
        receipt, taken = send(folder, packed, addresses), threading.Event()

        def write() -> None:
            with somebody_writes(office):
                taken.set()
                time.sleep(1)

        held.append(threading.Thread(target=write))
        held[-1].start()
        assert taken.wait(20)
        return receipt

    monkeypatch.setattr(EmlFolder, "send", send_before_a_long_write)

    run = runner_of(office).run_by_hand("delivery", office.occasion("試験"))

    for thread in held:
        thread.join()
    assert (run.failures, run.summary) == ({}, "送信 2通")
    with office.store.reading() as records:
        assert records.outbox.waiting() == []
