"""What a document is by its content, whatever its name says; and which kinds an office takes as evidence."""

from collections.abc import Collection
from typing import BinaryIO

from tracker.archives import BoundsOfArchive, office_kind_of, refuse_archive
from tracker.domain.documents import ENDINGS, FileKind
from tracker.domain.errors import EvidenceRefused
from tracker.files.active_content import refuse_acting_compound, refuse_acting_pdf

HEAD = 1 << 16
PDF_WITHIN = 1024
SHOWN = {FileKind.PDF: "application/pdf", FileKind.PNG: "image/png", FileKind.JPEG: "image/jpeg"}
_FIRST_BYTES = (
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG), (b"\xff\xd8\xff", FileKind.JPEG),
    (b"II*\0", FileKind.TIFF), (b"MM\0*", FileKind.TIFF),
)  # fmt: skip
_RTF = b"{\\rt"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = ("WordDocument", "Workbook", "Book", "PowerPoint Document", "DocumentText")
_PROGRAMS = (
    (b"MZ", "実行ファイル（Windowsのプログラム）"), (b"\x7fELF", "実行ファイル（プログラム）"),
    (b"\xcf\xfa\xed\xfe", "実行ファイル（プログラム）"), (b"\xca\xfe\xba\xbe", "実行ファイル（プログラム）"),
    (b"L\0\0\0\x01\x14\x02\0", "ショートカット"), (b"#!", "スクリプト（プログラム）"), (b"<?php", "スクリプト（プログラム）"),
)  # fmt: skip
_OTHERS = {
    ".7z": "7-Zipの圧縮ファイル", ".rar": "RARの圧縮ファイル", ".gz": "gzipの圧縮ファイル", ".cab": "CABの圧縮ファイル",
    ".gif": "GIF画像", ".bmp": "BMP画像", ".webp": "WebP画像", ".heif": "HEIF画像", ".heic": "HEIF画像",
    ".mp4": "動画", ".mov": "動画", ".avi": "動画", ".mp3": "音声", ".wav": "音声", ".exe": "実行ファイル（プログラム）",
}  # fmt: skip
_UNKNOWN = "種類の分からないファイル"


def kind_of(source: BinaryIO, name: str, bounds: BoundsOfArchive = BoundsOfArchive()) -> FileKind:
    """What a document is; its reading position is put back to the start.

    EvidenceRefused with a sentence that says what it is, for a program, a package that unpacks to too much, a file with
    a password, macros or what else acts when it is opened, and whatever is none of the kinds.
    """
    try:
        return _kind_of(source, name, bounds)
    finally:
        source.seek(0)


def refuse_kind(source: BinaryIO, name: str, taken: Collection[FileKind], bounds: BoundsOfArchive) -> FileKind:
    """The kind; EvidenceRefused for what `kind_of` refuses, what is not taken here, or what its ending denies."""
    kind = kind_of(source, name, bounds)
    if kind not in taken:
        raise EvidenceRefused(f"「{name}」は{kind}です。{_taken_words(taken)}")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending and ending not in ENDINGS[kind]:
        raise EvidenceRefused(
            f"「{name}」の中身は{kind}ですが、名前の終わりが「.{ending}」です。元のアプリで保存し直すか、"
            f"「.{min(ENDINGS[kind], key=lambda one: (len(one) != 3, one))}」などの正しい名前にしてください。"
        )
    return kind


def _kind_of(source: BinaryIO, name: str, bounds: BoundsOfArchive) -> FileKind:
    source.seek(0)
    head = source.read(HEAD)
    for first, what in _PROGRAMS:
        if head.startswith(first):
            raise EvidenceRefused(f"「{name}」は{what}です。証跡には添えられません。文書か画像にして添えてください。")
    if b"%PDF-" in head[:PDF_WITHIN]:
        refuse_acting_pdf(source, name)
        return FileKind.PDF
    for first, kind in _FIRST_BYTES:
        if head.startswith(first):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        names = refuse_archive(source, name, bounds)
        office = office_kind_of(names)
        return FileKind(office) if office else FileKind.ZIP
    if head.startswith(_OLE):
        return _old_office(source, name)
    if head.lstrip().startswith(_RTF):
        raise EvidenceRefused(
            f"「{name}」はRTFの文書です。部品や外部の指定を含むことがあるので、PDFにして添えてください。"
        )
    if _is_text(head):
        return FileKind.TEXT
    raise EvidenceRefused(f"「{name}」は{_other_word(head)}です。証跡には添えられません。PDFなどにして添えてください。")


def _old_office(source: BinaryIO, name: str) -> FileKind:
    """A compound file is told apart by the streams it names: an installer or a mail is one as well."""
    if not refuse_acting_compound(source, name, _OLE_STREAMS):
        raise EvidenceRefused(f"「{name}」は{_UNKNOWN}です。証跡には添えられません。PDFなどにして添えてください。")
    return FileKind.OLD_OFFICE


def _is_text(head: bytes) -> bool:
    """Readable in one of the encodings of an office; a character cut at the end of what was looked at is no fault."""
    encodings = ("utf-16",) if head.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp932", "euc_jp")
    return any(_reads_as(head, encoding) for encoding in encodings)


def _reads_as(head: bytes, encoding: str) -> bool:
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError as trouble:
        if trouble.start < len(head) - 3 or len(head) < HEAD:
            return False
        text = head[: trouble.start].decode(encoding)
    return all(letter >= " " or letter in "\t\r\n\f\x1b" for letter in text)


def _other_word(head: bytes) -> str:
    from puremagic import PureError, magic_string  # its table of formats costs time only where it is asked

    try:
        found = magic_string(head)
    except (PureError, ValueError):
        return _UNKNOWN
    return next((_OTHERS[one.extension.lower()] for one in found if one.extension.lower() in _OTHERS), _UNKNOWN)


def _taken_words(taken: Collection[FileKind]) -> str:
    return f"添えられるのは、{'、'.join(kind for kind in FileKind if kind in taken)}です。"
