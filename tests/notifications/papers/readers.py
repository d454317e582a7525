"""The words of a paper in each format, read by other software than wrote them."""

import io
import shutil
import subprocess
import zipfile
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

from tests.leaving_out import leave_out
from tracker.domain.dates import wareki

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Page(HTMLParser):
    """A page as its reader sees it: words without the head, the tags and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "svg", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "svg", "title")

    def handle_data(self, data: str) -> None:
        self.words += [] if self._hidden else [data]

    @property
    def text(self) -> str:
        return "\n".join(self.words)


def poppler(program: str, pdf: bytes, *options: str) -> str:
    """What a program of poppler says of the PDF."""
    if shutil.which(program) is None:
        leave_out(f"{program} not found; Debian's package is poppler-utils")
    ending = ["-"] if program == "pdftotext" else []
    made = subprocess.run([program, *options, "-", *ending], input=pdf, capture_output=True, check=True, timeout=120)
    assert program == "pdfinfo" or made.stderr == b""  # which does not know all of the newer tags
    return made.stdout.decode("utf-8", "replace")


def pdf_text(pdf: bytes, *options: str) -> str:
    """The words in the order of reading."""
    return poppler("pdftotext", pdf, *options).replace("\u200b", "")


def sheets_of(book: bytes) -> dict[str, list[list[object]]]:
    """Every sheet of a workbook as cells."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(book))
    return {name: opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names}


def said(cell: object) -> str:
    """A cell of a sheet as it reads on paper."""
    if isinstance(cell, date):
        return wareki(cell, weekday=True)
    return f"{int(cell):,}" if isinstance(cell, float | int) else str(cell)


def sheet_text(book: bytes) -> str:
    return "\n".join(said(cell) for rows in sheets_of(book).values() for row in rows for cell in row)


def document_xml(document: bytes, part: str = "word/document.xml") -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return ElementTree.fromstring(archive.read(part))


def document_text(document: bytes) -> str:
    """The paragraphs of the body, tables among them."""
    return "\n".join(
        "".join(_piece(part) for part in paragraph.iter()) for paragraph in document_xml(document).iter(f"{W}p")
    )


def _piece(part: ElementTree.Element) -> str:
    return part.text or "" if part.tag == f"{W}t" else "\n" if part.tag == f"{W}br" else ""


def squeezed(text: str) -> str:
    """Without blanks and line ends, which each format sets as it needs."""
    return "".join(text.split())
