"""A sheet of Excel for reading, filtering and printing: days are days, and no text is ever a formula or a link."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import ceil
from typing import Any

from tracker.domain.dates import wareki

FONT = "BIZ UDゴシック"
_FONT = {"font_name": FONT, "font_size": 10, "font_scheme": "none"}  # else Excel takes the font of its theme
DAY = '[$-411]ggge"年"m"月"d"日"'
# Excel and its kin print 令和1年; this is how 元年 is asked for: 43586 is 2019-05-01, 43831 is 2020-01-01.
WAREKI = f"[>=43831]{DAY};[>=43586]{DAY.replace('e', '').replace('年', '元年')};{DAY}"
SHORT_WAREKI = '[$-411]ge"."m"."d'
# With a font of even width as the workbook's own, a column of 28 holds 28 half-width or 14 full-width characters.
BOOK_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_format_properties": _FONT,
}  # fmt: skip
EXCEL_DAYS_FROM = date(1900, 3, 1)  # earlier ones are counted differently by every program
CELL_LIMIT, CUT = 32_767, "…（長いため以下を省きました）"
HEADINGS_ROW, LINE_POINTS, TALLEST = 2, 13, 409
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LOOKS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True},
    "quoted": {"text_wrap": True, "quote_prefix": True},  # stays text when somebody edits the cell
    "day": {"num_format": WAREKI, "align": "left"},
    "narrow day": {"num_format": SHORT_WAREKI, "align": "left"},
    "number": {"num_format": "#,##0", "align": "right", "indent": 1},
}
_MARKED = {"bg_color": "#FBE4E4"}
_HEADING = {"bold": True, "bg_color": "#E3E9F0", "align": "center", "valign": "vcenter", "text_wrap": True}
Value = str | int | date | None


@dataclass(frozen=True)
class Heading:
    """What stands over a column, and its width in half-width characters; days of a narrow one read R6.3.15."""

    words: str
    width: int
    is_narrow: bool = False


class PrintedSheet:
    """A sheet under a title and a note; rows are added one after the other."""

    def __init__(self, book: Any, title: str, headings: Sequence[Heading]) -> None:
        self._book, self._title, self._headings = book, title, headings
        self._sheet = book.add_worksheet(title)
        self._plain = book.add_format(_FONT)
        self._last_row = HEADINGS_ROW
        self._formats = {
            (kind, is_marked): self._ruled(look | (_MARKED if is_marked else {}))
            for (kind, look), is_marked in product(_LOOKS.items(), (False, True))
        }
        self._word = self._ruled(_MARKED | {"bold": True, "font_color": "#A40000"})

    def head(self, note: str) -> None:
        """Title, note and headings."""
        title = self._book.add_format(_FONT | {"font_size": 16, "bold": True})
        self._sheet.write_string(0, 0, self._title, title)
        self._sheet.write_string(1, 0, cell_text(note), self._plain)
        self._sheet.set_row(HEADINGS_ROW, 2 * LINE_POINTS + 4)
        for column, heading in enumerate(self._headings):
            self._sheet.write_string(HEADINGS_ROW, column, heading.words, self._ruled(_HEADING))
            self._sheet.set_column(column, column, heading.width, self._plain)

    def add(self, values: Sequence[Value], *, is_marked: bool = False) -> None:
        """One row, high enough for its longest cell; a marked one is coloured and its first word stands out."""
        self._last_row += 1
        for column, (heading, value) in enumerate(zip(self._headings, values, strict=True)):
            self._write(column, value, heading.is_narrow, is_marked)
        pairs = zip(self._headings, values, strict=True)
        lines = max((_lines(value, heading.width) for heading, value in pairs if isinstance(value, str)), default=1)
        self._sheet.set_row(self._last_row, min(lines * LINE_POINTS + 4, TALLEST))

    def lay_out(self, when_empty: str) -> None:
        """For the screen: headings that stay, and filters. For paper: A4 landscape, one page wide, numbered."""
        if self._last_row == HEADINGS_ROW:
            self._last_row += 1
            self._sheet.write_string(self._last_row, 0, when_empty, self._plain)
        sheet, last_column = self._sheet, len(self._headings) - 1
        sheet.freeze_panes(HEADINGS_ROW + 1, 0)
        sheet.autofilter(HEADINGS_ROW, 0, self._last_row, last_column)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{self._last_row + 1}"})
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADINGS_ROW)
        sheet.print_area(0, 0, self._last_row, last_column)
        sheet.set_footer(f'&C&"{FONT},Regular"&9&P / &N')

    def _write(self, column: int, value: Value, is_narrow: bool, is_marked: bool) -> None:
        if isinstance(value, date) and value < EXCEL_DAYS_FROM:
            value = wareki(value)
        cell = self._last_row, column
        if value is None or value == "":
            self._sheet.write_blank(*cell, None, self._formats["text", is_marked])
        elif isinstance(value, date):
            self._sheet.write_datetime(*cell, value, self._formats["narrow day" if is_narrow else "day", is_marked])
        elif isinstance(value, int):
            self._sheet.write_number(*cell, value, self._formats["number", is_marked])
        else:
            kind = "quoted" if value[0] in "=+-@'" else "text"
            look = self._word if is_marked and column == 0 else self._formats[kind, is_marked]
            self._sheet.write_string(*cell, cell_text(value), look)

    def _ruled(self, look: dict[str, Any]) -> Any:
        ruled = _FONT | {"border": 1, "border_color": "#8A8A8A", "valign": "top"}
        return self._book.add_format(ruled | look)


def cell_text(words: str) -> str:
    """What a cell can hold: no control characters, 32,767 UTF-16 units, and nothing taken for rich text."""
    plain = _NO_TEXT.sub("", _LINE_END.sub("\n", words))
    units = plain.encode("utf-16-le")
    if len(units) > 2 * CELL_LIMIT:
        plain = units[: 2 * (CELL_LIMIT - len(CUT))].decode("utf-16-le", "ignore") + CUT
    # xlsxwriter would write such a text into the file as it stands
    return f"{plain} " if plain.startswith("<r>") and plain.endswith("</r>") else plain


def _lines(words: str, width: int) -> int:
    """How many lines a text takes in a cell: programs seldom work out the height of a row themselves."""
    return sum(max(1, ceil(_units(line) / (width - 1))) for line in cell_text(words).split("\n"))


def _units(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "FWA" else 1 for char in line)
