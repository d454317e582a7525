"""Which characters a TrueType font has, read from its own table."""

from functools import cache
from pathlib import Path
from struct import unpack_from


@cache
def characters_of(font: Path) -> frozenset[str]:
    """Every character for which the font file has a glyph."""
    content = font.read_bytes()
    table = _table(content, b"cmap")
    count = unpack_from(">H", content, table + 2)[0]
    offsets = [unpack_from(">HHL", content, table + 4 + 8 * number)[2] for number in range(count)]
    codes = frozenset[int]().union(*(_codes(content, table + offset) for offset in offsets))
    return frozenset(map(chr, codes))


def _table(content: bytes, name: bytes) -> int:
    count = unpack_from(">H", content, 4)[0]
    entries = (unpack_from(">4sLLL", content, 12 + 16 * number) for number in range(count))
    return next(int(offset) for tag, _, offset, _ in entries if tag == name)


def _codes(content: bytes, at: int) -> set[int]:
    """The characters of a subtable in format 12, which holds all that the others hold."""
    if unpack_from(">H", content, at)[0] != 12:
        return set()
    count = unpack_from(">L", content, at + 12)[0]
    groups = (unpack_from(">LLL", content, at + 16 + 12 * number) for number in range(count))
    return {code for first, last, glyph in groups for code in range(first, last + 1) if glyph + code - first}
