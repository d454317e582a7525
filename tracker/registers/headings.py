"""Which row of a table holds its headings: below title lines, and below sep= and #TYPE, which programs write first."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from tracker.domain.errors import InputRefused

LOOKED_AT = 30  # rows that hold something
ENOUGH = 2  # known words in one row: no title has them


@dataclass(frozen=True)
class Headings:
    """The headings as compared, their row as Excel counts, and how many rows with something in them stand above."""

    texts: tuple[str, ...] = ()
    row: int = 0
    above: int = 0

    def known(self, words: frozenset[str]) -> int:
        """How many of the words are among them."""
        return len(words.intersection(self.texts))


def find_headings(rows: Iterable[tuple[int, list[str]]], words: frozenset[str]) -> Headings:
    """The first row with two or more known words; else that with the most, the first of several."""
    found = list[Headings]()
    filled = ((number, cells) for number, cells in rows if any(map(str.strip, cells)))
    try:
        for number, cells in islice(filled, LOOKED_AT):
            found.append(Headings(tuple(map(plain_heading, cells)), number, len(found)))
            if found[-1].known(words) >= ENOUGH:
                return found[-1]
    except InputRefused:  # told again with the rows above it, when all is read
        if not found:
            raise
    return max(found, key=lambda one: one.known(words), default=Headings())


def plain_heading(text: str) -> str:
    """A heading as compared: width made even, blanks, line breaks and what nobody sees dropped."""
    even = unicodedata.normalize("NFKC", text)
    return "".join(char for char in even if not (char.isspace() or unicodedata.category(char) == "Cf"))
