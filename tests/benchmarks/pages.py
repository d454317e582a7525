"""Pages of an office with 1,000,000 accounts and 100,000 tasks, beside the same pages of one with a tenth of both.

Each page is asked for in process, the two offices by turns; the ratio of the medians has a limit. A part of the
program that has pages of its own adds them to PAGES.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from tests.benchmarks.office import DAY, write_office
from tracker.clock import set_clock
from tracker.domain.events import Occasion
from tracker.domain.tasks import Origin, Task
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.web.app import create_app

MORNING = datetime(2024, 3, 17, 23, tzinfo=UTC)
TASKS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Page:
    """A page, and how many times as slow it may be in the larger office."""

    name: str
    path: str
    limit: float = 1.5


ACCOUNTS = "/registers/アカウント"
PAGES = (
    Page("accounts, first page", ACCOUNTS),
    Page("accounts, filtered by state", f"{ACCOUNTS}?state=停止"),
    Page("accounts, filtered, nothing found", f"{ACCOUNTS}?state=削除"),
    Page("accounts, filtered by system and state", f"{ACCOUNTS}?system_code=S07&state=停止"),
    Page("accounts, last page", f"{ACCOUNTS}?last=1"),
    Page("accounts, filtered, last page", f"{ACCOUNTS}?state=停止&last=1"),
    Page("accounts, a page in the middle", f"{ACCOUNTS}?after=0&after=S10&after=u002000"),
    Page("accounts, by staff number, last page", f"{ACCOUNTS}?sort=staff_no&last=1"),
    Page("accounts, user ids beginning with", f"{ACCOUNTS}?q=u0012"),
    Page("accounts, one person's", f"{ACCOUNTS}?q=004711"),
    Page("accounts, on another day", f"{ACCOUNTS}?on=2024-04-01"),
    Page("one account", f"{ACCOUNTS}/rows/S07/u000100"),
)


def main() -> None:
    """Build both offices, ask for each page by turns, print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=1_000_000)
    options.add_argument("--tasks", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=15)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large = browser_of(build(Path(folder) / "large", asked.accounts, asked.tasks))
        small = browser_of(build(Path(folder) / "small", asked.accounts // 10, asked.tasks // 10))
        for page in PAGES:
            report(page, *by_turns(large, small, page, asked.rounds))


def build(folder: Path, accounts: int, tasks: int) -> Office:
    """An office on the morning of 18 March 2024, with a tenth as many staff as accounts and as many tasks as asked."""
    folder.mkdir(parents=True)
    set_clock(folder, "Asia/Tokyo", MORNING, pace=0)
    office = open_office(None, folder)
    files = folder / "files"
    write_office(files, accounts, max(1000, accounts // 10), accounts // 7)
    Importer(office.settings, DAY, Occasion("計測", MORNING, DAY)).take(office.store, [files])
    for some in _tasks(tasks):
        with office.store.transaction() as records:
            records.tasks.open_all(some, Occasion("計測", MORNING, DAY))
    return office


def browser_of(office: Office) -> TestClient:
    """The division's browser."""
    return TestClient(create_app(office), headers={"sec-fetch-site": "same-origin"})


def by_turns(large: TestClient, small: TestClient, page: Page, rounds: int) -> tuple[float, float]:
    """Median seconds of a page in both offices, after one look that counts for nothing."""
    pairs = [(seconds(large, page.path), seconds(small, page.path)) for _ in range(rounds + 1)][1:]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def seconds(browser: TestClient, path: str) -> float:
    """How long one answer takes."""
    began = time.perf_counter()
    answer = browser.get(path)
    took = time.perf_counter() - began
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code}")
    return took


def report(page: Page, large: float, small: float) -> None:
    """One line: what, both figures, their ratio and its limit."""
    ratio = large / small
    verdict = "holds" if ratio <= page.limit else "DOES NOT HOLD"
    print(
        f"{page.name}: {large * 1000:.1f} ms / {small * 1000:.1f} ms = {ratio:.2f} (at most {page.limit}) {verdict}",
        flush=True,
    )


def _tasks(number: int) -> Iterator[list[Task]]:
    """Measures of findings, due around the day, a hundred departments by turns; nine in ten are done."""
    for start in range(0, number, TASKS_AT_ONCE):
        yield [_task(n) for n in range(start, min(start + TASKS_AT_ONCE, number))]


def _task(number: int) -> Task:
    deadline = DAY + timedelta(days=number % 400 - 300)
    done = None if number % 10 == 0 else min(deadline, DAY)
    return Task(
        key=f"finding:F{number // 20}/{number}", origin=Origin.FINDING, origin_ref=f"F{number // 20}",
        title=f"改善策 {number}", body="台帳に、停止した日を書いてください。", department_code=f"{number % 100:04d}",
        department_printed="", deadline=deadline, first_deadline=deadline, deadline_printed="",
        opened_on=date(2023, 4, 1), completed_on=done,
    )  # fmt: skip


if __name__ == "__main__":
    main()
