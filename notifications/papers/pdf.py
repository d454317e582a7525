"""A paper as a tagged PDF on A4, set by typst; the same paper gives the same bytes on any machine and day."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from notifications.papers.paper import Block, Cell, Figure, Figures, Heading, Kind, Line, Paper, Picture, Table, Words
from notifications.papers.widths import widths_of
from notifications.papers.wording import (
    LETTER_BODY,
    LETTER_END,
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
from notifications.printing.coverage import characters_of
from notifications.printing.letters import FONTS, Printed, PrintingRefused
from notifications.printing.paper import printable

FONT = FONTS / "BIZUDPGothic-Regular.ttf"
_SOURCE = Path(__file__).with_name("paper.typ")
_WHOLE_ROW = 900  # characters; a row with more may run over two pages, for it might not fit one
_LINE = 16  # characters that a line of a cell counts for, however short


def render_pdf(paper: Paper) -> Printed:
    """The PDF, and the characters that its font lacks and 〓 stands for; PrintingRefused without typst."""
    missing: set[str] = set()
    content = _printable(_content(cleaned(paper)), missing)
    return Printed(_set(content), tuple(sorted(missing)))


def typst_fonts() -> Any:
    """The project's fonts as typst knows them, read once; PrintingRefused where typst is not installed."""
    try:
        import typst
    except ImportError:
        raise PrintingRefused(
            "印刷用のPDFを作るには typst が必要です。zesei[pdf] を指定してインストールしてください。"
        ) from None
    return _fonts(typst.Fonts)


@cache
def _fonts(kind: Any) -> Any:
    return kind(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _set(content: Any) -> bytes:
    fonts = typst_fonts()
    import typst

    inputs = {"content": json.dumps(content, ensure_ascii=False)}
    compiler = typst.Compiler(root=_SOURCE.parent, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)
    pdf = compiler.compile(_SOURCE, format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def _content(paper: Paper) -> dict[str, Any]:
    parts = parts_of(paper)
    return {
        "title": paper.title,
        "office": paper.office,
        "division": paper.division,
        "subtitle": paper.subtitle,
        "stamp": paper.stamp,
        "day": day_words(paper),
        "on": [paper.on.year, paper.on.month, paper.on.day],
        "addressee": paper.addressee,
        "sender": paper.sender or paper.office,
        "number": paper.document_no,
        "flipped": paper.landscape,
        "body": [_block(block, paper) for block in parts.body],
        "below": [_block(block, paper) for block in parts.below],
        "below words": [LETTER_BODY, LETTER_END],
    }


def _block(block: Block, paper: Paper) -> dict[str, Any]:
    match block:
        case Heading():
            values = {"text": block.text, "note": block.note, "level": block.level, "new page": block.new_page}
        case Words():
            values = {"paragraphs": list(block.paragraphs), "points": block.points, "quiet": block.quiet}
        case Figures():
            values = {"figures": [_figure(figure, block) for figure in block.figures]}
        case Table():
            values = _table(block, paper)
        case Picture():
            values = {"svg": block.svg, "alternative": block.alternative}
    return {"kind": type(block).__name__, **values}


def _figure(figure: Figure, block: Figures) -> dict[str, Any]:
    return {
        "label": figure_label(figure), "now": f"{figure.now:,}", "unit": figure.unit,
        "change": change_words(figure, block.beside), "is bad": needs_attention(figure),
    }  # fmt: skip


def _table(table: Table, paper: Paper) -> dict[str, Any]:
    return {
        "titles": [column.title for column in table.columns],
        "right": [column.kind is Kind.NUMBER for column in table.columns],
        "fixed": [column.kind in (Kind.DAY, Kind.NUMBER) for column in table.columns],
        "widths": widths_of(table, shown_rows(table), landscape=paper.landscape),
        "rows": [_row(row, is_marked=number in table.marked) for number, row in enumerate(shown_rows(table))],
        "empty": table.empty, "left out": left_out(table), "ruled": table.ruled,
    }  # fmt: skip


def _row(row: tuple[Cell, ...], *, is_marked: bool) -> dict[str, Any]:
    cells = [cell_lines(cell) for cell in row]
    return {
        "cells": [list(map(_line, lines)) for lines in cells],
        "marked": is_marked,
        "whole": sum(len(line.text) + _LINE for lines in cells for line in lines) < _WHOLE_ROW,
    }


def _line(line: Line) -> dict[str, Any]:
    look = {"look": "strong"} if line.strong else {"look": "quiet"} if line.quiet else {}
    return {"text": line.text, **look}


def _printable(value: Any, missing: set[str]) -> Any:
    """All strings in what the font has, 〓 for the rest."""
    if isinstance(value, str):
        return _printable_text(value, missing)
    if isinstance(value, list):
        return [_printable(each, missing) for each in value]
    if isinstance(value, dict):
        return {key: _printable(each, missing) for key, each in value.items()}
    return value


def _printable_text(text: str, missing: set[str]) -> str:
    known = _known()
    if known.issuperset(text):
        return text
    shown, unknown = printable(text, known)
    missing.update(unknown)
    return shown


@cache
def _known() -> frozenset[str]:
    return characters_of(FONT) | {"\n"}
