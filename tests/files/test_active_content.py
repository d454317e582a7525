"""Documents that act when they are opened are refused by what they hold; those that only look like it are taken."""

import io
import struct
import zlib

import pytest

from tests.documents import PDF, TEXT, an_office_file, an_old_office_file, relations
from tracker.archives import BoundsOfArchive
from tracker.domain.documents import USUAL, FileKind
from tracker.domain.errors import EvidenceRefused
from tracker.evidence_kinds import refuse_kind

MACROS, OBJECTS, REMOTE, SCRIPTS = (
    "マクロが入っています",
    "埋め込まれています",
    "外部から読み込むもの",
    "開くと動くもの",
)
RELS = "word/_rels/document.xml.rels"


def taken(content: bytes, name: str) -> FileKind:
    return refuse_kind(io.BytesIO(content), name, USUAL, BoundsOfArchive())


def excel_records(*sheets: int) -> bytes:
    """The beginning of an old workbook whose sheets are of these kinds."""
    begin = struct.pack("<HHHH", 0x0809, 4, 0x0600, 5)
    own = [struct.pack("<LBB", 0, 0, kind) + b"\x01\x00a" for kind in sheets]
    return begin + b"".join(struct.pack("<HH", 0x0085, len(one)) + one for one in own) + struct.pack("<HH", 0x000A, 0)


def point_records(kind: int) -> bytes:
    """A presentation with one record of that kind within a container."""
    inner = struct.pack("<HHL", 0, kind, 4) + b"abcd"
    return struct.pack("<HHL", 0x000F, 0x03E8, len(inner)) + inner


def packed_pdf(words: bytes) -> bytes:
    """A PDF that keeps an object in a packed stream of objects."""
    packed = zlib.compress(words)
    head = f"5 0 obj<</Type/ObjStm/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode()
    return PDF.replace(b"%%EOF", head + packed + b"\nendstream endobj\n%%EOF")


ACTING = [
    (an_old_office_file("WordDocument", "Macros/", "VBA/", "dir"), "通知.doc", MACROS),
    (an_old_office_file("Workbook", "_VBA_PROJECT_CUR/"), "一覧.xls", MACROS),
    (an_old_office_file(Workbook=excel_records(0, 1)), "一覧.xls", MACROS),
    (an_old_office_file(Workbook=excel_records(0, 6)), "一覧.xls", MACROS),
    (an_old_office_file(PowerPoint_Document=point_records(0x03FF)), "資料.ppt", MACROS),
    (an_old_office_file(PowerPoint_Document=point_records(0x1011)), "資料.ppt", OBJECTS),
    (an_old_office_file("WordDocument", "ObjectPool/", "_1234567890/"), "通知.doc", OBJECTS),
    (an_old_office_file("Workbook", "MBD0012AB34/"), "一覧.xls", OBJECTS),
    (an_old_office_file("WordDocument", "\x01Ole10Native"), "通知.doc", OBJECTS),
    (an_office_file("xlsx", ("xl/macrosheets/sheet1.xml", b"<x/>")), "一覧.xlsx", MACROS),
    (an_office_file("docx", ("word/VBAPROJECT.BIN", b"x")), "通知.docx", MACROS),
    (an_office_file("docx", ("word/embeddings/oleObject1.bin", b"x")), "通知.docx", OBJECTS),
    (an_office_file("docx", ("word/embeddings/book.xlsx", b"x")), "通知.docx", OBJECTS),
    (an_office_file("pptx", ("ppt/activeX/activeX1.xml", b"<x/>")), "資料.pptx", OBJECTS),
    (an_office_file("docx", ("word/_rels/settings.xml.rels", relations("attachedTemplate", "http://x.example/t.dotm"))),
     "通知.docx", REMOTE),
    (an_office_file("docx", (RELS, relations("oleObject", "\\\\10.0.0.1\\a"))), "通知.docx", REMOTE),
    (an_office_file("docx", (RELS, relations("frame", "http://x.example/"))), "通知.docx", REMOTE),
    (an_office_file("docx", (RELS, relations("image", "\\\\10.0.0.1\\a.png"))), "通知.docx", REMOTE),
    (an_office_file("docx", (RELS, relations("attachedTemplate", "x.dotm", "EXTERNAL"))), "通知.docx", REMOTE),
    (an_office_file("docx", (RELS, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')), "通知.docx", "壊れていて開けません"),
    (an_office_file("docx", (RELS, relations("frame", "x").decode().encode("utf-16"))), "通知.docx", "壊れていて開けません"),
    (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "写し.pdf", SCRIPTS),
    (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/J#61vaScript/J#53(x)>>"), "写し.pdf", SCRIPTS),
    (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/Launch/F(cmd.exe)>>"), "写し.pdf", SCRIPTS),
    (PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 3 0 R>>"), "写し.pdf", SCRIPTS),
    (packed_pdf(b"7 0 <</S/JavaScript/JS(x)>>"), "写し.pdf", SCRIPTS),
    (b"{\\rtf1{\\object\\objupdate{\\*\\objdata 0105}}}", "記録.txt", "RTFの文書です"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "name", "sentence"), ACTING)
def test_what_acts_when_it_is_opened_is_refused_by_what_it_holds(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(EvidenceRefused) as refusal:
        taken(content, name)

    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(f"「{name}」")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (an_old_office_file(Workbook=excel_records(0, 0, 2)), "一覧.xls"),
        (an_old_office_file("WordDocument", "1Table", "\x01CompObj", "\x05SummaryInformation"), "通知.doc"),
        (an_old_office_file(PowerPoint_Document=point_records(0x03E9)), "資料.ppt"),
        (an_office_file("docx", (RELS, relations("hyperlink", "http://city.example/"))), "通知.docx"),
        (an_office_file("xlsx", ("xl/externalLinks/_rels/a.xml.rels", relations("externalLinkPath", "前年度.xlsx"))), "一覧.xlsx"),
        (an_office_file("docx", ("word/charts/_rels/chart1.xml.rels", relations("package", "../embeddings/表.xlsx", "Internal")),
                        ("word/embeddings/表.xlsx", b"x")), "通知.docx"),
        (PDF.replace(b"%%EOF", b"5 0 obj<</Length 9>>stream\n/JS /JavaScript\nendstream\n%%EOF"), "写し.pdf"),
        (packed_pdf(b"7 0 <</Type/Page/Contents 8 0 R>>"), "写し.pdf"),
        (TEXT + b"/JavaScript", "記録.txt"),
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_taken(content: bytes, name: str) -> None:
    assert taken(content, name) in USUAL


def test_an_old_document_whose_chain_runs_in_a_circle_or_is_cut_off_is_refused_at_once() -> None:
    whole = an_old_office_file("WordDocument")
    table = len(whole) - 512
    circle = whole[:table] + struct.pack("<8L", *[0] * 8) + struct.pack("<2L", 9, 8) + whole[table + 40 :]
    for broken in (circle, whole[:600], whole[:512], whole[:76] + b"\xff" * 436 + whole[512:]):
        with pytest.raises(EvidenceRefused, match="壊れていて開けません"):
            taken(broken, "通知.doc")
