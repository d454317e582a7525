"""How wide a table's columns are on paper: days, numbers and short words as wide as they need, words share the rest."""

from collections.abc import Sequence

from notifications.papers.paper import Cell, Column, Kind, Table
from notifications.papers.wording import cell_lines
from notifications.printing.coverage import widths_of_characters
from notifications.printing.letters import FONTS

BOLD = FONTS / "BIZUDPGothic-Bold.ttf"
BODY_POINTS = 9.0
PORTRAIT, LANDSCAPE = 180.0, 267.0  # millimetres between the margins of A4
PADDING = 1.1  # em, on both sides of a cell together
WORDS_LEAST = 7.0  # em that a column of words must keep
SHORT_MOST = 14.0  # em beyond which a short word is not short
_MEASURED = 5_000  # rows that are looked at

Width = dict[str, float]


def widths_of(table: Table, rows: Sequence[tuple[Cell, ...]], *, landscape: bool) -> list[Width]:
    """For each column either {"em": …} or its share {"fr": …} of what is left."""
    paper = (LANDSCAPE if landscape else PORTRAIT) / 25.4 * 72 / BODY_POINTS
    needs = [_need(column, number, rows) for number, column in enumerate(table.columns)]
    words = [column.kind is Kind.WORDS or need > SHORT_MOST for column, need in zip(table.columns, needs, strict=True)]
    while _crowded(needs, words, paper) and (short := _longest_short(table.columns, needs, words)) is not None:
        words[short] = True
    if not any(words):
        return [{"fr": need} for need in needs]
    return [
        {"fr": float(column.weight)} if is_words else {"em": need}
        for column, need, is_words in zip(table.columns, needs, words, strict=True)
    ]


def _crowded(needs: Sequence[float], words: Sequence[bool], paper: float) -> bool:
    return sum(WORDS_LEAST if is_words else need for need, is_words in zip(needs, words, strict=True)) > paper


def _longest_short(columns: Sequence[Column], needs: Sequence[float], words: Sequence[bool]) -> int | None:
    """The widest column of short words that still stands on one line; days and numbers always do."""
    short = [number for number, column in enumerate(columns) if column.kind is Kind.SHORT and not words[number]]
    return max((number for number in short if needs[number] > WORDS_LEAST), key=lambda at: needs[at], default=None)


def _need(column: Column, number: int, rows: Sequence[tuple[Cell, ...]]) -> float:
    if column.kind is Kind.WORDS:
        return WORDS_LEAST
    texts = {line.text for row in rows[:_MEASURED] for line in cell_lines(row[number])}
    # A heading may take two lines, its words stay whole as far as four signs of full width go.
    heading = max(min(em(column.title) / 2 + 0.5, 6.0), min(em(column.title), 4.0))
    return round(max([heading, *map(em, texts)]) + PADDING, 2)


def em(text: str) -> float:
    """How wide a text is in the proportional font, in signs of full width; a little more, for it may be bold."""
    widths = widths_of_characters(BOLD)
    return sum(widths.get(char, 1.0) for char in text)
