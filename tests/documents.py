"""Documents as offices have them, and the dangerous ones: made from bytes, so that no program's own files are needed."""

import io
import struct
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da6360f8cfc00000030101"
    "0018dd8db00000000049454e44ae426082"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 32
TEXT = "停止した日\r\n令和6年3月18日\r\n".encode("cp932")
PROGRAM = b"MZ\x90\x00\x03" + b"\0" * 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
FOLDERS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def an_archive(*entries: tuple[str, bytes]) -> bytes:
    """A ZIP file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 18, 9, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def an_office_file(kind: str, *more: tuple[str, bytes]) -> bytes:
    """A Word, Excel or PowerPoint file: docx, xlsx or pptx."""
    return an_archive(("[Content_Types].xml", b"<Types/>"), (FOLDERS[kind], b"<document/>"), *more)


def an_old_office_file(stream: str) -> bytes:
    """A compound file with one stream of that name."""
    return OLE + stream.encode("utf-16-le") + b"\0" * 64


def a_bomb() -> bytes:
    """An Excel file of a few kilobytes that unpacks to 300 MB."""
    return an_office_file("xlsx", ("xl/worksheets/sheet1.xml", b"0" * 300_000_000))


def with_declared_size(archive: bytes, size: int) -> bytes:
    """The archive whose directory says that its last entry unpacks to that many bytes."""
    at = archive.rindex(b"PK\x01\x02")
    return archive[: at + 24] + struct.pack("<L", size) + archive[at + 28 :]
