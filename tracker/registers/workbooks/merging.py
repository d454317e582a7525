"""Merged areas of a sheet: a value merged downward stands in each of its rows, one merged across in none but the first."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tracker.registers.voids import MERGED
from tracker.registers.workbooks.contents import Contents
from tracker.registers.workbooks.markup import Markup, Names
from tracker.registers.workbooks.package import Package
from tracker.registers.workbooks.sheet import column_of

MOST_AREAS, MOST_AT_ONCE = 200_000, 1_000
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})\Z")


@dataclass(frozen=True, order=True)
class Area:
    """A merged area; rows from 1 as Excel counts, columns from 0."""

    top: int
    left: int
    bottom: int
    right: int


def areas_of(package: Package, contents: Contents) -> list[Area]:
    """The merged areas of the sheet from above; InputRefused when there are too many to be a register's."""
    if not package.mentions(contents.sheet, b"mergeCell"):
        return []
    found, names = list[Area](), Names()

    def start(name: str, attributes: dict[str, str]) -> None:
        if names[name] == "mergeCell" and (area := _AREA.match(attributes.get("ref", ""))):
            left, top, right, bottom = area.groups()
            found.append(Area(int(top), column_of(left), int(bottom), column_of(right)))
            if len(found) > MOST_AREAS:
                raise package.broken("結合されたセルが多すぎます")

    Markup(package, contents.sheet, start).read()
    if _most_at_once(found) > MOST_AT_ONCE:
        raise package.broken("結合されたセルが重なっています")
    return sorted(found)


def _most_at_once(areas: Sequence[Area]) -> int:
    """How many areas lie over one row at most: each costs time in each of its rows."""
    steps = sorted([(area.top, 1) for area in areas] + [(area.bottom + 1, -1) for area in areas])
    return max(accumulate((step for _, step in steps)), default=0)


class Merging:
    """Puts merged values where they are shown, row after row; only in rows that hold something of their own."""

    def __init__(self, areas: Sequence[Area], below: int, width: int) -> None:
        self._coming = list(reversed(areas))
        self._below, self._width = below, width  # row and number of the headings: what is merged with those is no value
        self._open: dict[Area, str] = {}
        self.filled = defaultdict[int, list[int]](list)  # rows by column, for the notice

    @property
    def is_any(self) -> bool:
        """Whether there is anything to spread."""
        return bool(self._coming or self._open)

    def spread(self, number: int, cells: list[str]) -> list[str]:
        """The row as it is seen."""
        while self._coming and self._coming[-1].top <= number:
            area = self._coming.pop()
            self._open[area] = self._value_of(area, number, cells)
        if not self._open:
            return cells
        self._open = {area: text for area, text in self._open.items() if area.bottom >= number and text}
        if self._open and len(cells) < self._width:
            cells = cells + [""] * (self._width - len(cells))
        for area, text in self._open.items():
            self._cover(area, text, number, cells)
        return cells

    def _value_of(self, area: Area, number: int, cells: list[str]) -> str:
        if area.top <= self._below:
            return MERGED
        return cells[area.left] if area.top == number and area.left < len(cells) else ""

    def _cover(self, area: Area, text: str, number: int, cells: list[str]) -> None:
        for place in range(area.left, min(area.right + 1, len(cells))):
            if number > area.top or place > area.left:
                cells[place] = text if place == area.left else MERGED
                if place == area.left and text != MERGED:
                    self.filled[place].append(number)
