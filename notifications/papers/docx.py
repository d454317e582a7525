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
from notifications.papers.paper import Block, Column, Figures, Heading, Kind, Line, Paper, Picture, Table, Words
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
    prepare_styles(document, landscape=paper.landscape)
    _foot(document, paper)
    _head(document, paper)
    parts = parts_of(paper)
    for block in parts.body:
        _draw(document, block, paper)
    if parts.below:
        _line(document, LETTER_BODY, "center")
        for block in parts.below:
            _draw(document, block, paper)
        _line(document, LETTER_END, "right")
    file = BytesIO()
    document.save(file)
    return _undated(file.getvalue())


def _describe(document: Any, paper: Paper) -> None:
    about, day = document.core_properties, datetime.combine(paper.on, time())
    about.title, about.author, about.last_modified_by = paper.title[:255], paper.office[:255], paper.office[:255]
    about.created = about.modified = day
    about.comments = about.keywords = about.subject = about.category = ""
    about.language, about.revision = JAPANESE, 1


def _foot(document: Any, paper: Paper) -> None:
    foot = document.sections[0].footer.paragraphs[0]
    foot.style = document.styles["Footer"]
    lines_into(foot, f"{paper.stamp}\t")
    page_number(foot)


def _head(document: Any, paper: Paper) -> None:
    day = day_words(paper)
    if paper.addressee:
        _line(document, "\n".join(filter(None, (paper.document_no, day))), "right")
        _line(document, paper.addressee)
        _line(document, paper.sender or paper.office, "right")
    title = document.add_paragraph(style="Title")
    lines_into(title, paper.title)
    if paper.addressee:
        if paper.subtitle:
            _line(document, paper.subtitle, "center")
        return
    if paper.subtitle:
        lines_into(document.add_paragraph(style="Subtitle"), paper.subtitle)
    _line(document, "\n".join(filter(None, (paper.document_no, day, paper.office, paper.division))), "right")


def _line(document: Any, words: str, align: str = "left") -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH[align.upper()]
    lines_into(paragraph, words)
    return paragraph


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
    rows = [
        row_xml(
            [
                cell_parts(
                    cell_lines(cell), align=_align(column), is_marked=number in table.marked,
                    is_strong=number in table.marked and column is table.columns[0],
                )
                for column, cell in zip(table.columns, row, strict=True)
            ]
        )
        for number, row in enumerate(shown_rows(table))
    ]  # fmt: skip
    table_xml(document, _twips(table, paper), [titles, *rows], is_ruled=table.ruled)
    if words := left_out(table):
        lines_into(document.add_paragraph(style="Quiet"), words)


def _align(column: Column) -> str:
    return "right" if column.kind is Kind.NUMBER else "left"


def _width(paper: Paper) -> int:
    """The room between the margins in twentieths of a point."""
    return round((LANDSCAPE if paper.landscape else PORTRAIT) / 25.4 * 1440)


def _twips(table: Table, paper: Paper) -> list[int]:
    widths = widths_of(table, shown_rows(table), landscape=paper.landscape)
    room, em = _width(paper), 9.5 * 20
    fixed = sum(width.get("em", 0) for width in widths) * em
    shares = sum(width.get("fr", 0) for width in widths) or 1
    return [round(width["em"] * em if "em" in width else (room - fixed) * width["fr"] / shares) for width in widths]


def _draw_picture(document: Any, picture: Picture, paper: Paper) -> None:
    """As a drawing where typst is there to make one of it, else in the words that stand for it."""
    png = png_of(picture.svg)
    if png is None:
        lines_into(document.add_paragraph(style="Quiet"), picture.alternative)
        return
    from docx.shared import Twips

    shape = document.add_picture(BytesIO(png), width=Twips(_width(paper)))
    properties = shape._inline.docPr
    properties.set("descr", picture.alternative)
    properties.set("name", "図")


def _undated(file: bytes) -> bytes:
    """The same archive without the time of its making, and without the picture of an empty page."""
    made = BytesIO()
    with ZipFile(BytesIO(file)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, _ZIP_DAY)
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()
