"""An office with accounts, tasks, flags and letters of any size, made by the program's own ways of writing them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.benchmarks.office import DAY, write_office
from tracker.clock import set_clock
from tracker.domain.events import Occasion
from tracker.domain.flags import Flag
from tracker.domain.tasks import Origin, Task
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.storage.checks import CatalogueEntry
from tracker.storage.outbox import QueuedLetter

NINE = datetime(2024, 3, 18, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
OCCASION = Occasion("計測", NINE, DAY)
DEPARTMENTS, PER_FINDING, PORTION = 100, 500, 5_000
CHECKS = ("absent-accounts", "unpublished-files", "overdue-log-analyses")
TITLES = (
    "個人情報ファイル簿の公表", "長期不在者のアカウントの停止", "ログ分析の実施と報告", "再委託契約の条項の補完", "規程の改正と研修",
    "自己点検の結果の報告",
)  # fmt: skip


def build(folder: Path, accounts: int, tasks: int, open_share: float) -> Office:
    """The office on the morning of 18 March 2024; of its tasks a share is open, a letter was written for every tenth."""
    data = folder / "data"
    data.mkdir(parents=True)
    set_clock(data, "Asia/Tokyo", NINE, pace=0)
    office = open_office(None, data)
    write_office(folder / "files", accounts, max(1000, accounts // 10), accounts // 7)
    Importer(office.settings, DAY, OCCASION).take(office.store, [folder / "files"])
    with office.store.transaction() as records:
        entries = [CatalogueEntry(name, n, f"検査{n}", "", "", ("組織",)) for n, name in enumerate(CHECKS)]
        records.checks.write_catalogue(entries)
    made = _tasks(tasks, open_share)
    while portion := list(islice(made, PORTION)):
        with office.store.transaction() as records:
            records.tasks.open_all(portion, OCCASION)
            records.flags.raise_all([_flag(task) for task in portion if task.origin is Origin.FLAG])
    with office.store.transaction() as records:
        records.outbox.queue_all([_letter(number) for number in range(tasks // 10)])
    return office


def _tasks(number: int, open_share: float) -> Iterator[Task]:
    """Six years of tasks: half of them seen by checks, the open ones due around the day."""
    dice = random.Random(20240318)
    for n in range(number):
        is_open = dice.random() < open_share
        deadline = DAY + timedelta(days=dice.randrange(-60, 200) if is_open else dice.randrange(-2000, 30))
        opened = min(deadline - timedelta(days=dice.randrange(20, 120)), DAY)
        closed = None if is_open else min(max(opened, deadline + timedelta(days=dice.randrange(-10, 30))), DAY)
        is_withdrawn = closed is not None and dice.random() < 0.02
        origin, ref = _origin(dice, n, max(1, number // PER_FINDING))
        yield Task(
            key=f"{origin}:{ref}/{n}" if origin is not Origin.FLAG else f"flag:{ref}~1", origin=origin, origin_ref=ref,
            title=f"{TITLES[n % len(TITLES)]}（その{n}）",
            body="所管課は対応の結果を報告してください。" + ("珍事例7として扱います。" if n == 7 else ""),
            department_code=f"{dice.randrange(DEPARTMENTS):04d}", department_printed="",
            deadline=deadline if dice.random() < 0.97 else None, first_deadline=deadline, deadline_printed="",
            opened_on=opened, completed_on=None if is_withdrawn else closed, withdrawn_on=closed if is_withdrawn else None,
            answered_on=DAY - timedelta(days=1) if is_open and dice.random() < 0.12 else None,
        )  # fmt: skip


def _origin(dice: random.Random, number: int, findings: int) -> tuple[Origin, str]:
    drawn = dice.random()
    if drawn < 0.5:
        return Origin.FLAG, f"{CHECKS[number % len(CHECKS)]}/S{number % 20:02d}/u{number}"
    if drawn < 0.9:
        return Origin.DUTY, f"log/{number % 20}"
    return Origin.FINDING, f"R5-{number % findings}"


def _flag(task: Task) -> Flag:
    return Flag(
        check_name=task.kind, key=task.origin_ref.partition("/")[2], subject=task.origin_ref, summary=task.body,
        department_code=task.department_code, deadline=task.deadline, first_seen_on=task.opened_on,
        last_seen_on=DAY, details={}, task_key=task.key, cleared_on=task.completed_on or task.withdrawn_on,
    )  # fmt: skip


def _letter(number: int) -> QueuedLetter:
    return QueuedLetter(
        f"reminder/{number}", "reminder", f"{number % 100:04d}", (f"ka{number}@city.example",), (), f"お知らせ{number}", "", "",
        f"<{number}@city.example>", DAY, NINE, addressee=f"試験{number % 100}課",
    )  # fmt: skip
