"""A paper as an Excel workbook: a sheet with its numbers and words, and one sheet for each of its tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from io import BytesIO
from itertools import islice

from notifications.papers.paper import Cell, Column, Figure, Figures, Heading, Kind, Paper, Table, Words
from notifications.papers.widths import em
from notifications.papers.wording import cell_lines, figure_label, needs_attention
from tracker.domain.dates import wareki
from tracker.sheets.cells import cell_text, sheet_name
from tracker.sheets.front_sheet import FrontSheet
from tracker.sheets.printed_sheet import BOOK_OPTIONS, LONG_BOOK_OPTIONS, PrintedSheet, Value
from tracker.sheets.printed_sheet import Heading as SheetHeading

FRONT = "概要"
LONG = 5_000  # rows of a paper beyond which its workbook is written row by row, in little memory
_WIDTHS = {Kind.DAY: 17, Kind.NUMBER: 10}
_WORDS, _WIDEST, _SHORTEST = 28, 60, 8


def render_xlsx(paper: Paper) -> bytes:
    """The workbook; every row of every table, whatever its `shown`. The same paper gives the same bytes."""
    from xlsxwriter import Workbook

    tables = [block for block in paper.blocks if isinstance(block, Table) and block.in_book]
    is_long = sum(len(table.rows) for table in tables) > LONG
    file = BytesIO()
    with Workbook(file, LONG_BOOK_OPTIONS if is_long else BOOK_OPTIONS) as book:
        book.set_properties({
            "title": cell_text(paper.title), "company": cell_text(paper.office), "author": cell_text(paper.office),
            "created": datetime.combine(paper.on, time()),
        })  # fmt: skip
        names = _names(tables)
        _write_front(FrontSheet(book, FRONT), paper, names)
        for table in tables:
            sheet = PrintedSheet(book, table.name, _headings(table))
            sheet.head("　".join(filter(None, (paper.title, paper.subtitle, paper.office, paper.stamp))))
            sheet.add_all(_values(table.rows), marked=table.marked)
            sheet.lay_out(table.empty)
    return file.getvalue()


def _names(tables: Sequence[Table]) -> list[str]:
    """The name of each table's sheet: legal, and none twice."""
    taken = [FRONT]
    for table in tables:
        taken.append(sheet_name(table.name, taken))
    return taken[1:]


def _write_front(front: FrontSheet, paper: Paper, names: Sequence[str]) -> None:
    sheets = iter(names)
    front.add(paper.title, "title")
    facts = [
        paper.subtitle,
        f"{paper.office}　{paper.division}".strip("　"),
        paper.document_no,
        wareki(paper.on, weekday=True),
    ]
    for line in [*facts, paper.addressee, paper.sender if paper.addressee else "", paper.stamp]:
        if line:
            front.add(line)
    for block in paper.blocks:
        match block:
            case Heading():
                front.skip()
                front.add(f"{block.text}　{block.note}".rstrip("　"), "heading" if block.level == 1 else "words")
            case Words():
                for words in block.paragraphs:
                    front.add(f"・{words}" if block.points else words, "quiet" if block.quiet else "words")
            case Figures(figures=figures) if figures:
                front.skip()
                rows = [(_label(one), one.now, one.before, needs_attention(one)) for one in figures]
                front.add_figures(block.beside, rows)
            case Table(in_book=True):
                name = next(sheets)
                front.add(f"{len(block.rows):,}件（シート「{name}」）" if block.rows else block.empty, "quiet")
    front.lay_out()


def _label(figure: Figure) -> str:
    return figure_label(figure) + ("" if figure.unit == "件" else f"（{figure.unit}）")


def _headings(table: Table) -> list[SheetHeading]:
    return [SheetHeading(column.title, _width(column, number, table)) for number, column in enumerate(table.columns)]


def _width(column: Column, number: int, table: Table) -> int:
    if column.kind in _WIDTHS:
        return _WIDTHS[column.kind]
    if column.kind is Kind.WORDS:
        return min(_WORDS * max(column.weight, 1), _WIDEST)
    texts = [line.text for row in islice(table.rows, 500) for line in cell_lines(row[number])]
    return int(min(max([2.2 * em(text) + 2 for text in (column.title, *texts)] + [_SHORTEST]), _WORDS))


def _values(rows: Sequence[tuple[Cell, ...]]) -> Iterator[Sequence[Value]]:
    for row in rows:
        yield [_value(cell) if isinstance(cell, tuple) else cell for cell in row]


def _value(cell: Cell) -> Value:
    return "\n".join(line.text for line in cell) if isinstance(cell, tuple) else cell
