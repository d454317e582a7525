"""Compound files (OLE2: .doc, .xls, .ppt, .jtd), read as far as to know what is in them; no chain is followed in a circle."""

import struct
from array import array
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STORAGE, STREAM, ROOT = 1, 2, 5
_HEADER, _IN_HEADER, _ENTRY = 512, 109, 128
_LAST = 0xFFFFFFFA  # this and what is above it is no sector


class CompoundBroken(Exception):
    """What begins like a compound file and is none."""


@dataclass(frozen=True)
class Entry:
    """A storage or a stream, by its name."""

    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file, and the beginnings of its streams. Raises CompoundBroken."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._size = source, source.seek(0, 2)
        source.seek(0)
        header = source.read(_HEADER)
        if len(header) < _HEADER or not header.startswith(MAGIC):
            raise CompoundBroken
        shift, mini_shift = struct.unpack_from("<HH", header, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise CompoundBroken
        self._sector = 1 << shift
        self._fat = self._sectors_of_fat(header)
        directory, self._cutoff, mini = (struct.unpack_from("<L", header, at)[0] for at in (48, 56, 60))
        self.entries = self._read_entries(self._chain(directory))
        self._mini_fat = array("I", self._chain(mini)) if mini < _LAST else array("I")
        root = next((one for one in self.entries if one.kind == ROOT), None)
        self._mini = self._chain(root.start) if root and root.start < _LAST else b""

    def beginning_of(self, entry: Entry, most: int) -> bytes:
        """The first bytes of a stream."""
        wanted = min(entry.size, most)
        if entry.size >= self._cutoff:
            return self._chain(entry.start, wanted)[:wanted]
        found, at = bytearray(), entry.start
        while at < len(self._mini_fat) and len(found) < wanted:
            found += self._mini[at * 64 : at * 64 + 64]
            at = self._mini_fat[at]
        return bytes(found[:wanted])

    def _sectors_of_fat(self, header: bytes) -> "array[int]":
        numbers = list(struct.unpack_from(f"<{_IN_HEADER}L", header, 76))
        further, seen = struct.unpack_from("<L", header, 68)[0], 0
        each = self._sector // 4
        while further < _LAST and seen <= self._size // self._sector:
            *more, further = struct.unpack(f"<{each}L", self._read(further))
            numbers += more
            seen += 1
        fat = array("I")
        for number in numbers[: self._size // self._sector + 1]:
            if number < _LAST:
                fat.frombytes(self._read(number))
        return fat

    def _read(self, number: int) -> bytes:
        self._source.seek((number + 1) * self._sector)
        content = self._source.read(self._sector)
        if not content:
            raise CompoundBroken
        return content.ljust(self._sector, b"\0")

    def _chain(self, start: int, most: int | None = None) -> bytes:
        found, at, seen = bytearray(), start, 0
        while at < _LAST and (most is None or len(found) < most):
            if at >= len(self._fat) or seen > len(self._fat):
                raise CompoundBroken
            found += self._read(at)
            at, seen = self._fat[at], seen + 1
        return bytes(found)

    def _read_entries(self, directory: bytes) -> list[Entry]:
        found = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            if kind in (STORAGE, STREAM, ROOT) and 2 <= length <= 64:
                name = directory[at : at + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<LL", directory, at + 116)
                found.append(Entry(name, kind, start, size))
        return found
