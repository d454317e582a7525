"""Texts with the words that were found in them marked, cut to what lies around the first."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.searching import places_of

BEFORE, LONGEST = 24, 90  # characters


@dataclass(frozen=True)
class Piece:
    """A piece of a text, marked or not."""

    text: str
    is_found: bool


def marked(text: str, words: Sequence[str]) -> list[Piece]:
    """A whole text in pieces."""
    pieces, place = list[Piece](), 0
    for start, end in places_of(words, text):
        pieces += [Piece(text[place:start], False), Piece(text[start:end], True)]
        place = end
    return [piece for piece in [*pieces, Piece(text[place:], False)] if piece.text]


def snippet(text: str, words: Sequence[str]) -> list[Piece]:
    """What lies around the first place where a word stands; nothing when none does."""
    line = next((line for line in text.splitlines() if places_of(words, line)), "")
    if not line:
        return []
    start = max(0, places_of(words, line)[0][0] - BEFORE)
    cut = line[start : start + LONGEST]
    before, after = "…" if start else "", "…" if start + LONGEST < len(line) else ""
    return [*_plain(before), *marked(cut, words), *_plain(after)]


def _plain(text: str) -> list[Piece]:
    return [Piece(text, False)] if text else []
