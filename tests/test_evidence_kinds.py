"""What a document is by its content; programs, bombs, macros and passwords are told apart and named."""

import io
import random
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import (
    JPEG,
    OLE,
    PDF,
    PNG,
    PROGRAM,
    TEXT,
    a_bomb,
    an_archive,
    an_office_file,
    an_old_office_file,
    with_declared_size,
)
from tracker.archives import BoundsOfArchive
from tracker.domain.documents import USUAL, FileKind
from tracker.domain.errors import EvidenceRefused
from tracker.evidence_kinds import kind_of, refuse_kind


def taken(content: bytes, name: str, *more: FileKind) -> FileKind:
    """The kind under which a document is taken."""
    return refuse_kind(io.BytesIO(content), name, (*USUAL, *more), BoundsOfArchive())


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "停止の記録.pdf", "PDF"), (PDF, "停止の記録.PDF", "PDF"), (PDF, "名前だけ", "PDF"),
        (b"\r\n\r\n" + PDF, "先頭に空行.pdf", "PDF"), (PNG, "画面.png", "PNG画像"), (JPEG, "写真.JPG", "JPEG画像"),
        (b"II*\0" + b"\0" * 20, "スキャン.tif", "TIFF画像"), (an_office_file("docx"), "通知.docx", "Word"),
        (an_office_file("xlsx"), "一覧.xlsx", "Excel"), (an_office_file("pptx"), "資料.pptx", "PowerPoint"),
        (an_old_office_file("WordDocument"), "通知.doc", "旧形式のOffice"),
        (an_old_office_file("Workbook"), "一覧.xls", "旧形式のOffice"), (TEXT, "記録.txt", "テキスト・CSV"),
        ("日付,件数\n".encode(), "記録.csv", "テキスト・CSV"), ("日付\n".encode("utf-16"), "記録.txt", "テキスト・CSV"),
        ("日付\n".encode("euc_jp"), "記録.txt", "テキスト・CSV"),
        (("あ" * 40_000).encode(), "長い.txt", "テキスト・CSV"), (("あ" * 40_001).encode("cp932"), "長い.csv", "テキスト・CSV"),
    ],
)  # fmt: skip
def test_a_document_is_known_by_its_content(content: bytes, name: str, kind: str) -> None:
    source = io.BytesIO(content)
    assert taken(content, name) == kind
    kind_of(source, name)
    assert source.tell() == 0


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (PROGRAM, "停止の記録.pdf", "「停止の記録.pdf」は実行ファイル（Windowsのプログラム）です。"),
        (PROGRAM, "一覧.xlsx", "実行ファイル（Windowsのプログラム）です。"),
        (b"\x7fELF" + b"\0" * 60, "記録.txt", "実行ファイル（プログラム）です。"),
        (b"#!/bin/sh\nrm -rf /\n", "記録.txt", "スクリプト（プログラム）です。"),
        (b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60, "写し.pdf", "ショートカットです。"),
        (an_old_office_file("Installer"), "通知.doc", "種類の分からないファイルです。"),
        (an_old_office_file("EncryptedPackage"), "一覧.xlsx", "パスワードが付いています。パスワードを外して"),
        (PDF, "写し.exe", "の中身はPDFですが、名前の終わりが「.exe」です。"),
        (TEXT, "記録.bat", "の中身はテキスト・CSVですが、名前の終わりが「.bat」です。"),
        (b"<script>alert(1)</script>", "記録.html", "の中身はテキスト・CSVですが、名前の終わりが「.html」です。"),
        (b"<svg onload='alert(1)'/>", "図.svg", "名前の終わりが「.svg」です。"),
        (an_office_file("xlsx"), "一覧.docx", "の中身はExcelですが、名前の終わりが「.docx」です。"),
        (an_office_file("xlsx", ("xl/vbaProject.bin", b"x")), "一覧.xlsm", "マクロが入っています。"),
        (an_archive(("写し.pdf", PDF)), "まとめ.zip", "「まとめ.zip」はZIPです。添えられるのは、PDF、"),
        (an_archive(("写し.pdf", PDF)), "一覧.xlsx", "「一覧.xlsx」はZIPです。"),
        (an_office_file("docx", ("word/embeddings/中.zip", b"x")), "通知.docx", "の中に圧縮ファイルがあります。"),
        (an_office_file("docx", ("word/embeddings/中.exe", b"x")), "通知.docx", "の中にプログラムがあります。"),
        (b"PK\x03\x04 broken", "一覧.xlsx", "壊れていて開けません。"), (b"PK\x05\x06", "一覧.xlsx", "壊れていて開けません。"),
        (b"7z\xbc\xaf'\x1c" + b"\0" * 40, "まとめ.7z", "7-Zipの圧縮ファイルです。"),
        (b"Rar!\x1a\x07\x01\0" + b"\0" * 40, "まとめ.pdf", "RARの圧縮ファイルです。"),
        (b"GIF89a" + b"\0" * 40, "図.gif", "GIF画像です。"), (bytes(range(256)), "何か.bin", "種類の分からないファイルです。"),
    ],
)  # fmt: skip
def test_what_cannot_be_evidence_is_refused_by_what_it_is(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(EvidenceRefused) as refusal:
        taken(content, name)

    assert sentence in str(refusal.value)


def test_a_zip_is_taken_where_the_office_says_so_but_not_with_programs_or_archives_in_it() -> None:
    assert taken(an_archive(("写し.pdf", PDF)), "まとめ.zip", FileKind.ZIP) is FileKind.ZIP
    for inner in ("中.zip", "停止.EXE", "開いて.js", "a/b/c.lnk"):
        with pytest.raises(EvidenceRefused):
            taken(an_archive(("写し.pdf", PDF), (inner, b"x")), "まとめ.zip", FileKind.ZIP)


def test_a_bomb_that_calls_itself_excel_is_refused_without_being_unpacked() -> None:
    bomb = a_bomb()
    assert len(bomb) < 400_000
    tracemalloc.start()
    began = time.perf_counter()

    with pytest.raises(EvidenceRefused, match="開くと異常に大きくなる"):
        taken(bomb, "一覧.xlsx")

    assert time.perf_counter() - began < 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("size", "is_taken"), [(1 << 20, True), (5 << 30, False), ((1 << 32) - 1, False)]
)  # fmt: skip
def test_what_a_directory_declares_is_believed_before_anything_is_unpacked(size: int, is_taken: bool) -> None:
    archive = with_declared_size(an_office_file("xlsx"), min(size, (1 << 32) - 1))
    if is_taken:
        assert taken(archive, "一覧.xlsx") is FileKind.EXCEL
    else:
        with pytest.raises(EvidenceRefused, match="異常に大きくなる|壊れていて"):
            taken(archive, "一覧.xlsx")


