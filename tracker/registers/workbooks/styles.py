"""Which of a workbook's number formats show a day, a time of day or a length of time."""

import re
from enum import Enum

from tracker.registers.workbooks.contents import read_small
from tracker.registers.workbooks.package import Package

MOST_STYLES = 100_000  # Excel writes no more than 65,490


class Shows(Enum):
    """What a number stands for in its format, besides itself."""

    DAY = "day"
    TIME = "time"
    LENGTH = "length"


_BUILT_IN = {
    **dict.fromkeys([*range(14, 18), 22, *range(27, 32), *range(34, 37), *range(50, 59)], Shows.DAY),
    **dict.fromkeys([*range(18, 22), 32, 33, 45, 47], Shows.TIME), 46: Shows.LENGTH,
}  # fmt: skip
_WORDS = re.compile(r'"[^"]*"?|\\.|_.|\*.|General|G/標準|[eE][+-]', re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]?")
_LENGTH = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def shown_by(code: str) -> Shows | None:
    """What a format's code makes of a number (of those above zero: the code's first section)."""
    plain = _WORDS.sub("", code).split(";", 1)[0].lower()
    if _LENGTH.search(plain):
        return Shows.LENGTH
    letters = set(_BRACKETS.sub("", plain))
    if letters & set("ydeg") or "aaa" in plain:
        return Shows.DAY
    if letters & set("hs"):
        return Shows.TIME
    return Shows.DAY if "m" in letters else None


def styles_of(package: Package, part: str | None) -> dict[str, Shows]:
    """What the cells of a style show, by the style's number as cells write it; plain styles are left out."""
    codes, styles, inside = dict[str, str](), list[str](), [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in ("numFmts", "cellXfs", "cellStyleXfs", "dxfs"):
            inside[0] = name
        elif name == "numFmt" and inside[0] == "numFmts":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:1000]
        elif name == "xf" and inside[0] == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))
        if len(codes) + len(styles) > MOST_STYLES:
            raise package.broken("書式が多すぎます")

    if part is not None:
        read_small(package, part, start)
    shown = {number: shown_by(code) for number, code in codes.items()}
    known = {str(number): shows for number, shows in _BUILT_IN.items()} | shown
    return {str(place): shows for place, number in enumerate(styles) if (shows := known.get(number))}
