"""The first sheet of a workbook: what it is and its numbers, line by line over four columns, to be read and printed."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from tracker.sheets.cells import cell_text
from tracker.sheets.printed_sheet import LINE_POINTS, PLAIN, TALLEST, for_paper, lines_of

WIDTHS = (30, 14, 14, 26)
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_size": 16, "bold": True},
    "heading": {"font_size": 12, "bold": True, "bottom": 1},
    "words": {},
    "quiet": {"font_color": "#3D444D"},
}


class FrontSheet:
    """Lines from above, none of them above the last one."""

    def __init__(self, book: Any, name: str) -> None:
        self._sheet = book.add_worksheet(name)
        base = PLAIN | {"text_wrap": True, "valign": "top"}
        quotes = {False: {}, True: {"quote_prefix": True}}  # stays text when somebody edits the cell
        self._looks = {
            (name, is_quoted): book.add_format(base | look | quote)
            for (name, look), (is_quoted, quote) in product(LOOKS.items(), quotes.items())
        }
        ruled = base | {"border": 1, "border_color": "#8A8A8A"}
        self._head = book.add_format(ruled | {"bold": True, "bg_color": "#E3E9F0", "align": "center"})
        self._cell, self._loud = book.add_format(ruled), book.add_format(ruled | {"bold": True, "bg_color": "#FBE4E4"})
        number = ruled | {"num_format": "#,##0", "align": "right", "indent": 1}
        self._number, self._change = (
            book.add_format(number),
            book.add_format(number | {"num_format": "+#,##0;-#,##0;0"}),
        )
        self._row = 0
        for column, width in enumerate(WIDTHS):
            self._sheet.set_column(column, column, width, book.add_format(PLAIN))

    def add(self, words: str, look: str = "words") -> None:
        """A line over all columns, as high as its words need; `look` is one of LOOKS."""
        text, size = cell_text(words), LOOKS[look].get("font_size", 10)
        form = self._looks[look, text[:1] in set("=+-@'")]
        self._sheet.merge_range(self._row, 0, self._row, len(WIDTHS) - 1, "", form)
        self._sheet.write_string(self._row, 0, text, form)
        lines = lines_of(text, int(sum(WIDTHS) * 10 / size))
        self._sheet.set_row(self._row, min(lines * LINE_POINTS * size / 10 + 4, TALLEST))
        self._row += 1

    def skip(self) -> None:
        """An empty line."""
        self._row += 1

    def add_figures(self, beside: str, figures: Sequence[tuple[str, int, int | None, bool]]) -> None:
        """Name, number, the number before and the change, in words of a table; a loud one stands out."""
        for column, words in enumerate(("項目", "件数", beside, "増減")):
            self._sheet.write_string(self._row, column, cell_text(words), self._head)
        for label, now, before, is_loud in figures:
            self._row += 1
            self._sheet.write_string(self._row, 0, cell_text(label), self._loud if is_loud else self._cell)
            self._sheet.write_number(self._row, 1, now, self._number)
            if before is None:
                for column in (2, 3):
                    self._sheet.write_string(self._row, column, "－", self._cell)
            else:
                self._sheet.write_number(self._row, 2, before, self._number)
                self._sheet.write_number(self._row, 3, now - before, self._change)
        self._row += 1

    def lay_out(self) -> None:
        """For paper: A4, one page wide."""
        for_paper(self._sheet)
        self._sheet.set_portrait()
        self._sheet.print_area(0, 0, max(self._row - 1, 0), len(WIDTHS) - 1)
