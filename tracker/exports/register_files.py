"""A register's rows as CSV or Excel files: a batch at a time, whatever their number, and never a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from tracker.domain.errors import InputRefused
from tracker.domain.register_files import OUR_HEADING, guarded
from tracker.domain.registers import Column, Kind, Register
from tracker.sheets.cells import EXCEL_DAYS_FROM, cell_text, fits_in_cell, plain_text
from tracker.sheets.printed_sheet import WAREKI

BATCH = 2_000
MOST_SHEET_ROWS = 1_048_575  # of Excel, below the headings
LOST_SHOWN = 20
GETA = "〓"
CONTROL = "制御文字"
TOO_MANY = "Excel のシートは{most:,}行までです。CSV で出すか、条件で絞り込んでください。"
WIDTHS = {Kind.DATE: 17, Kind.MARK: 8, Kind.NUMBER: 10, Kind.CODE: 14, Kind.DEADLINE: 18, Kind.TEXT: 22}
Row = Sequence[Any]


@dataclass(frozen=True)
class Lost:
    """A cell whose text would not come back from a file, and the characters (or the length) that it is about."""

    row: Row
    column: Column
    characters: str


def csv_file(register: Register, rows: Iterable[Row], encoding: str) -> Iterator[bytes]:
    """The lines of a CSV file; for `cp932`, what it lacks becomes a twin or 〓."""
    headings = [*(column.header for column in register.columns), OUR_HEADING]
    start = b"\xef\xbb\xbf" if encoding == "utf-8" else b""
    yield start + encoded(csv_lines([headings]), encoding)
    for batch in in_batches(rows):
        yield encoded(csv_lines([[*map(csv_text, row), ""] for row in batch]), encoding)


def lost_in_cp932(register: Register, rows: Iterable[Row]) -> tuple[list[Lost], int]:
    """Some of the cells that シフトJIS cannot hold, or gives back as another character, and how many there are."""
    return _lost(register, rows, fits_in_cp932, lost_characters)


def lost_in_excel(register: Register, rows: Iterable[Row]) -> tuple[list[Lost], int]:
    """Some of the cells that no cell of Excel can hold, for their length or a control character; how many there are."""
    return _lost(register, rows, fits_in_cell, _too_much_for_a_cell)


def _lost(
    register: Register, rows: Iterable[Row], fits: Callable[[str], bool], told: Callable[[str], str]
) -> tuple[list[Lost], int]:
    found, number = list[Lost](), 0
    for batch in in_batches(rows):
        if all(fits(" ".join(value for value in row if isinstance(value, str))) for row in batch):
            continue  # nearly always
        for row in batch:
            for column, value in zip(register.columns, row, strict=True):
                if isinstance(value, str) and not fits(value):
                    number += 1
                    found += [Lost(row, column, told(value))] if len(found) < LOST_SHOWN else []
    return found, number


def xlsx_file(register: Register, rows: Iterable[Row], path: Path, *, company: str) -> None:
    """Write an Excel file row by row; InputRefused when there are more rows than a sheet has."""
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }  # fmt: skip
    with Workbook(str(path), options) as book:
        book.set_properties({"title": register.stem, "company": cell_text(company)})
        sheet = book.add_worksheet(register.stem)
        bold = book.add_format({"bold": True, "bg_color": "#E3E9F0", "bottom": 1})
        looks = _Looks(book)
        for number, column in enumerate(register.columns):
            sheet.set_column(number, number, WIDTHS[column.kind])
        for number, column in enumerate(register.columns):
            sheet.write_string(0, number, column.header, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            if last > MOST_SHEET_ROWS:
                raise InputRefused(TOO_MANY.format(most=MOST_SHEET_ROWS))
            looks.write(sheet, last, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(register.columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})


class _Looks:
    """How each kind of value is written: days stay days, numbers numbers, texts texts."""

    def __init__(self, book: Any) -> None:
        self._day = book.add_format({"num_format": WAREKI, "align": "left"})
        self._number = book.add_format({"num_format": "#,##0"})
        self._quoted = book.add_format({"quote_prefix": True})

    def write(self, sheet: Any, number: int, row: Row) -> None:
        """One row."""
        for position, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, bool):
                sheet.write_string(number, position, "○" if value else "×")
            elif isinstance(value, date) and value >= EXCEL_DAYS_FROM:
                sheet.write_datetime(number, position, value, self._day)
            elif isinstance(value, int):
                sheet.write_number(number, position, value, self._number)
            else:
                text = cell_text(str(value))
                sheet.write_string(number, position, text, self._quoted if text[0] in "=+-@'" else None)


def csv_text(value: Any) -> str:
    """A value as its cell: days and numbers as spreadsheets read them, texts guarded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "○" if value else "×"
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}" if value.year >= 1000 else value.isoformat()
    return str(value) if isinstance(value, int) else guarded(value)


def csv_lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as lines of a CSV file, ended as RFC 4180 has it."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def encoded(text: str, encoding: str) -> bytes:
    """The text in an encoding; what シフトJIS lacks becomes its twin that looks alike, or 〓 where there is none."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b"".join(_in_cp932(character) for character in text)


def fits_in_cp932(text: str) -> bool:
    """Whether シフトJIS gives back every character as it was: 〜 would come back as ～, − as －."""
    try:
        return text.encode("cp932").decode("cp932") == text
    except UnicodeEncodeError:
        return False


def lost_characters(text: str) -> str:
    """The characters of a text that シフトJIS lacks or gives back as others, each once."""
    return "".join(character for character in dict.fromkeys(text) if not fits_in_cp932(character))


def _too_much_for_a_cell(text: str) -> str:
    return f"{len(text):,}字" if not fits_in_cell(plain_text(text)) else CONTROL


def _in_cp932(character: str) -> bytes:
    try:
        return character.encode("cp932")
    except UnicodeEncodeError:
        return GETA.encode("cp932")


def in_batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows, some thousands at a time."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch
