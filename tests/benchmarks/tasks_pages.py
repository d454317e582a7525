"""Pages over 100,000 tasks beside the same pages over 10,000, and beside an empty page of the same application.

dashboard   at most 1.5 times as slow as with a tenth, and at most 10 times an empty page
task list   first page, filtered, middle and last page, with the counts of its tabs: at most 1.5 times as slow
calendar and timeline   at most 1.5 times as slow

Processor time, in process, by ASGI, the two offices by turns; medians. Once with one task in twenty open, once with all open.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from tracker.clock import set_clock
from tracker.domain.events import Occasion
from tracker.domain.flags import Flag
from tracker.domain.tasks import Origin, Task
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.storage.checks import CatalogueEntry
from tracker.web.app import create_app

DAY = date(2024, 3, 18)
NINE = datetime(2024, 3, 18, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
OCCASION = Occasion("計測", NINE, DAY)
DEPARTMENTS, PER_FINDING, PORTION = 100, 500, 5_000
CHECKS = ("absent-accounts", "unpublished-files", "overdue-log-analyses")
EMPTY = "/reports"
PAGES = {
    "dashboard": "/",
    "task list, first page": "/tasks",
    "task list, middle page": "/tasks?page={middle}",
    "task list, last page": "/tasks?page=1000000",
    "task list, overdue, last page": "/tasks?standing=overdue&page=1000000",
    "task list, waiting for the division": "/tasks?standing=answered",
    "task list, all, last page": "/tasks?standing=all&page=1000000",
    "task list, completed": "/tasks?standing=completed",
    "task list, completed, last page": "/tasks?standing=completed&page=1000000",
    "task list, one department": "/tasks?department=0042&standing=all",
    "task list, one department, last page": "/tasks?department=0042&standing=all&page=1000000",
    "task list, one check": "/tasks?check=unpublished-files",
    "task list, one kind": "/tasks?origin=duty",
    "task list, one finding": "/tasks?finding=R5-7&standing=all",
    "task list, newest first": "/tasks?sort=opened",
    "task list, by department": "/tasks?sort=department",
    "calendar": "/calendar",
    "calendar, one department": "/calendar?department=0042",
    "timeline": "/timeline",
    "timeline, last year, by finding": "/timeline?year=2022&by=finding",
}
LIMIT, EMPTY_LIMIT = 1.5, 10.0


@dataclass(frozen=True)
class Site:
    """One office and its application."""

    office: Office
    app: FastAPI
    open_tasks: int

    def seconds(self, path: str) -> float:
        """Processor time of one page, from request to last byte: what else the machine does is not counted."""
        path = path.format(middle=max(1, self.open_tasks // 100))
        began = time.process_time()
        status = asyncio.run(_answer(self.app, path))
        took = time.process_time() - began
        if status not in (200, 404):
            raise SystemExit(f"{status} for {path}")
        return took


def main() -> None:
    """Build the offices, measure, print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tasks", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=15)
    sizes = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for share, name in ((0.05, "one in twenty open"), (1.0, "all open")):
            print(f"{sizes.tasks:,} tasks and a tenth of them, {name}", flush=True)
            large = a_site(Path(folder) / f"large{share}", sizes.tasks, share)
            small = a_site(Path(folder) / f"small{share}", sizes.tasks // 10, share)
            measure(large, small, sizes.rounds)


def measure(large: Site, small: Site, rounds: int) -> None:
    """Every page, both offices by turns."""
    empty = by_turns(large, small, EMPTY, rounds)[0]
    print(f"  an empty page: {empty * 1000:.1f} ms")
    for name, path in PAGES.items():
        ours, tenth = by_turns(large, small, path, rounds)
        figures = f"{name}: {ours * 1000:.1f} ms / {tenth * 1000:.1f} ms = {ours / tenth:.2f}"
        print(f"  {figures} (at most {LIMIT}) {_verdict(ours / tenth <= LIMIT)}", flush=True)
        if path == "/":
            times = ours / empty
            print(
                f"  dashboard / empty page = {times:.1f} (at most {EMPTY_LIMIT:.0f}) {_verdict(times <= EMPTY_LIMIT)}"
            )


def by_turns(large: Site, small: Site, path: str, rounds: int) -> tuple[float, float]:
    """Medians of both, after one round that fills caches."""
    pairs = [(large.seconds(path), small.seconds(path)) for _ in range(rounds + 1)][1:]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def a_site(folder: Path, tasks: int, open_share: float) -> Site:
    """An office of so many tasks, of which a share is open."""
    (folder / "data").mkdir(parents=True)
    set_clock(folder / "data", "Asia/Tokyo", NINE, pace=0)
    office = open_office(None, folder / "data")
    rows = [f"{n:04d},試験部,試験{n}課,ka{n}@city.example,,,2018-04-01,," for n in range(DEPARTMENTS)]
    header = "所属コード,部,課,所属メール,課長メール,部長メール,開始日,終了日,承継先コード"
    (folder / "組織.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    Importer(office.settings, date(2018, 4, 1), OCCASION).take(office.store, [folder / "組織.csv"])
    with office.store.transaction() as records:
        records.checks.write_catalogue(
            [CatalogueEntry(c, n, f"検査{n}", "", "", ("組織",)) for n, c in enumerate(CHECKS)]
        )
    made, dice, still_open = _tasks(tasks, open_share), random.Random(tasks), 0
    while portion := list(islice(made, PORTION)):
        still_open += sum(task.is_open for task in portion)
        with office.store.transaction() as records:
            records.tasks.open_all(portion, OCCASION)
            records.flags.raise_all([_flag(task, dice) for task in portion if task.origin is Origin.FLAG])
    return Site(office, create_app(office), still_open)


def _tasks(number: int, open_share: float) -> Iterator[Task]:
    """Six years of tasks: half of them seen by checks, the open ones due around the day."""
    dice = random.Random(20240318)
    for n in range(number):
        is_open = dice.random() < open_share
        deadline = DAY + timedelta(days=dice.randrange(-60, 200) if is_open else dice.randrange(-2000, 30))
        opened = min(deadline - timedelta(days=dice.randrange(20, 120)), DAY)
        closed = None if is_open else min(max(opened, deadline + timedelta(days=dice.randrange(-10, 30))), DAY)
        is_withdrawn = closed is not None and dice.random() < 0.02
        origin, ref = _origin(dice, n, number // PER_FINDING)
        yield Task(
            key=f"{origin}:{ref}/{n}" if origin is not Origin.FLAG else f"flag:{ref}~1", origin=origin, origin_ref=ref,
            title=f"対応その{n}", body="内容を確かめ、報告してください。", department_code=f"{dice.randrange(DEPARTMENTS):04d}",
            department_printed="", deadline=deadline if dice.random() < 0.97 else None, first_deadline=deadline,
            deadline_printed="", opened_on=opened, completed_on=None if is_withdrawn else closed,
            withdrawn_on=closed if is_withdrawn else None,
            answered_on=DAY - timedelta(days=1) if is_open and dice.random() < 0.12 else None,
        )  # fmt: skip


def _origin(dice: random.Random, number: int, findings: int) -> tuple[Origin, str]:
    drawn = dice.random()
    if drawn < 0.5:
        return Origin.FLAG, f"{CHECKS[number % len(CHECKS)]}/S{number % 20:02d}/u{number}"
    if drawn < 0.9:
        return Origin.DUTY, f"log/{number % 20}"
    return Origin.FINDING, f"R5-{number % findings}"


def _flag(task: Task, dice: random.Random) -> Flag:
    return Flag(
        check_name=task.kind, key=task.origin_ref.partition("/")[2], subject=task.origin_ref, summary=task.body,
        department_code=task.department_code, deadline=task.deadline, first_seen_on=task.opened_on,
        last_seen_on=DAY, details={}, task_key=task.key, cleared_on=task.completed_on or task.withdrawn_on,
    )  # fmt: skip


def _verdict(holds: bool) -> str:
    return "holds" if holds else "DOES NOT HOLD"


async def _answer(app: FastAPI, target: str) -> int:
    """One GET, answered by the application itself; the status."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    statuses = list[int]()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(str(message["status"])))

    await app(scope, receive, send)  # type: ignore[arg-type]
    return statuses[0]


if __name__ == "__main__":
    main()
