"""ZIP archives, Office files among them, judged by their directory; of Office files their small relations are read too."""

import re
import struct
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from tracker.domain.errors import EvidenceRefused
from tracker.files.active_content import refuse_acting_office

MEGABYTE = 1 << 20
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 0xFFFF
_END_64, _END_64_SIZE = (
    b"PK\x06\x07",
    20,
)  # of archives beyond 4 GB: none of ours is, and it could name another directory
_SMALL = 10 * MEGABYTE  # what unpacks to no more than this may be packed however well
_IS_ENCRYPTED = 0x1
_NESTED = re.compile(r"\.(?:zip|7z|rar|gz|bz2|xz|tar|cab|lzh)\Z", re.I)
_PROGRAM = re.compile(r"\.(?:exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|jar)\Z", re.I)
_OFFICE = (("word/", "Word"), ("xl/", "Excel"), ("ppt/", "PowerPoint"))


@dataclass(frozen=True)
class BoundsOfArchive:
    """How much an archive may say that it holds."""

    unpacked: int = 1024 * MEGABYTE
    entries: int = 10_000
    directory: int = 2 * MEGABYTE
    ratio: int = 200


def refuse_archive(source: BinaryIO, name: str, bounds: BoundsOfArchive) -> list[str]:
    """The names in an archive; EvidenceRefused when it is broken, has a password, or would unpack to too much."""
    _refuse_directory(source, name, bounds)
    try:
        with ZipFile(source) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError, struct.error) as trouble:
        raise EvidenceRefused(f"「{name}」は壊れていて開けません。元のアプリで保存し直してください。") from trouble
    _refuse_entries(entries, name, bounds)
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        with ZipFile(source) as archive:
            refuse_acting_office(archive, name)
    return [entry.filename for entry in entries]


def office_kind_of(names: Collection[str]) -> str | None:
    """Word, Excel or PowerPoint when the archive is an Office file, else nothing."""
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for folder, kind in _OFFICE if any(one.startswith(folder) for one in names)), None)


def _refuse_directory(source: BinaryIO, name: str, bounds: BoundsOfArchive) -> None:
    """The directory is measured before it is read: reading a huge one would fill the memory."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = source.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise EvidenceRefused(f"「{name}」は壊れていて開けません。元のアプリで保存し直してください。")
    entries, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
    is_huge = tail[max(0, at - _END_64_SIZE) : at].startswith(_END_64)
    if is_huge or entries > bounds.entries or directory > bounds.directory:
        raise EvidenceRefused(_too_much(name))


def _refuse_entries(entries: Collection[ZipInfo], name: str, bounds: BoundsOfArchive) -> None:
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if len(entries) > bounds.entries or unpacked > bounds.unpacked:
        raise EvidenceRefused(_too_much(name))
    if unpacked > _SMALL and unpacked > bounds.ratio * max(packed, 1):
        raise EvidenceRefused(_too_much(name))
    if any(entry.flag_bits & _IS_ENCRYPTED for entry in entries):
        raise EvidenceRefused(f"「{name}」にはパスワードが付いています。パスワードを外して添えてください。")
    inner = next((entry.filename for entry in entries if _NESTED.search(entry.filename)), None)
    if inner is not None:
        raise EvidenceRefused(f"「{name}」の中に圧縮ファイルがあります。取り出して、別に添えてください。")
    if any(_PROGRAM.search(entry.filename) for entry in entries):
        raise EvidenceRefused(f"「{name}」の中にプログラムがあります。証跡には添えられません。")


def _too_much(name: str) -> str:
    return f"「{name}」は、開くと異常に大きくなる圧縮ファイルです。危険なおそれがあるので、受け付けません。"
