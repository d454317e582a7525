"""Reports against the plainest ways to read a trail, to set an empty page, and to write the same cells.

`python -m tests.benchmarks.reports` builds 100,000 tasks with 2,000,000 events and measures by turns.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import xlsxwriter

from jobs.reports.kinds import KINDS
from notifications.papers import Column, Kind, Paper, Table, render_pdf, render_xlsx
from tests.benchmarks.long_trail import EVENTS_A_TASK, MONDAY, build
from tests.benchmarks.timing import Measured, by_turns, process
from tracker.office import open_office
from tracker.sheets.printed_sheet import LONG_BOOK_OPTIONS

READS, EMPTY_PAGES, CELLS, MEGABYTES = 3.0, 20.0, 1.5, 600
ROWS = 100_000


def main() -> None:
    """Measure all, and say what holds."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tasks", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=3)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = build(Path(folder), asked.tasks)
        facts(data, asked.tasks * EVENTS_A_TASK, asked.rounds)
        setting(data, asked.rounds)
    cells(asked.rounds)


def facts(data: Path, events: int, rounds: int) -> None:
    """The weekly report's facts, in a process of its own, against one reading of the trail."""

    def ours() -> Measured:
        return process(
            "-m", "jobs", "--data-dir", str(data), "report", "weekly", "--on", MONDAY.isoformat(), "--format", "json",
            "--output", str(data / "weekly.json"),
        )  # fmt: skip

    def plain() -> Measured:
        return process("-m", "tests.benchmarks.plain_events", str(data / "zesei.db"), str(events))

    report, reading = by_turns(ours, plain, rounds)
    told(f"weekly report of {events:,} events", report.seconds, reading.seconds, READS)
    print(f"  memory: {report.megabytes:.0f} MB (under {MEGABYTES}) {verdict(report.megabytes < MEGABYTES)}")


def setting(data: Path, rounds: int) -> None:
    """The PDF of that report against an empty page, both set by typst in this process."""
    import typst

    office = open_office(None, data)
    with office.store.reading() as records:
        report = KINDS["weekly"].compose(records, office, office.occasion("計測", MONDAY))
    paper = KINDS["weekly"].paper(report)
    empty = data / "empty.typ"
    empty.write_text("", encoding="utf-8")
    pdf = _median(lambda: render_pdf(paper), rounds)
    page = _median(lambda: typst.compile(empty, format="pdf"), rounds)
    told("PDF of it / an empty typst page", pdf, page, EMPTY_PAGES)


def cells(rounds: int) -> None:
    """A workbook of many rows against XlsxWriter alone."""
    dice = random.Random(1)
    rows: list[tuple[Any, ...]] = [
        (f"{n:06d}", f"規程の改正と研修（その{n}）", "障害者施策課", MONDAY - timedelta(days=dice.randrange(900)), dice.randrange(90))
        for n in range(ROWS)
    ]  # fmt: skip
    kinds = (Kind.SHORT, Kind.WORDS, Kind.SHORT, Kind.DAY, Kind.NUMBER)
    columns = tuple(Column(f"列{number}", kind) for number, kind in enumerate(kinds))
    paper = Paper("報告", "○○市", "情報管理課", "", "", MONDAY, (Table("行", columns, rows),))
    told(f"xlsx of {ROWS:,} rows / XlsxWriter alone", _median(lambda: render_xlsx(paper), rounds),
         _median(lambda: _plainly(rows), rounds), CELLS)  # fmt: skip


def _plainly(rows: list[tuple[Any, ...]]) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(file, LONG_BOOK_OPTIONS)
    sheet, look = book.add_worksheet("行"), {"border": 1, "valign": "top", "text_wrap": True}
    text, number = book.add_format(look), book.add_format(look | {"num_format": "#,##0"})
    day = book.add_format(look | {"num_format": "yyyy/m/d"})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(at, column, cell, number)
            else:
                sheet.write_string(at, column, cell, text)
    book.close()
    return file.getvalue()


def _median(act: Callable[[], object], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        began = process_time()
        act()
        seconds.append(process_time() - began)
    return median(seconds)


def told(name: str, ours: float, other: float, limit: float) -> None:
    """One line of the answer."""
    ratio = ours / other
    print(f"{name}: {ours:.2f} s / {other:.2f} s = {ratio:.2f} (at most {limit}) {verdict(ratio <= limit)}")
    sys.stdout.flush()


def verdict(holds: bool) -> str:
    """Whether a limit is kept."""
    return "holds" if holds else "DOES NOT HOLD"


if __name__ == "__main__":
    main()
