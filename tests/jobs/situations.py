"""Situations that tests of the jobs begin with: an office, its registers as files, its days, its mail server."""

import atexit
import csv
import email.policy
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from jobs.check_results import CheckResult
from jobs.checking import Checker, checks_named
from jobs.registry import runner_of
from tests.databases import answers, carry_out, is_on_postgresql, refuse_rows, take_rows_again
from tests.databases import everything_in as everything_in
from tracker.clock import OfficeClock
from tracker.domain.calendar import OfficeCalendar
from tracker.domain.events import Occasion
from tracker.domain.registers import BY_STEM
from tracker.domain.tasks import Origin, Task
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.storage.job_runs import JobRun
from tracker.storage.outbox import QueuedLetter

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = time(8, 30)
OLD_REGISTERS_WILL_DO = "".join(f'[registers."{stem}"]\nmax_age_days = 9999\n' for stem in BY_STEM)


@dataclass(frozen=True)
class Row:
    """One row of a register file."""

    stem: str
    cells: dict[str, object]


def an_office(folder: Path, config: str = "", *, calendar: str = "", old_registers_will_do: bool = True) -> Office:
    """An office of its own in a folder: empty database, its own settings file and days of its own."""
    settings = folder / "config.toml"
    settings.write_text(config + calendar + (OLD_REGISTERS_WILL_DO if old_registers_will_do else ""), encoding="utf-8")
    if is_on_postgresql():
        (folder / "data").mkdir(mode=0o700)
    else:
        shutil.copytree(_empty_office(calendar), folder / "data")
    return open_office(settings, folder / "data")


@cache
def _empty_office(calendar: str) -> Path:
    """A new data directory, made once: a migration and a calendar of 36 years take two seconds."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "config.toml").write_text(calendar, encoding="utf-8")
    open_office(folder / "config.toml", folder / "data").store.engine.dispose()
    return folder / "data"


# ---- registers


def given(office: Office, on: date, *rows: Row, empty: Sequence[str] = ()) -> None:
    """Import full exports of that day: one file for each register that the rows belong to, and the empty ones."""
    folder = Path(tempfile.mkdtemp(dir=office.data_dir.parent, prefix=f"exports-{on}-"))
    for stem in {row.stem for row in rows} | set(empty):
        write_register(folder / f"{stem}.csv", *(row for row in rows if row.stem == stem))
    Importer(office.settings, on, an_occasion(on, time(5)), allow_empty=True).take(office.store, [folder])


def write_register(path: Path, *rows: Row) -> Path:
    """A register file as another system would write it."""
    named = {header for row in rows for header in row.cells}
    columns = BY_STEM[path.stem].columns
    headers = [column.header for column in columns if not column.optional_header or column.header in named]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headers, restval="")
        writer.writeheader()
        writer.writerows(row.cells for row in rows)
    return path


def a_department(code: str = "0101", name: str = "情報管理課", mail: str = "joho@city.example") -> Row:
    return Row("組織", {"所属コード": code, "部": "政策部", "課": name, "所属メール": mail})


def a_person(number: str = "1", department: str = "0101", retired_on: date | str = "") -> Row:
    return Row("職員", {"職員番号": number, "氏名": "職員", "所属コード": department, "退職日": retired_on})


def an_absence(start: date, end: date | None, number: str = "1") -> Row:
    return Row("休業", {"職員番号": number, "開始日": start, "事由": "育児休業", "終了日": end or ""})


def a_system(
    code: str = "S", *, specific: str = "×", cycle: str = "", due_days: int | str = "", start: date | str = "",
    department: str = "0101",
) -> Row:  # fmt: skip
    return Row("システム", {
        "システムコード": code, "システム名": f"{code}システム", "所属コード": department, "特定個人情報": specific,
        "ログ分析周期": cycle, "分析期限": due_days, "分析開始日": start,
    })  # fmt: skip


def an_account(
    user: str = "u1", number: str = "1", *, system: str = "S", state: str = "有効", last_login_on: date | str = ""
) -> Row:
    return Row("アカウント", {
        "システムコード": system, "ユーザーID": user, "職員番号": number, "権限": "更新", "状態": state,
        "最終ログイン": last_login_on,
    })  # fmt: skip


def a_contract(number: str = "K1", *, specific: str = "○", department: str = "0101") -> Row:
    return Row("委託契約", {
        "契約番号": number, "件名": "保守委託", "所属コード": department, "委託先": "受託者", "開始日": "2023-04-01",
        "特定個人情報": specific,
    })  # fmt: skip


def a_subcontract(number: str = "K1-1", contract: str = "K1", **cells: object) -> Row:
    given = {"再委託番号": number, "契約番号": contract, "再委託先": "再受託者", "開始日": date(2023, 4, 1)}
    return Row("再委託", given | cells)


def a_clause(clause: str, stands_in: str = "契約書", subcontract: str = "K1-1") -> Row:
    return Row("条項確認", {"再委託番号": subcontract, "条項": clause, "記載": stands_in})


def a_file(number: str = "F1", persons: object = 1000, published_on: date | str = "", department: str = "0101") -> Row:
    return Row("ファイル簿", {
        "整理番号": number, "個人情報ファイルの名称": f"{number}ファイル", "所属コード": department,
        "本人の数": persons, "公表日": published_on,
    })  # fmt: skip


def a_log_report(first: date, last: date, reported_on: date | str, system: str = "S") -> Row:
    cells = {"システムコード": system, "対象開始": first, "対象終了": last, "報告日": reported_on}
    return Row("ログ分析報告", cells)


# ---- days and runs


def at(day: date, moment: time = MORNING) -> datetime:
    """An instant by the office's clock."""
    return datetime.combine(day, moment, TOKYO)


