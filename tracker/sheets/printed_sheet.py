"""A sheet of Excel for reading, filtering and printing: days are days, and no text is ever a formula or a link."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from tracker.domain.dates import wareki
from tracker.domain.errors import InputRefused
from tracker.sheets.cells import EXCEL_DAY_ZERO, EXCEL_DAYS_FROM, cell_text, sheet_name

FONT = "BIZ UDゴシック"
PLAIN = {"font_name": FONT, "font_size": 10, "font_scheme": "none"}  # else Excel takes the font of its theme
DAY = '[$-411]ggge"年"m"月"d"日"'
# Excel and its kin print 令和1年; this is how 元年 is asked for: 43586 is 2019-05-01, 43831 is 2020-01-01.
WAREKI = f"[>=43831]{DAY};[>=43586]{DAY.replace('e', '').replace('年', '元年')};{DAY}"
SHORT_WAREKI = '[$-411]ge"."m"."d'
# With a font of even width as the workbook's own, a column of 28 holds 28 half-width or 14 full-width characters.
BOOK_OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_format_properties": PLAIN,
}  # fmt: skip
# For long tables: rows go to a file as they come, and nothing above the present row can be written any more.
LONG_BOOK_OPTIONS = BOOK_OPTIONS | {"in_memory": False, "constant_memory": True}
MOST_ROWS = 1_048_576  # of Excel, the headings among them
TOO_MANY = "Excel のシートは{most:,}行までです。CSV で出すか、条件で絞り込んでください。"
HEADINGS_ROW, LINE_POINTS, TALLEST = 2, 13, 409
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
    """A sheet under a title and a note; rows are added one after the other, and never above the last one."""

    def __init__(self, book: Any, title: str, headings: Sequence[Heading]) -> None:
        self._book, self._title, self._headings = book, title, headings
        self._sheet = book.add_worksheet(sheet_name(title, [sheet.get_name() for sheet in book.worksheets()]))
        self._plain = book.add_format(PLAIN)
        self._last_row = HEADINGS_ROW
        self._formats = {
            (kind, is_marked): self._ruled(look | (_MARKED if is_marked else {}))
            for (kind, look), is_marked in product(_LOOKS.items(), (False, True))
        }
        self._word = self._ruled(_MARKED | {"bold": True, "font_color": "#A40000", "text_wrap": True})

    def head(self, note: str) -> None:
        """Title, note and headings."""
        title = self._book.add_format(PLAIN | {"font_size": 16, "bold": True})
        self._sheet.write_string(0, 0, cell_text(self._title), title)
        self._write_note(cell_text(note))
        self._sheet.set_row(HEADINGS_ROW, 2 * LINE_POINTS + 4)
        look = self._ruled(_HEADING)
        for column, heading in enumerate(self._headings):
            self._sheet.write_string(HEADINGS_ROW, column, cell_text(heading.words), look)
            self._sheet.set_column(column, column, heading.width, self._plain)

    def add(self, values: Sequence[Value], *, is_marked: bool = False) -> None:
        """One row, high enough for its longest cell; a marked one is coloured and its first word stands out."""
        self.add_all([values], marked={0} if is_marked else ())

    def add_all(self, rows: Iterable[Sequence[Value]], *, marked: Container[int] = ()) -> None:
        """Many rows, of which those numbered in `marked` stand out; InputRefused for more than a sheet has."""
        plain, loud = self._row_writer(is_marked=False), self._row_writer(is_marked=True)
        set_row, first = self._sheet.set_row, self._last_row + 1
        row = self._last_row
        for row, values in enumerate(rows, start=first):
            if row >= MOST_ROWS:
                raise InputRefused(TOO_MANY.format(most=MOST_ROWS))
            lines = (loud if row - first in marked else plain)(row, values)
            set_row(row, min(lines * LINE_POINTS + 4, TALLEST))
        self._last_row = row

    def lay_out(self, when_empty: str) -> None:
        """For the screen: headings that stay, and filters. For paper: A4 landscape, one page wide, numbered."""
        if self._last_row == HEADINGS_ROW:
            self._last_row += 1
            self._sheet.write_string(self._last_row, 0, cell_text(when_empty), self._plain)
        sheet, last_column = self._sheet, len(self._headings) - 1
        sheet.freeze_panes(HEADINGS_ROW + 1, 0)
        sheet.autofilter(HEADINGS_ROW, 0, self._last_row, last_column)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{self._last_row + 1}"})
        for_paper(sheet)
        sheet.repeat_rows(HEADINGS_ROW)
        sheet.print_area(0, 0, self._last_row, last_column)

    def _write_note(self, note: str) -> None:
        """On one line; over all columns and on several where it would run out of the paper."""
        room = sum(heading.width for heading in self._headings)
        look, lines = self._plain, lines_of(note, room)
        if lines > 1 and len(self._headings) > 1:
            look = self._book.add_format(PLAIN | {"text_wrap": True, "valign": "top"})
            self._sheet.merge_range(1, 0, 1, len(self._headings) - 1, "", look)
            self._sheet.set_row(1, min(lines * LINE_POINTS + 4, TALLEST))
        self._sheet.write_string(1, 0, note, look)

    def _row_writer(self, *, is_marked: bool) -> Callable[[int, Sequence[Value]], int]:
        """What writes one row and says how many lines it has; written for speed, for a table may have 100,000 rows."""
        text, quoted, number = (self._formats[kind, is_marked] for kind in ("text", "quoted", "number"))
        days = [self._formats["narrow day" if heading.is_narrow else "day", is_marked] for heading in self._headings]
        widths, first_word = [heading.width for heading in self._headings], self._word if is_marked else None
        sheet = self._sheet
        write_string, write_number, write_blank = sheet.write_string, sheet.write_number, sheet.write_blank

        def write(row: int, values: Sequence[Value]) -> int:
            lines, column = 1, 0
            for value in values:
                if isinstance(value, date) and value < EXCEL_DAYS_FROM:
                    value = wareki(value)
                if isinstance(value, str):
                    if value:
                        look = first_word if first_word and not column else quoted if value[0] in "=+-@'" else text
                        words = cell_text(value)
                        write_string(row, column, words, look)
                        if 2 * len(words) >= widths[column] or "\n" in words:
                            lines = max(lines, lines_of(words, widths[column]))
                    else:
                        write_blank(row, column, None, text)
                elif value is None:
                    write_blank(row, column, None, text)
                elif isinstance(value, date):
                    write_number(row, column, value.toordinal() - EXCEL_DAY_ZERO, days[column])
                else:
                    write_number(row, column, value, number)
                column += 1
            if column != len(widths):
                raise ValueError(f"{column} values for {len(widths)} headings")
            return lines

        return write

    def _ruled(self, look: dict[str, Any]) -> Any:
        ruled = PLAIN | {"border": 1, "border_color": "#8A8A8A", "valign": "top"}
        return self._book.add_format(ruled | look)


def for_paper(sheet: Any) -> None:
    """A4 landscape, one page wide, its number at the foot."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f'&C&"{FONT},Regular"&9&P / &N')


def lines_of(words: str, width: int) -> int:
    """How many lines a text takes in a cell: programs seldom work out the height of a row themselves."""
    room = width - 1
    return sum([max(1, -(-_units(line) // room)) for line in words.split("\n")])


def _units(line: str) -> int:
    """Half-width characters of a line; in this encoding a full-width character is two bytes, any other one."""
    return len(line.encode("cp932", "replace"))
