"""A paper as values: its head, and blocks of words, numbers, tables and pictures; each format only sets them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds: words that may wrap, a short word that does not, a whole number, a day."""

    WORDS = "words"
    SHORT = "short"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Line:
    """One paragraph inside a cell of a table."""

    text: str
    strong: bool = False
    quiet: bool = False


Cell = str | int | date | None | tuple[Line, ...]


@dataclass(frozen=True)
class Column:
    """A column's heading and kind; `weight` is its share of the width beside the other columns of words."""

    title: str
    kind: Kind = Kind.WORDS
    weight: int = 1


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (a part) or 2 (within a part), with a quiet note beside it."""

    text: str
    note: str = ""
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True)
class Words:
    """Paragraphs; `points` sets each behind a mark, `quiet` in small grey type, as footnotes are."""

    paragraphs: tuple[str, ...]
    points: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Figure:
    """A number under its name, with what it was before (None: not known); `is_bad`: more than none needs attention."""

    label: str
    now: int
    before: int | None = None
    unit: str = "件"
    is_bad: bool = False


@dataclass(frozen=True)
class Figures:
    """Up to six numbers side by side; `beside` says what the earlier ones are (前週)."""

    figures: tuple[Figure, ...]
    beside: str = "前週"


@dataclass(frozen=True)
class Table:
    """A table. `name` is its sheet in a workbook (unique in the paper), `empty` the sentence that stands for no rows.

    `marked` are the numbers of rows that stand out. `shown` limits the rows on paper and on the page (a sheet has them
    all); what is left out is then said. `ruled` draws all lines, as the table of a council's paper has them.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    empty: str = "該当するものはありません。"
    marked: frozenset[int] = frozenset()
    shown: int | None = None
    ruled: bool = False
    in_book: bool = True


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG with what it says in words."""

    svg: str
    alternative: str


Block = Heading | Words | Figures | Table | Picture


@dataclass(frozen=True)
class Paper:
    """A whole paper.

    `subtitle` is the period or the day it speaks of, `stamp` the day it was issued and the hour of its facts (it stands
    in the footer with the page's number), `addressee` and `sender` are those of an official letter, nothing for a report.
    `dated` stands where the day would, in a letter that is dated by hand once it is approved.
    """

    title: str
    office: str
    division: str
    subtitle: str
    stamp: str
    on: date
    blocks: tuple[Block, ...]
    addressee: str = ""
    sender: str = ""
    document_no: str = ""
    dated: str = ""
    landscape: bool = False
