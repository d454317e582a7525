"""A paper as one HTML page that needs nothing from outside, for the screen, the phone and A4."""

import re

from markupsafe import Markup

from notifications.letters.letter import fill
from notifications.papers.paper import Kind, Paper, Table
from notifications.papers.widths import SHORT_MOST, em
from notifications.papers.wording import (
    cell_lines,
    change_words,
    cleaned,
    day_words,
    figure_label,
    left_out,
    needs_attention,
    parts_of,
    shown_rows,
)

_NAMESPACE = re.compile(r'\sxmlns="[^"]*"')  # a page needs none, and so holds no address at all
_WORDS = {
    "cell_lines": cell_lines,
    "change_words": change_words,
    "figure_label": figure_label,
    "left_out": left_out,
    "needs_attention": needs_attention,
    "shown_rows": shown_rows,
}


def render_html(paper: Paper) -> str:
    """The whole paper; a long table shows what its `shown` allows and says how much is left out."""
    paper = cleaned(paper)
    return fill(
        "papers/page.html",
        paper=paper,
        parts=parts_of(paper),
        day=day_words(paper),
        shares=shares,
        looks=looks,
        em=em,
        css_text=css_text,
        drawing=lambda svg: Markup(_NAMESPACE.sub("", svg)),  # our own charts, whose words are escaped already
        kind_of=type_name,
        **_WORDS,
    )


def type_name(block: object) -> str:
    """The name of the macro that draws a block."""
    return type(block).__name__.lower()


def looks(table: Table) -> list[str]:
    """How each column is set: as its kind says, but a short word that is none may wrap as words do."""
    rows = shown_rows(table)
    longest = [
        max((em(line.text) for row in rows for line in cell_lines(row[at])), default=0.0)
        if column.kind is Kind.SHORT
        else 0.0
        for at, column in enumerate(table.columns)
    ]
    return [
        Kind.WORDS.value if width > SHORT_MOST else column.kind.value
        for column, width in zip(table.columns, longest, strict=True)
    ]


def shares(table: Table) -> list[int]:
    """The hundredths of the width of each column of words, as wished; 0 where the words decide, or all are alike."""
    weights = [column.weight if column.kind is Kind.WORDS else 0 for column in table.columns]
    if len(set(filter(None, weights))) < 2:
        return [0] * len(weights)
    return [round(90 * weight / sum(weights)) for weight in weights]


def css_text(words: str) -> Markup:
    """A string of CSS that stands for the words, whatever they are: a style block knows no entities."""
    return Markup("".join(char if char.isalnum() else f"\\{ord(char):06x}" for char in words))
