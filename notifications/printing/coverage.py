"""Which characters a TrueType font has and how wide they are, read from its own tables."""

from functools import cache
from pathlib import Path
from struct import unpack_from


@cache
def characters_of(font: Path) -> frozenset[str]:
    """Every character for which the font file has a glyph."""
    return frozenset(map(chr, _glyphs(font.read_bytes())))


@cache
def widths_of_characters(font: Path) -> dict[str, float]:
    """How wide each character of the font is, as a share of its size."""
    content = font.read_bytes()
    unit = unpack_from(">H", content, _table(content, b"head") + 18)[0]
    count = unpack_from(">H", content, _table(content, b"hhea") + 34)[0]
    widths = unpack_from(">" + "HH" * count, content, _table(content, b"hmtx"))[::2]
    return {chr(code): widths[min(glyph, count - 1)] / unit for code, glyph in _glyphs(content).items()}


def _glyphs(content: bytes) -> dict[int, int]:
    table = _table(content, b"cmap")
    count = unpack_from(">H", content, table + 2)[0]
    offsets = [unpack_from(">HHL", content, table + 4 + 8 * number)[2] for number in range(count)]
    return {code: glyph for offset in offsets for code, glyph in _codes(content, table + offset).items()}


def _table(content: bytes, name: bytes) -> int:
    count = unpack_from(">H", content, 4)[0]
    entries = (unpack_from(">4sLLL", content, 12 + 16 * number) for number in range(count))
    return next(int(offset) for tag, _, offset, _ in entries if tag == name)


def _codes(content: bytes, at: int) -> dict[int, int]:
    """The characters of a subtable in format 12, which holds all that the others hold, and their glyphs."""
    if unpack_from(">H", content, at)[0] != 12:
        return {}
    count = unpack_from(">L", content, at + 12)[0]
    groups = (unpack_from(">LLL", content, at + 16 + 12 * number) for number in range(count))
    return {
        code: glyph + code - first
        for first, last, glyph in groups
        for code in range(first, last + 1)
        if glyph + code - first
    }
