"""Which encoding a text file is in, told apart by strict decoding in a fixed order (no guessing by statistics)."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.domain.errors import InputRefused

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_STRICT_ORDER = ("utf-8", "cp932", "euc_jp")
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp932": "シフトJIS", "euc_jp": "EUC-JP", "utf-16": "UTF-16"}
_NO_LETTER = re.compile("[\x80\uf8f0-\uf8f3]")  # what Python, and Windows, makes of bytes that are none in シフトJIS
_CHUNK = 1 << 20
_HEAD = 4096


def encoding_of(path: Path, plausibility: Callable[[str], int]) -> str:
    """The encoding that decodes the whole file and whose beginning is most plausible (known headings); else the first.

    EUC-JP often decodes as CP932 without an error: the headings tell. Raises InputRefused when none fits.
    """
    fitting = [encoding for encoding in _candidates(path) if _decodes(path, encoding)]
    if not fitting:
        raise InputRefused(
            f"「{path.name}」の文字コードを読み取れません。"
            f"{_where(path, plausibility)}UTF-8、シフトJIS（CP932）、UTF-16 のどれかで保存し直してください。"
        )
    encoding = max(fitting, key=lambda one: plausibility(_beginning(path, one)))
    _refuse_nul(path, encoding)
    return encoding


@dataclass(frozen=True)
class _BadByte:
    """Where a file stops being text of an encoding: its line, its cell in it, and the byte."""

    position: int
    line: int
    column: int
    byte: int

    def __str__(self) -> str:
        return f"{self.line}行目の{self.column}列目に、読めない文字（16進で {self.byte:02X}）があります。"


def _where(path: Path, plausibility: Callable[[str], int]) -> str:
    """The sentence on the first byte that does not fit the likeliest encoding; nothing when none is likely at all."""
    likely = max(
        _candidates(path), key=lambda one: (plausibility(_beginning(path, one)), _bad_byte(path, one).position)
    )
    found = _bad_byte(path, likely)
    return f"{NAMES.get(likely, likely)} とみると、{found}" if found.position else ""


def _bad_byte(path: Path, encoding: str) -> _BadByte:
    decoder, position, line, tail = codecs.getincrementaldecoder(encoding)(), 0, 1, ""
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as trouble:
                text = trouble.object[: trouble.start].decode(encoding, errors="ignore")
                line += text.count("\n")
                tail = (tail + text).rpartition("\n")[2]
                return _BadByte(position + trouble.start, line, _cells_in(tail), trouble.object[trouble.start])
            if encoding == "cp932" and (none := _NO_LETTER.search(text)):
                before = text[: none.start()]
                line, tail = line + before.count("\n"), (tail + before).rpartition("\n")[2]
                start = position + len(before.encode(encoding))
                return _BadByte(start, line, _cells_in(tail), none.group().encode(encoding)[0])
            if not chunk:
                return _BadByte(0, 0, 0, 0)
            position += len(chunk)
            line += text.count("\n")
            tail = (tail + text).rpartition("\n")[2][-_CHUNK:]


def _cells_in(beginning: str) -> int:
    """In which cell the beginning of a line ends; a comma between quotes parts none."""
    unquoted = "".join(beginning.split('"')[::2])
    return max(unquoted.count(","), unquoted.count("\t")) + 1


def _beginning(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.read(_HEAD)


def _refuse_nul(path: Path, encoding: str) -> None:
    if not encoding.startswith("utf-16") and not _has_zero(path):
        return
    line = 1
    for text in _decoded(path, encoding):
        if (position := text.find("\0")) >= 0:
            line += text.count("\n", 0, position)
            raise InputRefused(f"「{path.name}」{line}行目に読めない文字（NUL）があります。出力し直してください。")
        line += text.count("\n")


def _has_zero(path: Path) -> bool:
    with path.open("rb") as file:
        return any(b"\0" in chunk for chunk in iter(lambda: file.read(_CHUNK), b""))


def _candidates(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            yield encoding
            return
    if b"\0" in head:
        yield "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    if b"\x1b" in head:
        yield "iso2022_jp_ext"
    yield from _STRICT_ORDER


def _decodes(path: Path, encoding: str) -> bool:
    try:
        return not any(encoding == "cp932" and _NO_LETTER.search(text) for text in _decoded(path, encoding))
    except UnicodeDecodeError:
        return False


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
