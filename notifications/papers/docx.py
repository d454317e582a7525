"""A paper as a Word document that people go on editing: real headings, real tables, page numbers, no traces of a machine."""

from datetime import datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from notifications.papers.docx_parts import (
    JAPANESE,
    cell_parts,
    lines_into,
    page_number,
    prepare_styles,
    row_xml,
    table_xml,
)
from notifications.papers.paper import Block, Cell, Column, Figures, Heading, Kind, Line, Paper, Picture, Table, Words
from notifications.papers.pictures import png_of
from notifications.papers.widths import LANDSCAPE, PORTRAIT, widths_of
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

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def render_docx(paper: Paper) -> bytes:
    """The document; the same paper gives the same bytes."""
    import docx

    paper = cleaned(paper)
    document = docx.Document()
    _describe(document, paper)
    prepare_styles(document, landscape=paper.landscape, is_letter=bool(paper.addressee))
    _foot(document, paper)
    _head(document, paper)
    parts = parts_of(paper)
    for block in parts.body:
        _draw(document, block, paper)
    if parts.below:
        _line(document, LETTER_BODY, "center", room=12)
        for block in parts.below:
            _draw(document, block, paper)
        _line(document, LETTER_END, "right", room=12)
    file = BytesIO()
    document.save(file)
    return _undated(file.getvalue())


def _describe(document: Any, paper: Paper) -> None:
    about, day = document.core_properties, datetime.combine(paper.on, time())
    about.title, about.author, about.last_modified_by = paper.title[:255], paper.office[:255], paper.office[:255]
    about.created = about.modified = day
    about.comments = about.keywords = about.subject = about.category = ""
    about.language, about.revision = JAPANESE, 1
    for key, link in list(document.part.package.rels.items()):
        if link.reltype.endswith("/thumbnail"):  # a picture of somebody else's empty page
            del document.part.package.rels[key]


def _foot(document: Any, paper: Paper) -> None:
    foot = document.sections[0].footer.paragraphs[0]
    foot.style = document.styles["Footer"]
    lines_into(foot, f"{paper.stamp}\t")
    page_number(foot)


def _head(document: Any, paper: Paper) -> None:
    from docx.shared import Pt

    day = day_words(paper)
    if paper.addressee:
        _line(document, "\n".join(filter(None, (paper.document_no, day))), "right")
        _line(document, paper.addressee, room=12)
        _line(document, paper.sender or paper.office, "right", room=12)
    title = document.add_paragraph(style="Title")
    lines_into(title, paper.title)
    if paper.addressee:
        if paper.subtitle:
            title.paragraph_format.space_after = Pt(0)
            lines_into(document.add_paragraph(style="Subtitle"), paper.subtitle)
        return
    if paper.subtitle:
        lines_into(document.add_paragraph(style="Subtitle"), paper.subtitle)
    _line(document, "\n".join(filter(None, (paper.document_no, day, paper.office, paper.division))), "right")


def _line(document: Any, words: str, align: str = "left", room: int = 0) -> None:
    """A paragraph of its own, with so many points free before it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    paragraph.paragraph_format.space_before = Pt(room) if room else None
    lines_into(paragraph, words)


def _draw(document: Any, block: Block, paper: Paper) -> None:
    match block:
        case Heading():
            heading = document.add_heading(level=block.level)
            lines_into(heading, block.text)
            if block.note:
                lines_into(heading, f"　{block.note}", style="Note")
            heading.paragraph_format.page_break_before = block.new_page or None
        case Words():
            style = "List Bullet" if block.points else "Quiet" if block.quiet else "Body Text"
            for words in block.paragraphs:
                lines_into(document.add_paragraph(style=style), words)
        case Figures():
            if block.figures:
                _draw_figures(document, block, paper)
        case Table():
            _draw_table(document, block, paper)
        case Picture():
            _draw_picture(document, block, paper)


def _draw_figures(document: Any, block: Figures, paper: Paper) -> None:
    lines = [
        (
            Line(f"{figure.now:,}{figure.unit}", strong=True),
            Line(change_words(figure, block.beside), quiet=True),
        )
        for figure in block.figures
    ]
    titles = [Line(figure_label(figure), strong=needs_attention(figure)) for figure in block.figures]
    share = _width(paper) // len(titles)
    heading = row_xml([cell_parts((title,), align="center", is_heading=True) for title in titles], is_heading=True)
    numbers = row_xml([cell_parts(cell, align="center", is_large=True) for cell in lines])
    table_xml(document, [share] * len(titles), [heading, numbers], is_ruled=True)


def _draw_table(document: Any, table: Table, paper: Paper) -> None:
    if not table.rows:
        _line(document, table.empty)
        return
    titles = row_xml(
        [cell_parts((Line(column.title),), is_heading=True, align=_align(column)) for column in table.columns],
        is_heading=True,
    )
    rows = [_row(row, table, is_marked=number in table.marked) for number, row in enumerate(shown_rows(table))]
    table_xml(document, _twips(table, paper), [titles, *rows], is_ruled=table.ruled)
    if words := left_out(table):
        lines_into(document.add_paragraph(style="Quiet"), words)


def _row(row: tuple[Cell, ...], table: Table, *, is_marked: bool) -> str:
    aligns = map(_align, table.columns)
    return row_xml(
        [
            cell_parts(cell_lines(cell), align=align, is_marked=is_marked, is_strong=is_marked and at == 0)
            for at, (align, cell) in enumerate(zip(aligns, row, strict=True))
        ]
    )


def _align(column: Column) -> str:
    return "right" if column.kind is Kind.NUMBER else "left"


def _width(paper: Paper) -> int:
    """The room between the margins in twentieths of a point."""
    return round((LANDSCAPE if paper.landscape else PORTRAIT) / 25.4 * 1440)


def _twips(table: Table, paper: Paper) -> list[int]:
    """The widths of the columns; a day's is wider, for some programs set numbers apart from kanji."""
    widths = widths_of(table, shown_rows(table), landscape=paper.landscape)
    room, em = _width(paper), 9.5 * 20
    spread = [1.15 if column.kind is Kind.DAY else 1.0 for column in table.columns]
    fixed = [width.get("em", 0.0) * em * by for width, by in zip(widths, spread, strict=True)]
    shares = sum(width.get("fr", 0.0) for width in widths) or 1
    return [
        round(wide or (room - sum(fixed)) * width["fr"] / shares) for width, wide in zip(widths, fixed, strict=True)
    ]


def _draw_picture(document: Any, picture: Picture, paper: Paper) -> None:
    """As a drawing where typst is there to make one of it, else in the words that stand for it."""
    png = png_of(picture.svg)
    if png is None:
        lines_into(document.add_paragraph(style="Quiet"), picture.alternative)
        return
    from docx.shared import Twips

    shape = document.add_picture(BytesIO(png), width=Twips(_width(paper) - 20))
    for side in ("distT", "distB", "distL", "distR"):  # some programs take a distance of their own where none is told
        shape._inline.set(side, "0")
    properties = shape._inline.docPr
    properties.set("descr", picture.alternative)
    properties.set("name", "図")


def _undated(file: bytes) -> bytes:
    """The same archive without the time of its making."""
    made = BytesIO()
    with ZipFile(BytesIO(file)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, _ZIP_DAY)
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()
