"""A workbook's parts, inflated piece by piece; a directory that is too long, doubled or untrue is refused first."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tracker.domain.errors import InputRefused

PIECE = 1 << 16
MOST_PARTS = 10_000
LONGEST_DIRECTORY = 2 << 20
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_IS_ENCRYPTED = 0x1
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"  # also what a password makes of an xlsx
_NONE = "「{name}」は Excel ブック（xlsx）ではありません。Excel で開いて保存し直してください。"
_OLD = (
    "「{name}」は Excel ブック（xlsx）ではありません。パスワードが付いているか、古い形式（xls）のブックです。"
    "パスワードを外し、Excel ブック（xlsx）で保存し直してください。"
)
_BROKEN = "「{name}」を Excel ブックとして読めません（{why}）。Excel で開いて保存し直してください。"
_TROUBLES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class Package:
    """The ZIP archive that a workbook is; InputRefused with a sentence when it cannot be one."""

    def __init__(self, path: Path, unpacked_mb: int) -> None:
        self.name = path.name
        _refuse_directory(path)
        self._file = path.open("rb")  # ours to close, though a part may be half read
        try:
            self._archive = self._opened(unpacked_mb)
        except InputRefused:
            self.close()
            raise
        self._parts = {entry.filename.replace("\\", "/"): entry for entry in self._archive.infolist()}

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def broken(self, why: str) -> InputRefused:
        """The refusal of a workbook that cannot be read; `why` is said in brackets."""
        return InputRefused(_BROKEN.format(name=self.name, why=why))

    def none(self) -> InputRefused:
        """The refusal of an archive that is no workbook."""
        return InputRefused(_NONE.format(name=self.name))

    def pieces(self, part: str) -> Iterator[bytes]:
        """A part's bytes; never more of them than the directory says, and with its checksum."""
        try:
            with self._archive.open(self._parts[part]) as member:
                while piece := member.read(PIECE):
                    yield piece
        except (KeyError, *_TROUBLES):
            raise self.broken(f"部品「{part[-60:]}」が壊れています") from None

    def mentions(self, part: str, word: bytes) -> bool:
        """Whether a part may hold a word of markup; UTF-16 always may."""
        tail = b""
        for number, piece in enumerate(self.pieces(part)):
            if word in tail + piece or (number == 0 and b"\0" in piece[:4]):
                return True
            tail = piece[-len(word) :]
        return False

    def _opened(self, unpacked_mb: int) -> zipfile.ZipFile:
        try:
            archive = zipfile.ZipFile(self._file)
        except (*_TROUBLES, struct.error):
            raise self.none() from None
        self._refuse_entries(archive.infolist(), unpacked_mb)
        return archive

    def _refuse_entries(self, entries: list[zipfile.ZipInfo], unpacked_mb: int) -> None:
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > unpacked_mb << 20:
            raise InputRefused(
                f"「{self.name}」は展開すると {unpacked / (1 << 20):.0f} MB になり、上限 {unpacked_mb} MB を超えます。"
            )
        rules: tuple[tuple[Callable[[zipfile.ZipInfo], bool], str], ...] = (
            (lambda entry: bool(entry.flag_bits & _IS_ENCRYPTED), "パスワードが付いています"),
            (
                lambda entry: entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED),
                "圧縮の方式が違います",
            ),
        )
        for is_bad, why in rules:
            if any(map(is_bad, entries)):
                raise self.broken(why)
        if len({entry.filename.replace("\\", "/").lower() for entry in entries}) < len(entries):
            raise self.broken("同じ名前の部品が二つあります")


def _refuse_directory(path: Path) -> None:
    """The directory is measured before it is read: a huge one would fill the memory."""
    with path.open("rb") as file:
        head = file.read(4)
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 16) - 22))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise InputRefused((_OLD if head == _OLD_FORMAT else _NONE).format(name=path.name))
    entries, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
    if tail[max(0, at - 20) : at].startswith(_END_64) or entries > MOST_PARTS or directory > LONGEST_DIRECTORY:
        raise InputRefused(_BROKEN.format(name=path.name, why="部品が多すぎます"))
