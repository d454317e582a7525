"""Names beside the bars of a chart: on one line or two, and cut where even these are too short."""

import unicodedata

from tracker.sheets.cells import plain_text

CUT = "…"


def name_lines(name: str, width: float, most: int = 2) -> tuple[str, ...]:
    """The name in at most `most` lines, each at most `width` signs of full width wide."""
    lines, line, room = list[str](), "", width
    for char in " ".join(plain_text(name).split()):
        needs = sign_width(char)
        if needs > room:
            lines.append(line)
            line, room = "", width
        line, room = line + char, room - needs
    lines.append(line)
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], lines[most - 1][:-1] + CUT)


def sign_width(char: str) -> float:
    """A sign's width, in signs of full width."""
    return 1.0 if unicodedata.east_asian_width(char) in "FWA" else 0.6
