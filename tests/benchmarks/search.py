"""The search page with 100,000 tasks and 1,000,000 accounts beside the same with a tenth of both.

Each search, from request to page, at most 1.5 times as slow: a word in every sixth task, in every task, in one; two words
that are each in many and together in none; one character; a user id, its beginning, a staff number; a word in nothing.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path
from urllib.parse import quote

from fastapi.testclient import TestClient

from tests.benchmarks.office import DAY, write_office
from tests.postgresql import running_server
from tracker.domain.events import Occasion
from tracker.domain.tasks import Origin, Task
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.storage.outbox import QueuedLetter
from tracker.web.app import create_app

LIMIT = 1.5
TITLES = (
    "個人情報ファイル簿の公表", "長期不在者のアカウントの停止", "ログ分析の実施と報告", "再委託契約の条項の補完", "規程の改正と研修",
    "自己点検の結果の報告",
)  # fmt: skip
SEARCHES = {
    "a word in many tasks": "個人情報", "a word in every task": "対応", "two characters": "点検", "one character": "の",
    "one digit": "1", "a word in one task": "珍事例７", "words that never meet": "点検 規程", "a user id": "u004242",
    "the beginning of a user id": "u0042", "a staff number": "004242", "nothing": "聞いたことのない語", "a letter": "お知らせ12",
}  # fmt: skip


def main() -> None:
    """Build both offices, measure, print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tasks", type=int, default=100_000)
    options.add_argument("--accounts", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--postgresql", action="store_true", help="on Debian's PostgreSQL instead of SQLite")
    sizes = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(is_postgresql=sizes.postgresql) as urls:
        offices = [
            an_office(Path(folder) / str(part), url, sizes.tasks // part, sizes.accounts // part)
            for part, url in zip((1, 10), urls, strict=True)
        ]
        measure([TestClient(create_app(office)) for office in offices], sizes.rounds)


@contextmanager
def databases(*, is_postgresql: bool) -> Iterator[Sequence[str]]:
    """Two empty databases; nothing where each is a file of its office."""
    if not is_postgresql:
        yield ("", "")
        return
    with running_server() as server:
        yield (server.new_database(), server.new_database())


def measure(clients: Sequence[TestClient], rounds: int) -> None:
    """Each search on the large and the small office by turns."""
    for name, typed in SEARCHES.items():
        large, small = list[float](), list[float]()
        for _ in range(rounds):
            for client, seconds in zip(clients, (large, small), strict=True):
                seconds.append(answer(client, typed))
        ours, tenth = statistics.median(large), statistics.median(small)
        words = (
            f"{name}: {ours * 1000:.1f} ms / with a tenth {tenth * 1000:.1f} ms = {ours / tenth:.2f} (at most {LIMIT})"
        )
        print(words, "holds" if ours <= LIMIT * tenth else "DOES NOT HOLD", flush=True)


def answer(client: TestClient, typed: str) -> float:
    """Seconds from the request to the page."""
    began = time.perf_counter()
    page = client.get(f"/search?q={quote(typed)}")
    assert page.status_code == 200
    return time.perf_counter() - began


def an_office(folder: Path, url: str, tasks: int, accounts: int) -> Office:
    """An office of that size, with a letter for every tenth task."""
    folder.mkdir(parents=True)
    config = folder / "config.toml"
    config.write_text(f'[database]\nurl = "{url}"\n' if url else "", encoding="utf-8")
    office = open_office(config, folder / "data")
    write_office(folder / "files", accounts, accounts // 100, 100)
    occasion = Occasion("計測", datetime.combine(DAY, clock_time(8, 30), office.clock.zone), DAY)
    began = time.perf_counter()
    Importer(office.settings, DAY, occasion).take(office.store, [folder / "files"])
    imported = time.perf_counter()
    with office.store.transaction() as records:
        records.tasks.open_all([a_task(number) for number in range(tasks)], occasion)
    opened = time.perf_counter()
    with office.store.transaction() as records:
        records.outbox.queue_all([a_letter(number, occasion.at) for number in range(tasks // 10)])
    print(
        f"an office of {tasks:,} tasks and {accounts:,} accounts: registers {imported - began:.1f} s, tasks"
        f" {opened - imported:.1f} s, letters {time.perf_counter() - opened:.1f} s", flush=True,
    )  # fmt: skip
    return office


def a_task(number: int) -> Task:
    """One of six kinds of work; the seventh is told of in words that no other has."""
    task = Task(
        f"finding:R5-1/{number}", Origin.FINDING, "R5-1", f"{TITLES[number % len(TITLES)]}（その{number}）",
        "所管課は対応の結果を、公表したページの写しを添えて報告してください。", f"{number % 100:04d}", "", DAY, DAY, "", DAY,
    )  # fmt: skip
    return replace(task, body=task.body + "珍事例7として扱います。") if number == 7 else task


def a_letter(number: int, at: datetime) -> QueuedLetter:
    """A letter with a subject of its own."""
    return QueuedLetter(
        f"reminder/{number}", "reminder", f"{number % 100:04d}", (f"ka{number}@city.example",), (), f"お知らせ{number}", "", "",
        f"<{number}@city.example>", DAY, at, addressee=f"試験{number % 100}課",
    )  # fmt: skip


if __name__ == "__main__":
    main()