def test_a_directory_of_very_many_entries_is_refused_before_it_is_read() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}", b"")
    tracemalloc.start()

    with pytest.raises(EvidenceRefused, match="異常に大きくなる"):
        taken(written.getvalue(), "一覧.xlsx")

    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_a_second_directory_behind_the_first_cannot_hide_what_is_in_the_archive() -> None:
    archive = an_archive(("写し.pdf", PDF))
    at = archive.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, 0, 1)

    with pytest.raises(EvidenceRefused):
        taken(archive[:at] + locator + archive[at:], "まとめ.zip", FileKind.ZIP)


def test_a_large_and_honest_workbook_is_taken() -> None:
    rows = "".join(f"<c><v>{random.Random(n).random()}</v></c>" for n in range(300_000)).encode()

    assert taken(an_office_file("xlsx", ("xl/worksheets/sheet1.xml", rows)), "大きい.xlsx") is FileKind.EXCEL


def said_of(content: bytes, name: str) -> str:
    """The kind of a document, or the sentence that refuses it."""
    try:
        return kind_of(io.BytesIO(content), name)
    except EvidenceRefused as refusal:
        return str(refusal)


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.xlsx", "a.txt", "a", "a.exe", "あ.zip"]))
def test_whatever_the_bytes_the_answer_is_a_kind_or_a_sentence(content: bytes, name: str) -> None:
    for start in (b"", b"PK\x03\x04", b"PK\x05\x06", OLE, an_office_file("xlsx")[:-10]):
        assert said_of(start + content, name) in set(FileKind) or f"「{name}」" in said_of(start + content, name)
