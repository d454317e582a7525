"""How a text is found: the form in which it is compared, the pieces it is looked up by, where the words stand in it.

A word is found wherever it stands, one character long or many. Each character of a text gives one piece: with the
character after it, for a letter or digit of ASCII with the rest of its run, so that `221` in `sf0221` is the beginning
of a piece. A word is then pieces in a row, of which the last one may be only begun.
"""

import operator
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_TEXT = 10_000  # characters of a text that are looked up
LONGEST_PIECE = 20
_RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9]+")
_GAPS = re.compile(r"[\s\x00-\x1f\x7f]+")
_VOICED = "\u3099\u309a\uff9e\uff9f"  # marks that become one character with the kana before them


@dataclass(frozen=True)
class Word:
    """A word as it is looked up: its pieces in a row; the last is `begun` when more may follow in the text."""

    text: str
    pieces: tuple[str, ...]
    is_begun: bool

    @property
    def is_single(self) -> bool:
        """Whether it is one character, which is looked up among the characters of a text."""
        return len(self.text) == 1


def fold(text: str) -> str:
    """The form in which texts are compared: NFKC (full width and half width alike), small letters."""
    return unicodedata.normalize("NFKC", text).lower()


def words_of(typed: str) -> tuple[Word, ...]:
    """The words that were typed, each once."""
    return tuple(_word(text) for text in dict.fromkeys(_parts(fold(typed))))


def looked_up_by(text: str) -> tuple[list[str], list[str]]:
    """What a text is looked up by: its pieces in order, and the characters that stand in it."""
    parts = _parts(fold(text[:LONGEST_TEXT]))
    return [piece for part in parts for piece in _pieces(part)], sorted(set("".join(parts)))


def places_of(words: Iterable[str], text: str) -> list[tuple[int, int]]:
    """Where folded words stand in a text as it is written: from, to; those that touch are one."""
    folded, origins = _folded_with_origins(text)
    places = sorted(
        (origins[found.start()][0], origins[found.end() - 1][1])
        for word in words
        for found in re.finditer(re.escape(word), folded)
    )
    joined = list[tuple[int, int]]()
    for start, end in places:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _parts(folded: str) -> list[str]:
    return [part for part in _GAPS.split(folded) if part]


def _pieces(part: str) -> list[str]:
    pieces = list[str]()
    for run in _RUNS.finditer(part):
        start, end = run.span()
        if part[start].isascii() and part[start].isalnum():
            pieces += [part[place : min(place + LONGEST_PIECE, end)] for place in range(start, end)]
        else:
            pieces += map(operator.add, part[start:end], part[start + 1 : end + 1])
            if end == len(part):
                pieces.append(part[-1])
    return pieces


def _word(text: str) -> Word:
    """The pieces up to the first that reaches the word's end: those after it say nothing more."""
    pieces = _pieces(text)
    last = next(place for place, piece in enumerate(pieces) if place + len(piece) == len(text))
    piece = pieces[last]
    is_run = piece[0].isascii() and piece[0].isalnum()
    return Word(text, tuple(pieces[: last + 1]), len(piece) < (LONGEST_PIECE if is_run else 2))


def _folded_with_origins(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A text folded, and for each of its characters from where to where in the text it comes."""
    folded, origins, place = list[str](), list[tuple[int, int]](), 0
    while place < len(text):
        end = place + 1
        while end < len(text) and (text[end] in _VOICED or unicodedata.combining(text[end])):
            end += 1
        form = fold(text[place:end])
        folded.append(form)
        origins += [(place, end)] * len(form)
        place = end
    return "".join(folded), origins
