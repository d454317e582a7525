"""What all formats of a paper say alike: changes in words, cells as lines, what is left out, where 記 stands."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from typing import Any

from notifications.papers.paper import Block, Cell, Figure, Line, Paper, Table, Words
from tracker.domain.dates import wareki
from tracker.sheets.cells import plain_text

LETTER_BODY, LETTER_END = "記", "以上"


def change_words(figure: Figure, beside: str) -> str:
    """「前週 237件、6件減」; 「前週 －」 when the earlier number is not known."""
    if figure.before is None:
        return f"{beside} －"
    change, unit = figure.now - figure.before, figure.unit
    words = f"{abs(change):,}{unit}{'増' if change > 0 else '減'}" if change else "増減なし"
    return f"{beside} {figure.before:,}{unit}、{words}"


def day_words(paper: Paper) -> str:
    """The day at the head: of a report with its weekday, of a letter without, or the words that stand for it."""
    return paper.dated or wareki(paper.on, weekday=not paper.addressee)


def needs_attention(figure: Figure) -> bool:
    """Whether the number is one of those that should be nought and is not."""
    return figure.is_bad and figure.now > 0


def figure_label(figure: Figure) -> str:
    """The name over the number, behind ▲ when it needs attention: colour alone would be lost in print."""
    return f"▲ {figure.label}" if needs_attention(figure) else figure.label


def cell_lines(cell: Cell) -> tuple[Line, ...]:
    """A cell as lines of text: days in 和暦 with the weekday, numbers with commas, nothing for nothing."""
    if isinstance(cell, str):
        return tuple(map(Line, cell.split("\n"))) if cell else ()
    if isinstance(cell, int):
        return (Line(f"{cell:,}"),)
    if isinstance(cell, date):
        return (Line(wareki(cell, weekday=True)),)
    return tuple(replace(line, text=part) for line in cell or () for part in line.text.split("\n"))


def shown_rows(table: Table) -> Sequence[tuple[Cell, ...]]:
    """The rows that stand on paper."""
    return table.rows if table.shown is None else table.rows[: table.shown]


def left_out(table: Table) -> str:
    """The sentence on rows that are not on paper; nothing when all are."""
    number = len(table.rows) - len(shown_rows(table))
    if not number:
        return ""
    where = f"すべての行はExcelファイルのシート「{table.name}」にあります。" if table.in_book else ""
    return f"ほかに{number:,}件あります（全{len(table.rows):,}件）。{where}"


@dataclass(frozen=True)
class Parts:
    """The blocks of a letter before 記 and those below it; a paper that is none has all in `body`."""

    body: tuple[Block, ...]
    below: tuple[Block, ...] = ()


def parts_of(paper: Paper) -> Parts:
    """An official letter's paragraphs come first; whatever follows them stands below 記 and ends in 以上."""
    if not paper.addressee:
        return Parts(paper.blocks)
    opening = 0
    while opening < len(paper.blocks) and _is_prose(paper.blocks[opening]):
        opening += 1
    return Parts(paper.blocks[:opening], paper.blocks[opening:])


def _is_prose(block: Block) -> bool:
    return isinstance(block, Words) and not block.points and not block.quiet


def cleaned(paper: Paper) -> Paper:
    """The paper without the characters that no page and no XML file may hold."""
    made: Paper = _cleaned(paper)
    return made


def _cleaned(value: Any) -> Any:
    """Whatever holds text, with the text cleaned."""
    if isinstance(value, str):
        return value if isinstance(value, Enum) else plain_text(value)
    if isinstance(value, Sequence):
        return tuple(map(_cleaned, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _cleaned(getattr(value, each.name)) for each in fields(value)})
    return value
