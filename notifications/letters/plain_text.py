"""Japanese prose for monospace mail programs: columns, line breaks by 禁則, indents that hang.

A full-width character takes two columns, and so do those of ambiguous width (○, ▲), as in Japanese fonts.
"""

import re
from unicodedata import east_asian_width

COLUMNS = 70
_NOT_FIRST = frozenset(
    "、。，．,.・：；:;？！?!ー―…‥’”）)］]｝}〕〉》」』】々ゝゞヽヾ～%％℃ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NOT_LAST = frozenset("（([［{｛〔〈《「『【‘“〒￥＃")
_DATE = "(?:令和|平成|昭和)(?:元|[0-9]+)年(?:[0-9]+月)?(?:[0-9]+日)?"
_TOKEN = re.compile(rf"{_DATE}|[0-9][0-9,.]*[年月日件人回条項号]|[!-~]+|.", re.DOTALL)


def width(text: str) -> int:
    """The columns a text takes in a Japanese monospace font."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def right(text: str, columns: int = COLUMNS) -> str:
    """The text at the right margin, moved there with full-width spaces that survive proportional fonts."""
    return "　" * ((columns - width(text)) // 2) + text


def centred(text: str, columns: int = COLUMNS) -> str:
    """The text in the middle of the line."""
    return "　" * ((columns - width(text)) // 4) + text


def hang(text: str, first: str = "", rest: str = "", columns: int = COLUMNS) -> str:
    """The text in lines of at most `columns`, `first` before the first line and `rest` before all others.

    Line breaks in the text stay; dates, numbers with their unit and half-width words are never cut.
    """
    lines: list[str] = []
    for paragraph in text.strip().splitlines() or [""]:
        lines += _broken(paragraph.strip(), columns - max(width(first), width(rest)))
    return "\n".join((rest if number else first) + line for number, line in enumerate(lines))


def _broken(text: str, columns: int) -> list[str]:
    lines: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        line = lines[-1]
        if line and width("".join(line)) + width(token) > columns:
            lines.append(_moved_down(line, token))
        if lines[-1] or not token.isspace():
            lines[-1].append(token)
    return ["".join(line).rstrip() for line in lines]


def _moved_down(line: list[str], token: str) -> list[str]:
    """What goes to the next line together with a token: all that may not be parted from it."""
    keep = len(line)
    while keep > 1 and ((token[0] in _NOT_FIRST) or line[keep - 1][-1] in _NOT_LAST):
        keep -= 1
        token = line[keep]
    if keep <= 1:
        return []
    moved = line[keep:]
    del line[keep:]
    return moved
