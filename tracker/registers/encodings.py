"""Which encoding a text file is in, told apart by strict decoding in a fixed order (no guessing by statistics)."""

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path

from tracker.domain.errors import InputRefused

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_STRICT_ORDER = ("utf-8", "cp932", "euc_jp")
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
            "UTF-8、シフトJIS（CP932）、UTF-16 のどれかで保存し直してください。"
        )
    encoding = max(fitting, key=lambda one: plausibility(_beginning(path, one)))
    _refuse_nul(path, encoding)
    return encoding


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
        for _ in _decoded(path, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
