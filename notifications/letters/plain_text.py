"""Japanese prose for monospace mail programs: columns, line breaks by 禁則, indents that hang.

A full-width character takes two columns, and so do those of ambiguous width (○, ▲), as in Japanese fonts.
"""

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from unicodedata import east_asian_width

COLUMNS = 70
_NOT_FIRST = frozenset(
    "、。，．,.・：；:;？！?!ー―…‥’”）)］]｝}〕〉》」』】々ゝゞヽヾ～%％℃ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NOT_LAST = frozenset("（([［{｛〔〈《「『【‘“〒￥＃")
_DATE = "(?:令和|平成|昭和)(?:元|[0-9]+)年(?:[0-9]+月)?(?:[0-9]+日)?"
_PLAIN = "[^!-~令平昭]"  # what no other rule begins with comes first: it is nearly every character
_TOKEN = re.compile(rf"{_PLAIN}|{_DATE}|[0-9][0-9,.]*[年月日件人回条項号]|[!-~]+|.", re.DOTALL)
_KEPT_WIDTHS = 20_000


class _Widths(dict[str, int]):
    """The columns of a token, looked up; those of single characters are kept."""

    def __missing__(self, token: str) -> int:
        if len(token) != 1:
            return sum(map(self.__getitem__, token))
        columns = 2 if east_asian_width(token) in "WFA" else 1
        if len(self) < _KEPT_WIDTHS:
            self[token] = columns
        return columns


_WIDTHS = _Widths()


def width(text: str) -> int:
    """The columns a text takes in a Japanese monospace font."""
    return len(text) if text.isascii() else sum(map(_WIDTHS.__getitem__, text))


def right(text: str, columns: int = COLUMNS) -> str:
    """The text at the right margin, moved there with full-width spaces that survive proportional fonts."""
    return "　" * ((columns - width(text)) // 2) + text


def centred(text: str, columns: int = COLUMNS) -> str:
    """The text in the middle of the line."""
    return "　" * ((columns - width(text)) // 4) + text


def full(text: str, characters: int) -> str:
    """The text, filled up with full-width spaces to so many full-width characters."""
    return text + "　" * max(0, characters - (width(text) + 1) // 2)


@lru_cache(maxsize=4096)  # what a check says of one subject it says of many
def hang(text: str, first: str = "", rest: str = "", columns: int = COLUMNS) -> str:
    """The text in lines of at most `columns`, `first` before the first line and `rest` before all others.

    Line breaks in the text stay; dates, numbers with their unit and half-width words are never cut.
    """
    room = columns - _wider(first, rest)
    lines: list[str] = []
    for paragraph in text.strip().splitlines() or [""]:
        words = paragraph.strip()
        lines += _broken(words, room) if width(words) > room else [words]
    return first + f"\n{rest}".join(lines)


@lru_cache(maxsize=1024)
def _wider(first: str, rest: str) -> int:
    return max(width(first), width(rest))


def _broken(text: str, columns: int) -> list[str]:
    """A text that does not fit one line in lines; `start` and `over` count tokens, `ends` columns."""
    tokens = _TOKEN.findall(text)
    ends = list(accumulate(map(_WIDTHS.__getitem__, tokens), initial=0))
    lines: list[str] = []
    start, over = 0, 0
    while True:
        over = max(over + 1, bisect_right(ends, ends[start] + columns) - 1)
        if over >= len(tokens):
            return [*lines, "".join(tokens[start:])]
        end = _parted_before(tokens, start, over)
        lines.append("".join(tokens[start:end]).rstrip())
        start = end
        while end == over and tokens[start].isspace():
            start, end, over = start + 1, end + 1, over + 1


def _parted_before(tokens: list[str], start: int, over: int) -> int:
    """Where a line that began at `start` may be broken, so that what belongs to the token `over` goes with it."""
    end = over
    while end - start > 1 and (tokens[end][0] in _NOT_FIRST or tokens[end - 1][-1] in _NOT_LAST):
        end -= 1
    return end if end - start > 1 else over
