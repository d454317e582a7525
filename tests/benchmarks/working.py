"""Twenty people at work while a large register comes in, beside the same twenty when nothing comes in; in one run.

pages    95 of 100 within 3 times the quiet figure, by the command and by an upload
writes   95 of 100 within a second, and none refused

Each person opens a page or writes a remark and then rests as long as people do. The accounts come in three times: the first
by the command, the next day's with one row in a hundred changed by the command, and a third day's by an upload.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import httpx2

from tests.benchmarks.office import DAY, write_office
from tests.benchmarks.whole_office import NINE, OCCASION
from tests.faults.test_killed_serve import wait_for_the_pages
from tests.jobs.test_serving import free_port, serving
from tests.web.situations import a_task, division, given
from tracker.clock import set_clock
from tracker.office import open_office
from tracker.registers.importing import Importer

PEOPLE, QUIET_SECONDS, REST = 20, 20, 1.0
PAGES = ("/", "/tasks", "/registers/アカウント", "/calendar")
PAGES_LIMIT, WRITES_LIMIT = 3.0, 1.0
OTHERS = ("組織", "職員", "休業", "システム")


@dataclass
class City:
    """An office that is served, and how to ask it."""

    data: Path
    port: int
    secret: str
    token: str
    task: str

    def browser(self) -> httpx2.Client:
        """One person's browser."""
        headers = {"sec-fetch-site": "same-origin"}
        address = f"http://127.0.0.1:{self.port}"
        return httpx2.Client(base_url=address, headers=headers, cookies={"zesei": self.secret}, timeout=120)


@dataclass
class Waits:
    """How long people waited, in seconds; `refused` were told to come again."""

    pages: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    refused: int = 0


def main() -> None:
    """Build the office, measure it quiet and at each way in, print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.parse_args().accounts)


def measure(folder: Path, accounts: int) -> None:
    """Quiet, and then the three ways in."""
    files = folder / "files"
    write_office(files, accounts, accounts // 10, accounts * 15 // 100)
    following = [
        changed(files / "アカウント.csv", folder / name, word) for name, word in (("2", "参照"), ("3", "管理"))
    ]
    with a_city(folder, files) as city:
        ways = {
            "the first accounts, by the command": lambda: command(city, files / "アカウント.csv", DAY),
            "the next day's, by the command": lambda: command(city, following[0], DAY + timedelta(days=1)),
            "the third day's, by an upload": lambda: upload(city, following[1], DAY + timedelta(days=2)),
        }
        quiet = undisturbed(city)
        for number, (name, way) in enumerate(ways.items()):
            report(name, at_work(city, way), quiet)
            if number == 0:  # pages of an office without accounts are another office's
                quiet = undisturbed(city)


@contextmanager
def a_city(folder: Path, files: Path) -> Iterator[City]:
    """The office with everything but accounts, one task to write remarks on, and its pages served."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    set_clock(data, "Asia/Tokyo", NINE, pace=0)
    office = open_office(None, data)
    Importer(office.settings, DAY, OCCASION).take(office.store, [files / f"{stem}.csv" for stem in OTHERS])
    task = given(office, a_task(department_code="0042"))
    browser, port = division(office), free_port()
    set_clock(data, "Asia/Tokyo", NINE)
    with serving(data, "--port", str(port)):
        wait_for_the_pages(port)
        yield City(data, port, browser.cookies["zesei"], browser.token, task.key)


def changed(source: Path, folder: Path, word: str) -> Path:
    """The same accounts, one in a hundred with another right."""
    folder.mkdir()
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    for number in range(1, len(lines), 100):
        lines[number] = lines[number].replace("更新", word)
    target = folder / source.name
    target.write_text("".join(lines), encoding="utf-8")
    return target


def undisturbed(city: City) -> Waits:
    """Everybody works while nothing comes in."""
    quiet = at_work(city, lambda: time.sleep(QUIET_SECONDS))
    print(f"quiet: pages {p95(quiet.pages):.3f} s, writes {p95(quiet.writes):.3f} s (95 of 100)", flush=True)
    return quiet


def at_work(city: City, meanwhile: Callable[[], None]) -> Waits:
    """Everybody works for as long as something else takes."""
    waits, over = Waits(), threading.Event()
    people = [threading.Thread(target=_work, args=(city, number, waits, over)) for number in range(PEOPLE)]
    for one in people:
        one.start()
    try:
        meanwhile()
    finally:
        over.set()
        for one in people:
            one.join()
    return waits


def _work(city: City, number: int, waits: Waits, over: threading.Event) -> None:
    dice = random.Random(number)
    with city.browser() as browser:
        while not over.wait(dice.uniform(0, 2 * REST)):
            began = time.perf_counter()
            if dice.random() < 0.3:
                form = {"csrf_token": city.token, "task": city.task, "comment": f"{number}人目の意見 {began}"}
                answer = browser.post("/comments", data=form)
                waits.writes.append(time.perf_counter() - began)
                waits.refused += answer.status_code == 503
                assert answer.status_code in (303, 503), answer.text
            else:
                assert browser.get(dice.choice(PAGES)).status_code == 200
                waits.pages.append(time.perf_counter() - began)


def command(city: City, file: Path, day: date) -> None:
    """`zesei import`."""
    words = [sys.executable, "-m", "jobs", "--data-dir", str(city.data), "import", str(file), "--as-of", str(day)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def upload(city: City, file: Path, day: date) -> None:
    """A file sent by the screen, looked at, and taken in."""
    with city.browser() as browser, file.open("rb") as content:
        form = {"csrf_token": city.token, "as_of": str(day)}
        page = browser.post("/imports", data=form, files={"files": (file.name, content, "text/csv")})
        assert page.status_code == 303, page.text
        place = page.headers["location"]
        version = _still(browser, place).partition('name="version" value="')[2].partition('"')[0]
        taken = browser.post(f"{place}/acceptances", data={"csrf_token": city.token, "version": version})
        assert taken.status_code == 303, taken.text
        assert "取り込みました" in _still(browser, place)


def _still(browser: httpx2.Client, place: str) -> str:
    """The upload's page, once it moves no more."""
    while True:
        page = browser.get(place)
        if "refresh" not in page.headers:
            return page.text
        time.sleep(1)


def report(name: str, busy: Waits, quiet: Waits) -> None:
    """Two lines: pages beside the quiet ones, writes beside a second."""
    ratio, writes = p95(busy.pages) / p95(quiet.pages), p95(busy.writes)
    print(
        f"{name}: pages {p95(busy.pages):.3f} s / {p95(quiet.pages):.3f} s = {ratio:.2f} (at most {PAGES_LIMIT:.0f}) "
        f"{_verdict(ratio <= PAGES_LIMIT)}, longest {max(busy.pages):.2f} s of {len(busy.pages)}"
    )
    print(
        f"{name}: writes {writes:.3f} s (under {WRITES_LIMIT:.0f}) {_verdict(writes < WRITES_LIMIT and not busy.refused)}, "
        f"longest {max(busy.writes):.2f} s of {len(busy.writes)}, told to come again {busy.refused}",
        flush=True,
    )


def p95(waits: list[float]) -> float:
    """What 95 of 100 stay below."""
    return statistics.quantiles(waits, n=20, method="inclusive")[-1]


def _verdict(holds: bool) -> str:
    return "holds" if holds else "DOES NOT HOLD"


if __name__ == "__main__":
    main()
