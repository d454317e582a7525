"""A sheet's rows, one at a time, of the cells that hold something: however far away one stands, it costs nothing."""

import re
from collections.abc import Iterator

from tracker.domain.errors import InputRefused
from tracker.registers.voids import UNSAVED
from tracker.registers.workbooks.contents import Contents
from tracker.registers.workbooks.markup import DEEPEST, Markup, Names
from tracker.registers.workbooks.package import Package
from tracker.registers.workbooks.strings import LONGEST_CELL, SharedStrings, unescaped
from tracker.registers.workbooks.styles import Shows
from tracker.registers.workbooks.values import number_text, shown_text

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
LONGEST_ROW = 1 << 18  # characters
_LETTERS = re.compile(r"[A-Z]{1,3}\Z")
_MARKS = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
Row = tuple[int, list[str]]


class Columns(dict[str, int]):
    """Numbers of columns from 0 by their letters; KeyError for letters that no column has."""

    def __missing__(self, letters: str) -> int:
        place = column_of(letters) if _LETTERS.match(letters) else LAST_COLUMN
        if place >= LAST_COLUMN:
            raise KeyError(letters)
        self[letters] = place
        return place


class SheetReader:
    """What expat tells of a sheet, made into rows; cells of blanks are none."""

    def __init__(
        self, package: Package, contents: Contents, strings: SharedStrings, styles: dict[str, Shows], most: int
    ) -> None:
        self.package, self.strings, self.styles, self.is_1904 = package, strings, styles, contents.is_1904
        self.most_columns = most
        self._rows: list[Row] = []  # that were read and not yet handed on
        self._own = 0  # characters of the row that are not shared
        self._names, self._columns, self._depth = Names(), Columns(), 0
        self._number, self._digits, self._cells, self._next = 0, "0", list[str](), 0
        self._cell: dict[str, str] | None = None
        self._place = 0  # column from 0
        self._text, self._value, self._inline = "", "", ""
        self._has_value = self._has_formula = self._is_row = False
        self._aside = 0
        self._markup = Markup(package, contents.sheet, self._start, self._end)
        self._markup.hear_text(self._hear)

    def read(self) -> Iterator[list[Row]]:
        """Rows that hold something with their numbers, from above, some at a time."""
        for _ in self._markup.feed():
            yield self._rows
            self._rows = []

    def _hear(self, text: str) -> None:
        self._text += text
        if len(self._text) > LONGEST_CELL:
            if self._cell is not None:
                raise self._refusal(f"に{LONGEST_CELL:,}字を超える値があります")
            self._text = ""  # blanks between the tags

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = self._names[name]
        if name == "v":
            self._begin_value()
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._text, self._has_formula = "", True
        else:
            self._begin_other(name)

    def _end(self, name: str) -> None:
        name = self._names[name]
        if name == "v":
            self._value = self._text
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name != "f":
            self._end_other(name)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        digits = attributes.get("r")
        number = int(digits) if digits and digits.isdecimal() and len(digits) < 8 else 0 if digits else self._number + 1
        if self._is_row or not self._number < number <= LAST_ROW:
            raise self._markup.broken(f"の行の番号「{(digits or '')[:20]}」が正しくありません")
        self._number, self._digits, self._is_row = number, str(number), True
        self._cells, self._next, self._own = [], 0, 0

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        if self._cell is not None or not self._is_row:
            raise self._markup.broken("のセルの並びが正しくありません")
        self._cell, self._value, self._inline, self._text = attributes, "", "", ""
        self._has_value = self._has_formula = False
        try:
            self._place = self._columns[attributes["r"].removesuffix(self._digits)]
        except KeyError:
            if "r" in attributes:
                raise self._markup.broken(f"のセルの番地「{attributes['r'][:20]}」が正しくありません") from None
            self._place = self._next
        if self._place < self._next:
            raise self._markup.broken(f"の{self._number}行目のセルの並びが正しくありません")
        self._next = self._place + 1

    def _begin_value(self) -> None:
        if self._has_value and self._cell is not None:
            raise self._markup.broken(f"の{self._number}行目のセルに値が二つあります")
        self._text, self._has_value = "", True

    def _begin_other(self, name: str) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._markup.broken("が異常に深くなっています")
        if name == "t":
            self._text = ""
        elif name == "rPh":
            self._aside += 1

    def _end_other(self, name: str) -> None:
        self._depth -= 1
        if name == "t" and not self._aside:
            self._inline += self._text
            if len(self._inline) > LONGEST_CELL:
                raise self._refusal(f"に{LONGEST_CELL:,}字を超える値があります")
        elif name == "rPh":
            self._aside -= 1

    def _end_cell(self) -> None:
        assert self._cell is not None
        text = self._meaning(self._cell)
        self._cell = None
        self._own += len(self._text)
        if self._own > LONGEST_ROW:
            raise self._refusal("までの値が長すぎます")
        if text and not text.isspace():
            if self._place >= self.most_columns:
                raise self._refusal(f"に値があります。台帳の列は{self.most_columns:,}列までです")
            self._cells += [""] * (self._place - len(self._cells))
            self._cells.append(text)

    def _end_row(self) -> None:
        self._is_row = False
        if self._cells:
            self._rows.append((self._number, self._cells))

    def _meaning(self, cell: dict[str, str]) -> str:
        """A cell's text; an error is its own name, a formula without a stored value the mark for that."""
        kind, value = cell.get("t", "n"), self._value
        if self._has_formula and (not self._has_value or (not value and kind != "str")):
            return UNSAVED
        if kind == "s":
            return self.strings[self._string_number(value)] if self._has_value else ""
        if kind == "inlineStr":
            return unescaped(self._inline or value)
        if kind == "n" and not value:
            return unescaped(self._inline)
        if kind == "n":
            shows = self.styles.get(cell.get("s", "0"))
            return shown_text(value, shows, is_1904=self.is_1904) if shows else number_text(value)
        if kind == "b":
            return _MARKS.get(value, value)
        if kind in ("str", "e"):
            return unescaped(value)
        if kind == "d":
            return value.replace("T", " ").removesuffix(" 00:00:00").removesuffix("Z")
        raise self._markup.broken(f"に知らない種類のセルがあります（{self._number}行目）")

    def _string_number(self, value: str) -> int:
        if value.isdecimal() and len(value) < 9:
            return int(value)
        raise self._markup.broken(f"の{self._number}行目の文字列を読めません")

    def _refusal(self, why: str) -> InputRefused:
        column = letters_of(self._place)
        return InputRefused(
            f"「{self.package.name}」{self._number}行目の{column}列{why}。要らない値なら消し、保存し直してください。"
        )


def letters_of(place: int) -> str:
    """A column's letters by its number from 0, as Excel shows them."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """A column's number from 0 by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