def whose_clock_stands_still(office: Office) -> Office:
    """The same office; what its jobs write down as the time is the occasion's own instant."""
    moment = datetime(2023, 1, 4, tzinfo=UTC)
    return replace(office, clock=OfficeClock(TOKYO, moment, moment, pace=0))


def every_day_open() -> OfficeCalendar:
    """A calendar without closed days, for laws about the ladder alone."""
    first = date(2022, 1, 1)
    return OfficeCalendar(lambda day: False, extra_open=frozenset(first + timedelta(days=n) for n in range(1500)))


def an_occasion(day: date, moment: time = MORNING) -> Occasion:
    return Occasion("試験", at(day, moment), day)


def check(office: Office, name: str, on: date, *, today: date | None = None) -> CheckResult:
    """Run one check as on a day (or, at the clock's `today`, for another day)."""
    checker = Checker(office.settings, office.calendar, an_occasion(on), today or on)
    return checker.run(office.store, checks_named([name])[0])


def flagged(office: Office, name: str, on: date) -> list[str]:
    """The subjects that a check flags on a day."""
    return [flag.subject for flag in check(office, name, on).flags]


def run(office: Office, job: str, on: date, moment: time = MORNING) -> JobRun:
    """Run a job on a day; any trouble it met fails the test."""
    done = run_with_trouble(office, job, on, moment)
    assert done.failures == {}
    return done


def run_with_trouble(office: Office, job: str, on: date, moment: time = MORNING) -> JobRun:
    """Run a job on a day that may meet trouble."""
    return runner_of(office).run_by_hand(job, an_occasion(on, moment))


def a_task(
    key: str = "T1", *, deadline: date | None, department: str | None = "0101", opened_on: date = date(2023, 1, 4),
    origin: Origin = Origin.FINDING,
) -> Task:  # fmt: skip
    return Task(
        key=key, origin=origin, origin_ref="第1号", title=f"{key}の是正", body="", department_code=department,
        department_printed="", deadline=deadline, first_deadline=deadline, deadline_printed="", opened_on=opened_on,
    )  # fmt: skip


def given_tasks(office: Office, *tasks: Task) -> None:
    for task in tasks:
        with office.store.transaction() as records:
            records.tasks.open_all([task], an_occasion(task.opened_on))


def letters(office: Office, kind: str = "reminder") -> list[QueuedLetter]:
    """Every letter of a kind, oldest first."""
    with office.store.reading() as records:
        return [letter for letter in reversed(records.outbox.newest(10_000)) if letter.kind == kind]


def told(office: Office) -> list[tuple[str, date]]:
    """Which department had a reminder on which day."""
    return [(letter.department_code or "", letter.on_day) for letter in letters(office)]


def tasks_of(office: Office) -> list[Task]:
    with office.store.reading() as records:
        return sorted(records.tasks.of_origin(Origin.FLAG), key=lambda task: task.key)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


# ---- looking into the database, and breaking it


def rows(office: Office, query: str) -> list[Any]:
    """What a plain SQL question to the database answers."""
    return answers(office, query)


def change(office: Office, *statements: str) -> None:
    """Change the database behind the program's back."""
    carry_out(office, *statements)


def break_inserts(office: Office, table: str, when: str) -> None:
    """From now on the database refuses some rows, as a full disk would."""
    refuse_rows(office, table, when)


def mend(office: Office) -> None:
    take_rows_again(office)


# ---- the mail server


@dataclass
class MailServer:
    """A mail server that keeps what it takes and answers as told."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)  # by recipient
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 2.0.0 Ok: queued as A1"

    @property
    def recipients(self) -> list[str]:
        return [str(mail["To"]) for mail in self.taken]


@contextmanager
def a_mail_server(port: int | None = None) -> Iterator[MailServer]:
    server = MailServer(port or a_free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def smtp_settings(port: int, more: str = "") -> str:
    return f'[smtp]\nhost = "127.0.0.1"\nport = {port}\ntimeout_seconds = 5\n{more}\n'


def a_letter(number: int = 1, to: str = "ka@city.example", *, queued_at: datetime) -> QueuedLetter:
    return QueuedLetter(
        key=f"reminder/{number}", kind="reminder", department_code="0101", recipients=(to,), copies=(),
        subject=f"お知らせ {number}", body_text="本文\n", body_html="<p>本文</p>",
        message_id=f"<reminder.{number}@city.example>", on_day=queued_at.astimezone(TOKYO).date(),
        queued_at=queued_at, next_attempt_at=queued_at,
    )  # fmt: skip


def queued(office: Office, *letters: QueuedLetter) -> None:
    with office.store.transaction() as records:
        for letter in letters:
            records.outbox.queue(letter)


def extended(office: Office, key: str, deadline: date, on: date) -> None:
    """Somebody grants a task another deadline."""
    with office.store.transaction() as records:
        task = records.tasks.find(key)
        assert task is not None
        records.tasks.save(*task.extend(deadline, "", "協議のため", an_occasion(on)))


def completed(office: Office, key: str, on: date) -> None:
    """Somebody reports a task as done."""
    with office.store.transaction() as records:
        task = records.tasks.find(key)
        assert task is not None
        records.tasks.save(*task.complete("実施した。", an_occasion(on)))
