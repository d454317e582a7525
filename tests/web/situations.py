"""Situations that tests of the answering pages begin with: an office on a Monday in March, its tasks, its links."""

import atexit
import re
import shutil
import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.testclient import TestClient
from httpx2 import Response
from itsdangerous import URLSafeSerializer

from tests.builders import a_file, a_row, everything_in, take
from tests.databases import is_on_postgresql
from tracker.answering import NamedFile, Ruling, decide, enter
from tracker.clock import set_clock
from tracker.domain.accounts import Account, Role
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.submissions import Decision, Submission, SubmissionKind
from tracker.domain.tasks import Origin, Task
from tracker.evidence import KeptFile
from tracker.links import OLD_SALT, AnswerLink, AnswerLinks, office_secret
from tracker.office import Office, open_office
from tracker.secrets.department_pages import give_page
from tracker.signing_in import Browser as AtHome
from tracker.signing_in import begin_session, key_of
from tracker.storage.accounts import KnownAccount
from tracker.storage.outbox import QueuedLetter
from tracker.web.app import create_answer_app, create_app
from tracker.web.guests import Door

TODAY = date(2024, 3, 18)  # a Monday
NINE = datetime(2024, 3, 18, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
OCCASION = Occasion("情報管理課", NINE, TODAY)
DIVISION, DISABILITY, CARE, PARKS = "0101", "0303", "0305", "0701"  # the last one has no mail address
DEPARTMENTS = (
    a_row("組織", 所属コード=DIVISION, 部="政策経営部", 課="情報管理課", 所属メール="joho@city.example"),
    a_row("組織", 所属コード=DISABILITY, 部="保健福祉部", 課="障害者福祉課"),
    a_row("組織", 所属コード=CARE, 部="保健福祉部", 課="介護保険課", 所属メール="kaigo@city.example"),
    a_row("組織", 所属コード=PARKS, 部="都市整備部", 課="みどり公園課", 所属メール=""),
)
CLERK = "職員０１"


def an_office(folder: Path, config: str = "") -> Office:
    """An office with four departments, at nine in the morning of a day that does not pass."""
    if is_on_postgresql():
        _give_departments(folder)
    else:
        shutil.copytree(_office_with_departments(), folder / "data")
    settings = folder / "config.toml"
    settings.write_text(config, encoding="utf-8")
    set_clock(folder / "data", "Asia/Tokyo", NINE, pace=0)
    return open_office(settings, folder / "data")


@cache
def _office_with_departments() -> Path:
    """A data directory made once: a migration and a calendar of 36 years take two seconds."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _give_departments(folder)
    return folder / "data"


def _give_departments(folder: Path) -> None:
    office = open_office(None, folder / "data")
    take(office, a_file(folder, "組織", *DEPARTMENTS), on=date(2024, 1, 1))
    office.store.engine.dispose()


def a_task(name: str = "1", **facts: Any) -> Task:
    """A measure of a finding, the department's for disabled persons, due on Friday."""
    friday = facts.pop("deadline", date(2024, 3, 22))
    task = Task(
        f"finding:R5-1/{name}", Origin.FINDING, "R5-1", f"台帳に書く {name}", "台帳に、停止した日を書いてください。",
        DISABILITY, "", friday, friday, "", date(2024, 3, 1),
    )  # fmt: skip
    return replace(task, **facts)


def given(office: Office, *tasks: Task) -> Task:
    """Tasks in the records; the first one."""
    with office.store.transaction() as records:
        records.tasks.open_all(tasks, OCCASION)
    return tasks[0]


def an_answer(task: Task, kind: SubmissionKind = SubmissionKind.DONE, **facts: Any) -> Submission:
    """What the department says, complete for its kind."""
    asked = TODAY + timedelta(days=43) if kind is SubmissionKind.EXTENSION else None
    submission = Submission(
        task.key, task.department_code or "", kind, CLERK, "台帳に書きました。", NINE, TODAY, asked_deadline=asked,
        named_code=CARE if kind is SubmissionKind.NOT_OURS else None,
    )  # fmt: skip
    return replace(submission, **facts)


def answered(office: Office, task: Task, kind: SubmissionKind = SubmissionKind.DONE, *files: str, **facts: Any) -> int:
    """The task with an answer that waits for the division; the answer's number."""
    kept = [NamedFile(name, KeptFile("0" * 64, 5)) for name in files]
    with office.store.transaction() as records:
        enter(records, known(office, task), an_answer(task, kind, **facts), kept, OCCASION)
        pending = records.submissions.pending_of(task.key)
        assert pending is not None
        return pending.id or 0


def decided(office: Office, number: int, decision: Decision, reason: str = "") -> None:
    """The division's decision on an answer."""
    with office.store.transaction() as records:
        submission = records.submissions.find(number)
        assert submission is not None
        task = records.tasks.find(submission.task_key)
        assert task is not None
        decide(records, Ruling(number, task.version, decision, reason), OCCASION)


def known(office: Office, task: Task) -> Task:
    """The task as the records have it now."""
    with office.store.reading() as records:
        found = records.tasks.find(task.key)
    assert found is not None
    return found


def answers_to(office: Office, task: Task) -> list[Submission]:
    """Every answer to a task."""
    with office.store.reading() as records:
        return records.submissions.of_task(task.key)


def kinds_of_events(office: Office, about: str) -> list[str]:
    """What happened to one thing, newest first."""
    with office.store.reading() as records:
        return [event.kind for event in records.events.about(about)]


def link_to(office: Office, task: Task, department: str | None = None, until: date = date(2024, 5, 17)) -> str:
    """The path of a letter's link."""
    link = AnswerLink(task.key, department or task.department_code or "", until)
    with office.store.reading() as records:
        number = records.events.first_about(f"task:{task.key}")
    assert number is not None
    return f"/submissions/{AnswerLinks(office_secret(office.data_dir)).sign(link, number)}"


def old_link_to(office: Office, task: Task, until: date = date(2024, 5, 17)) -> str:
    """The path of a link as an earlier version wrote it into its letters."""
    signer = URLSafeSerializer(office_secret(office.data_dir), salt=OLD_SALT)
    token = signer.dumps([task.key, task.department_code or "", until.isoformat()])
    return f"/submissions/{token if isinstance(token, str) else token.decode()}"


def a_page_of(office: Office, department: str) -> str:
    """The path of a department's own page."""
    with office.store.transaction() as records:
        return f"/departments/{give_page(records, office.data_dir, department, NINE)}"


def a_letter(key: str = "reminder/0303/2024-03-18", **facts: Any) -> QueuedLetter:
    """A reminder to the department for disabled persons."""
    letter = QueuedLetter(
        key, "reminder", DISABILITY, ("shogai@city.example",), (), "【期限超過 1件】お知らせ", "障害者福祉課 御中", "",
        f"<{key}@city.example>", TODAY, NINE, addressee="障害者福祉課",
    )  # fmt: skip
    return replace(letter, **facts)


def division(office: Office, **options: Any) -> "Browser":
    """The division's browser."""
    return signed_in(office, Account("division", "情報管理課", Role.DIVISION), **options)


def auditor(office: Office) -> "Browser":
    """An auditor's browser."""
    return signed_in(office, Account("auditor", "監査委員事務局 職員０８", Role.AUDITOR))


def administrator(office: Office) -> "Browser":
    """The browser of whoever looks after the program."""
    return signed_in(office, Account("administrator", "情報システム課 職員０９", Role.ADMINISTRATOR))


def member(office: Office, department: str = DISABILITY) -> "Browser":
    """A clerk's browser, in a department."""
    return signed_in(office, Account(f"member-{department}", CLERK, Role.MEMBER, department))


def chief(office: Office, department: str = DISABILITY) -> "Browser":
    """The browser of a department's head."""
    return signed_in(office, Account(f"chief-{department}", "職員０２", Role.CHIEF, department))


def signed_in(office: Office, account: Account, **options: Any) -> "Browser":
    """Somebody's browser after sign-in; their account is made when it is not there yet."""
    occasion = office.occasion("管理者")
    with office.store.transaction() as records:
        if records.accounts.find(account.name) is None:
            event = Event(Happened.ACCOUNT_ADDED, f"account:{account.name}", occasion)
            records.accounts.add(KnownAccount(account, occasion.at), event)
        secret = begin_session(records, account.name, AtHome("127.0.0.1"), "password", occasion)
    return Browser(office, secret, **options)


def everything_but_sign_ins(office: Office) -> dict[str, list[str]]:
    """Everything in the records but accounts and sessions, which a test may begin at any time."""
    own = ("account", "session", "sign_in_tries")
    made = ("'AccountAdded'", "'SignedIn'")
    return {
        table: [row for row in rows if not any(kind in row for kind in made)]
        for table, rows in everything_in(office).items()
        if table not in own
    }


class Browser(TestClient):
    """A browser that keeps its session, and sends what the pages' forms carry with everything that it sends."""

    def __init__(self, office: Office, secret: str = "", **options: Any) -> None:
        headers = {"sec-fetch-site": "same-origin"}
        super().__init__(create_app(office), headers=headers, follow_redirects=False, **options)
        self.door = Door(office)
        if secret:
            self.cookies.set("zesei", secret)

    @property
    def token(self) -> str:
        """What the forms of this session carry."""
        with self.door.office.store.reading() as records:
            return self.door.token_of(records.sessions.find(key_of(self.cookies.get("zesei", ""))))

    def post(self, url: Any, *, data: Any = None, **options: Any) -> Response:
        """Send a form of our pages."""
        return super().post(url, data={"csrf_token": self.token} | dict(data or {}), **options)


def outside(office: Office) -> TestClient:
    """A department's browser, on the application that the whole network reaches."""
    return TestClient(create_answer_app(office), follow_redirects=False)


def send(client: TestClient, path: str, kind: str = "done", files: Any = (), **fields: str) -> Response:
    """A form of the answering page, filled in."""
    filled = {"kind": kind, "officer": CLERK, "note": "台帳に書きました。"} | fields
    attached = [("files", file) for file in files] or [("files", ("", b"", "application/octet-stream"))]
    return client.post(path, data=filled, files=attached)


def words_of(page: str) -> str:
    """What a reader sees, without tags and with single blanks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split()) + " "
