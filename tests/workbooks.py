"""Workbooks made by hand, down to their tags: what Excel would never write, and what it writes and others misread."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def parts_of(sheet: str, *, strings: str | None = None, styles: str | None = None, book: str = "") -> dict[str, str]:
    """The parts of a workbook of one sheet."""
    more = {"sharedStrings": strings, "styles": styles}
    related = {1: ("worksheet", "worksheets/sheet1.xml")} | {
        number: (kind, f"{kind}.xml") for number, (kind, text) in enumerate(more.items(), 2) if text is not None
    }
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in related.items()
    )
    own = f'<workbook {MAIN} xmlns:r="{_KINDS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_KINDS}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": book or own,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        SHEET: sheet,
    } | {f"xl/{kind}.xml": text for kind, text in more.items() if text is not None}


def a_package(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A workbook of exactly these parts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def a_sheet(rows: Sequence[Sequence[str]], *, more: str = "", after: str = "", before: str = "") -> str:
    """A sheet's markup; a text that begins with <c is a cell of its own, with {at} for its place."""
    lines = "".join(f'<row r="{number}">{_cells(number, row)}</row>' for number, row in enumerate(rows, 1))
    return f"{before}<worksheet {MAIN}><sheetData>{lines}{more}</sheetData>{after}</worksheet>"


def _cells(number: int, row: Sequence[str]) -> str:
    return "".join(_cell(f"{letters(place)}{number}", text) for place, text in enumerate(row) if text)


def _cell(at: str, text: str) -> str:
    if text.startswith("<c"):
        return text.replace("{at}", at)
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def letters(place: int) -> str:
    """A column's letters, counted from 0."""
    return chr(65 + place) if place < 26 else letters(place // 26 - 1) + chr(65 + place % 26)
