"""Which encoding a text file is in, told apart by strict decoding in a fixed order (no guessing by statistics)."""

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path

from tracker.domain.errors import InputRefused

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_STRICT_ORDER = ("utf-8", "cp932", "euc_jp")
_CHUNK = 1 << 20


def encoding_of(path: Path, is_plausible: Callable[[str], bool]) -> str:
    """The first encoding that decodes the whole file and whose first line is plausible (known headings).

    EUC-JP often decodes as CP932 without an error: the headings tell. Raises InputRefused when none fits.
    """
    fitting = [encoding for encoding in _candidates(path) if _decodes(path, encoding)]
    for encoding in fitting:
        if is_plausible(first_line(path, encoding)):
            return encoding
    if fitting:
        return fitting[0]
    raise InputRefused(
        f"「{path.name}」の文字コードを読み取れません。UTF-8、シフトJIS（CP932）、UTF-16 のどれかで保存し直してください。"
    )


def first_line(path: Path, encoding: str) -> str:
    """The first line that is not blank."""
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        return next((line for line in file if line.strip()), "")


def _candidates(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            yield encoding
            return
    if b"\0" in head:
        yield "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        return
    if b"\x1b" in head:
        yield "iso2022_jp_ext"
    yield from _STRICT_ORDER


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
