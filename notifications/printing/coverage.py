"""Which characters a TrueType font has, read from its own table."""

from functools import cache
from pathlib import Path
from struct import unpack_from

Segments = list[tuple[int, int]]


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
    """The characters of a subtable in format 4 or 12, the two that fonts use for Unicode."""
    form = unpack_from(">H", content, at)[0]
    if form == 12:
        groups = unpack_from(">L", content, at + 12)[0]
        starts = (unpack_from(">LLL", content, at + 16 + 12 * number) for number in range(groups))
        return {code for first, last, glyph in starts for code in range(first, last + 1) if glyph + code - first}
    return _codes_of_two_bytes(content, at) if form == 4 else set()


def _codes_of_two_bytes(content: bytes, at: int) -> set[int]:
    count = unpack_from(">H", content, at + 6)[0] // 2
    ends = unpack_from(f">{count}H", content, at + 14)
    starts = unpack_from(f">{count}H", content, at + 16 + 2 * count)
    deltas = unpack_from(f">{count}H", content, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    ranges = unpack_from(f">{count}H", content, ranges_at)
    codes = set()
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if ranges[number]:
                glyph = unpack_from(">H", content, ranges_at + 2 * number + ranges[number] + 2 * (code - first))[0]
            if glyph and (glyph + deltas[number]) & 0xFFFF:
                codes.add(code)
    return codes
