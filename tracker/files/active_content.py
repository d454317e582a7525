"""What acts when a document is opened: macros, objects of other programs, what is fetched from outside, scripts in PDF."""

import re
import struct
import zlib
from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.etree import ElementTree
from zipfile import ZipFile

from tracker.domain.errors import EvidenceRefused
from tracker.files.compound import CompoundBroken, CompoundFile

MEGABYTE = 1 << 20
MACROS = "マクロが入っています。マクロのない形式（.xlsx、.docx など）で保存し直してください。"
OBJECTS = "ほかのプログラムの部品（OLEオブジェクト、ActiveX）が埋め込まれています。PDFにするか、部品を取り除いて添えてください。"
REMOTE = "開くと外部から読み込むもの（テンプレート、画像、部品など）が指定されています。PDFにするか、取り除いて添えてください。"
SCRIPTS = "開くと動くもの（スクリプト、起動の指定）か、埋め込まれたファイルが入っています。印刷してPDFに直して添えてください。"
PASSWORD = "パスワードが付いています。パスワードを外して添えてください。"
BROKEN = "壊れていて開けません。元のアプリで保存し直してください。"
_HARMLESS_OUTSIDE = (
    "/hyperlink",
    "/externallinkpath",
    "/xlpathmissing",
    "/xlexternallinkpath",
)  # asked for before it is fetched
_VBA = {"macros", "vba", "_vba_project_cur", "_vba_project", "vbaproject"}
_OBJECTS = {"objectpool", "\x01ole10native", "package", "ocxdata", "\x03ocxname"}
_EMBEDDED = re.compile(r"mbd[0-9a-f]{8}|_\d{10}", re.I)
_POINT_VBA, _POINT_OBJECT = {0x03FF, 0x0400}, {0x1011}
_EXCEL_SHEET, _EXCEL_PASSWORD, _MACRO_SHEET, _VBA_MODULE = 0x0085, 0x002F, 1, 6
_ACTING = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|ImportData|SubmitForm)(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_INFLATED = 64 * MEGABYTE


def refuse_acting_office(archive: ZipFile, name: str) -> None:
    """Raise EvidenceRefused for an Office file (OOXML) that holds macros or objects, or fetches something."""
    names = {one.filename.replace("\\", "/").lower(): one.filename for one in archive.infolist()}
    if any(one.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in one for one in names):
        raise _refused(name, MACROS)
    charted = set[str]()
    for lower, entry in names.items():
        if lower.endswith(".rels"):
            charted |= _targets(archive, entry, name, of_chart="/charts/_rels/" in lower)
    embedded = [one for one in names if "/embeddings/" in one or "/activex/" in one or "/oleobjects/" in one]
    if any(one.rpartition("/")[2] not in charted for one in embedded if not one.endswith("/")):
        raise _refused(name, OBJECTS)


def _targets(archive: ZipFile, entry: str, name: str, *, of_chart: bool) -> set[str]:
    """The sheets that a chart keeps its figures in; EvidenceRefused for what is fetched from outside."""
    try:
        with archive.open(entry) as file:
            content = file.read(MEGABYTE + 1)
        text = content.decode("utf-8-sig")
        if len(content) > MEGABYTE or "<!" in text.replace("<!--", ""):
            raise ValueError
        found = list(ElementTree.fromstring(text))
    except (ValueError, ElementTree.ParseError, OSError, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise _refused(name, BROKEN) from None
    for one in found:
        kind = one.get("Type", "").lower()
        if one.get("TargetMode", "").strip().lower() == "external" and not kind.endswith(_HARMLESS_OUTSIDE):
            raise _refused(name, REMOTE)
    inner = [one.get("Target", "").rpartition("/")[2].lower() for one in found]
    return {one for one in inner if of_chart and one.endswith(".xlsx")}


def refuse_acting_compound(source: BinaryIO, name: str, streams: Collection[str]) -> bool:
    """Whether an old Office file has one of these streams; EvidenceRefused for macros, objects, a password."""
    try:
        file = CompoundFile(source)
        names = {one.name.lower() for one in file.entries}
        if "encryptedpackage" in names:
            raise _refused(name, PASSWORD)
        if names & _VBA:
            raise _refused(name, MACROS)
        if names & _OBJECTS or any(_EMBEDDED.fullmatch(one) for one in names):
            raise _refused(name, OBJECTS)
        for entry in file.entries:
            if entry.name in ("Workbook", "Book"):
                _refuse_records_of_excel(file.beginning_of(entry, 4 * MEGABYTE), name)
            elif entry.name == "PowerPoint Document":
                _refuse_records_of_powerpoint(file.beginning_of(entry, entry.size), name)
        return bool(names & {one.lower() for one in streams})
    except (CompoundBroken, struct.error, MemoryError):
        raise _refused(name, BROKEN) from None


def _refuse_records_of_excel(stream: bytes, name: str) -> None:
    """Macros of Excel 4 are sheets, told in the workbook's first records."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _EXCEL_PASSWORD:
            raise _refused(name, PASSWORD)
        if kind == _EXCEL_SHEET and length >= 6 and stream[at + 9] in (_MACRO_SHEET, _VBA_MODULE):
            raise _refused(name, MACROS)
        at += 4 + length


def _refuse_records_of_powerpoint(stream: bytes, name: str) -> None:
    kinds = set(_kinds_of_records(stream))
    if kinds & _POINT_VBA:
        raise _refused(name, MACROS)
    if kinds & _POINT_OBJECT:
        raise _refused(name, OBJECTS)


def _kinds_of_records(stream: bytes) -> Iterator[int]:
    at = 0
    while at + 8 <= len(stream):
        version, kind, length = struct.unpack_from("<HHL", stream, at)
        yield kind
        at += 8 if version & 0xF == 0xF else 8 + length  # a container is gone into


def refuse_acting_pdf(source: BinaryIO, name: str) -> None:
    """Raise EvidenceRefused for a PDF that runs or starts something, or carries files."""
    source.seek(0)
    if any(_ACTING.search(_ESCAPED.sub(_letter, part)) for part in _words_of_pdf(source.read())):
        raise _refused(name, SCRIPTS)


def _words_of_pdf(content: bytes) -> Iterator[bytes]:
    """What is no picture or font: the text between streams, and what object streams hold packed."""
    at, left = 0, _MOST_INFLATED
    while (begin := content.find(b"stream", at)) >= 0:
        head = content[at:begin]
        end = content.find(b"endstream", begin)
        yield head
        if end < 0:
            yield content[begin:]
            return
        if b"/ObjStm" in _ESCAPED.sub(_letter, head[-1024:]) and left > 0:
            inflated = _inflated(content[begin + 6 : end].lstrip(b"\r\n"), left)
            left -= len(inflated)
            yield inflated
        at = end + len(b"endstream")
    yield content[at:]


def _inflated(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return packed


def _letter(found: "re.Match[bytes]") -> bytes:
    return bytes([int(found[1], 16)])


def _refused(name: str, sentence: str) -> EvidenceRefused:
    return EvidenceRefused(f"「{name}」{'は' if sentence is BROKEN else 'には'}{sentence}")
