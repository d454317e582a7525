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
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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


def an_old_office_file(*names: str, **contents: bytes) -> bytes:
    """A compound file (version 3) with streams of those names; a name that ends in / is a storage.

    `contents` gives streams more than the one sector that they otherwise have, by their name with _ for a blank.
    """
    streams = dict.fromkeys(names, b"\x00" * 4096)
    streams |= {name.replace("_", " "): content.ljust(4096, b"\0") for name, content in contents.items()}
    chains, sectors = list[int](), list[bytes]()
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        if name.endswith("/"):
            entries.append(_entry(name[:-1], 1, 0, 0))
            continue
        padded = content.ljust(-(-len(content) // 512) * 512, b"\0")
        entries.append(_entry(name, 2, len(sectors), len(padded)))
        own = [padded[at : at + 512] for at in range(0, len(padded), 512)]
        chains += [*range(len(sectors) + 1, len(sectors) + len(own)), 0xFFFFFFFE]
        sectors += own
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    first = len(sectors)
    own = [directory[at : at + 512] for at in range(0, len(directory), 512)]
    chains += [*range(first + 1, first + len(own)), 0xFFFFFFFE]
    sectors += own
    tables = -(-(len(chains) + 8) // 128)
    chains += [0xFFFFFFFD] * tables
    table = struct.pack(f"<{len(chains)}L", *chains).ljust(tables * 512, b"\xff")
    head = OLE_MAGIC + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<LLLLLLLLL", 0, tables, first, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    places = [len(sectors) + at if at < tables else 0xFFFFFFFF for at in range(109)]
    return head + struct.pack("<109L", *places) + b"".join(sectors) + table


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    spelled = name.encode("utf-16-le") + b"\0\0"
    entry = spelled.ljust(64, b"\0") + struct.pack("<HBBLLL", len(spelled), kind, 1, *(0xFFFFFFFF,) * 3)
    return (entry + b"\0" * 36 + struct.pack("<LQ", start, size)).ljust(128, b"\0")


def relations(kind: str, target: str, mode: str = "External") -> bytes:
    """The relations of a part of an Office file, with one of that kind."""
    place = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{place}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    ).encode()


def a_bomb() -> bytes:
    """An Excel file of a few kilobytes that unpacks to 300 MB."""
    return an_office_file("xlsx", ("xl/worksheets/sheet1.xml", b"0" * 300_000_000))


def with_declared_size(archive: bytes, size: int) -> bytes:
    """The archive whose directory says that its last entry unpacks to that many bytes."""
    at = archive.rindex(b"PK\x01\x02")
    return archive[: at + 24] + struct.pack("<L", size) + archive[at + 28 :]
