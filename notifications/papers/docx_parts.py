"""Pieces of a Word document: styles in Japanese type, tables as XML (for speed), the field of the page's number."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from notifications.papers.paper import Line

FONT, JAPANESE = "BIZ UDPゴシック", "ja-JP"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_POINTS = {
    "Normal": 10, "Body Text": 10, "List Bullet": 10, "Quiet": 8.5, "Note": 8.5, "Title": 15, "Subtitle": 10,
    "Heading 1": 12, "Heading 2": 10.5, "Footer": 8,
}  # fmt: skip
# The parts of w:pPr that come behind w:autoSpaceDE and w:autoSpaceDN.
_AFTER_AUTO_SPACE = ("w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
                     "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
                     "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")  # fmt: skip
_GREY, _INK = "3D444D", "16191D"


def prepare_styles(document: Any, *, landscape: bool, is_letter: bool) -> None:
    """A4, and every style in the font of Japanese offices: w:eastAsia, else Word takes another for kanji."""
    from docx.enum.section import WD_ORIENT
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm

    section = document.sections[0]
    sides = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = sides
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin, section.bottom_margin = Mm(18), Mm(17)
    section.footer_distance = Mm(8)
    document.styles.add_style("Quiet", WD_STYLE_TYPE.PARAGRAPH).base_style = document.styles["Normal"]
    document.styles.add_style("Note", WD_STYLE_TYPE.CHARACTER)
    for style in document.styles:
        if hasattr(style, "font"):
            _set_font(style)
    _space(document, is_letter=is_letter)
    _set_language(document)


def _set_font(style: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    if style.name in _POINTS:
        style.font.size = Pt(_POINTS[style.name])
        style.font.color.rgb = RGBColor.from_string(_GREY if style.name in ("Quiet", "Note", "Footer") else _INK)
        style.font.italic = False
        style.font.bold = style.name in ("Title", "Heading 1", "Heading 2")


def _set_language(document: Any) -> None:
    """Japanese line breaking; and no room of the program's own between kanji and numbers (令和 6 年)."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), JAPANESE)
        lang.set(qn("w:eastAsia"), JAPANESE)
    normal = document.styles["Normal"].element.get_or_add_pPr()
    for name in ("autoSpaceDE", "autoSpaceDN"):
        normal.insert_element_before(parse_xml(f'<w:{name} {_W} w:val="0"/>'), *_AFTER_AUTO_SPACE)


def _space(document: Any, *, is_letter: bool) -> None:
    """Room before and after; the line under the title and the tab of the footer as an office sets them."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Pt

    room = {"Normal": (0, 4), "Body Text": (0, 4), "List Bullet": (0, 2), "Title": (8, 8), "Subtitle": (0, 2),
            "Heading 1": (14, 4), "Heading 2": (10, 3)}  # fmt: skip
    for name, (before, after) in room.items():
        form = document.styles[name].paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.15
    title = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Subtitle"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if is_letter:
        title.font.bold, title.font.size = False, Pt(13)
        title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(24)
        document.styles["Subtitle"].paragraph_format.space_after = Pt(24)
        for name in ("Normal", "Body Text", "List Bullet"):
            document.styles[name].font.size = Pt(10.5)
    for border in title.element.pPr.findall(".//{*}pBdr"):
        border.getparent().remove(border)
    section = document.sections[0]
    stops = document.styles["Footer"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(section.page_width - section.left_margin - section.right_margin, WD_TAB_ALIGNMENT.RIGHT)


def lines_into(paragraph: Any, words: str, style: str | None = None) -> None:
    """The words as they are; python-docx makes breaks of their line ends and tabs of tabs."""
    paragraph.add_run(words, style)


def page_number(paragraph: Any) -> None:
    """n / N as fields that Word fills in."""
    from docx.oxml import parse_xml

    for field, before in (("PAGE", ""), ("NUMPAGES", " / ")):
        if before:
            paragraph.add_run(before)
        paragraph._p.append(parse_xml(f'<w:fldSimple {_W} w:instr=" {field} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))


def table_xml(document: Any, widths: Sequence[int], rows: Sequence[str], *, is_ruled: bool) -> None:
    """A table at the end of the document, and a small paragraph behind it, else two tables would become one."""
    from docx.oxml import parse_xml
    from docx.shared import Pt

    heavy, light = ('w:val="single" w:sz="6" w:color="16191D"', 'w:val="single" w:sz="4" w:color="8A929B"')
    across = heavy if is_ruled else light
    sides = f"<w:left {heavy}/>" if is_ruled else '<w:left w:val="nil"/>'
    right = f"<w:right {heavy}/>" if is_ruled else '<w:right w:val="nil"/>'
    inside = f"<w:insideV {heavy}/>" if is_ruled else '<w:insideV w:val="nil"/>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    xml = (
        f'<w:tbl {_W}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="80" w:type="dxa"/>'
        f"<w:tblBorders><w:top {heavy}/>{sides}<w:bottom {across}/>{right}<w:insideH {across}/>{inside}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
        '<w:tblLook w:firstRow="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")
    behind = document.add_paragraph(style="Quiet").paragraph_format
    behind.space_after, behind.line_spacing = Pt(2), Pt(6)


def row_xml(cells: Sequence[str], *, is_heading: bool = False) -> str:
    """A row that does not break over two pages; a heading's is repeated on each."""
    repeated = "<w:tblHeader/>" if is_heading else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def cell_parts(
    lines: Sequence[Line], *, align: str = "left", is_heading: bool = False, is_marked: bool = False,
    is_strong: bool = False, is_large: bool = False,
) -> str:  # fmt: skip
    """A cell with a paragraph for each line."""
    fill = "F0F2F4" if is_heading else "F3E3E3" if is_marked else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    thick = '<w:tcBorders><w:left w:val="single" w:sz="24" w:color="8C1515"/></w:tcBorders>' if is_strong else ""
    paragraphs = "".join(
        _paragraph(
            line, align, is_strong=is_strong or line.strong, is_large=is_large and line.strong, is_small=is_heading
        )
        for line in lines or (Line(""),)
    )
    return f"<w:tc><w:tcPr>{thick}{shade}</w:tcPr>{paragraphs}</w:tc>"


def _paragraph(line: Line, align: str, *, is_strong: bool, is_large: bool, is_small: bool) -> str:
    size = 36 if is_large else 17 if line.quiet or is_small else 19
    look = ("<w:b/>" if is_strong else "") + (f'<w:color w:val="{_GREY}"/>' if line.quiet else "")
    text = '</w:t><w:tab/><w:t xml:space="preserve">'.join(map(escape, line.text.split("\t")))
    return (
        f'<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:rPr>{look}<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )
