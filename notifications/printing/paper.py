"""A letter's text as pages of lines that fit the paper: long words cut, unknown characters replaced, pages filled."""

import re
from collections.abc import Iterator
from itertools import groupby
from unicodedata import category

from notifications.letters.plain_text import COLUMNS, width

LINES = 42
GETA = "〓"
_ADDRESS = re.compile(r"https?://")
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Typst squeezes two signs that meet, and one at the margin; the letter was written for signs of full width.
# So a line is cut there into pieces, with an empty one before a sign that begins it.
_SIGN = "[、。，．・：；？！…‥―’”）］｝〕〉》」』】‘“（［｛〔〈《「『【]"
_MEETING = re.compile(f"(?<={_SIGN})(?={_SIGN})|^(?={_SIGN})")

Line = list[str]
Page = list[list[Line]]


def printable(text: str, known: frozenset[str]) -> tuple[str, set[str]]:
    """The text in characters that the font has, 〓 for the others, and which these were.

    Signs that have no shape of their own are left out; a variant of a kanji is shown as the kanji itself.
    """
    missing = set(_VARIANTS.findall(text))
    shown = []
    for character in _VARIANTS.sub("", text).replace("\t", "    "):
        if character == "\n" or character in known:
            shown.append(character)
        elif category(character) not in ("Cc", "Cf"):
            shown.append(GETA)
            missing.add(character)
    return "".join(shown), missing


def pages_of(text: str) -> Iterator[Page]:
    """Pages of paragraphs of lines of pieces; a line that announces others does not stand last on its page."""
    lines = [part for line in text.rstrip("\n").split("\n") for part in _cut(line.rstrip())]
    while lines:
        end = _page_end(lines)
        yield [_paragraph(filled, group) for filled, group in groupby(lines[:end], bool)]
        lines = lines[end:]


def _paragraph(filled: bool, lines: Iterator[str]) -> list[Line]:
    return [_MEETING.split(line) if filled else [] for line in lines]


def _page_end(lines: list[str]) -> int:
    end = min(LINES, len(lines))
    while end < len(lines) and end > LINES - 4 and _announces(lines[end - 1], lines[end]):
        end -= 1
    return end


def _announces(line: str, following: str) -> bool:
    return not line or (not line.startswith("　") and following.startswith(("　", "（1）")))


def _cut(line: str) -> Iterator[str]:
    """A line that is wider than the paper in parts, the others below the address or the beginning of the first."""
    address = _ADDRESS.search(line)
    before = width(line[: address.start()] if address else line[: len(line) - len(line.lstrip("　"))])
    indent = "　" * (min(before, COLUMNS // 2) // 2)
    start, lead = 0, ""
    while width(part := lead + line[start : start + COLUMNS + 1]) > COLUMNS:
        end = next(end for end in range(len(part)) if width(part[: end + 1]) > COLUMNS)
        yield part[:end]
        start, lead = start + end - len(lead), indent
    yield lead + line[start:]
