"""Where the lines of a check's picture lie: how many flags were open, and how many silenced, on each of its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.trends import Frame, height_of, round_top

DAYS = 90


@dataclass(frozen=True)
class CurveDay:
    """One day: open flags and silenced ones at its end, and how many were first seen and cleared on it."""

    day: date
    open: int
    excepted: int
    opened: int
    cleared: int


@dataclass(frozen=True)
class Curve:
    """Two stepped lines as points of SVG; `steps` are the lines across, `ticks` the days written below."""

    frame: Frame
    days: tuple[CurveDay, ...]
    steps: tuple[tuple[int, float], ...]
    ticks: tuple[tuple[date, float], ...]
    open_points: str
    excepted_points: str
    label_y: tuple[float, float]

    @property
    def right_edge(self) -> int:
        """Where the lines across end."""
        return self.frame.width - self.frame.right

    @property
    def has_exceptions(self) -> bool:
        """Whether the second line says anything."""
        return any(day.excepted for day in self.days)

    @property
    def turns(self) -> list[CurveDay]:
        """The first day, each on which a number changed, and the last, newest first: the table behind the picture."""
        pairs = zip(self.days, self.days[1:], strict=False)
        changed = [new for old, new in pairs if _numbers(old) != _numbers(new) or new.opened or new.cleared]
        return list(dict.fromkeys([self.days[-1], *reversed(changed), self.days[0]]))


def curve_days(today: date) -> list[date]:
    """The last 90 days, today included."""
    return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def curve_picture(days: Sequence[CurveDay], frame: Frame) -> Curve:
    """The picture of days in order; at least two."""
    top = round_top(max(max(day.open, day.excepted) for day in days))
    width = (frame.width - frame.left - frame.right) / (len(days) - 1)
    across = [round(frame.left + width * index, 1) for index in range(len(days))]
    ends = [height_of(number, top, frame) for number in (days[-1].open, days[-1].excepted)]
    return Curve(
        frame, tuple(days), tuple((number, height_of(number, top, frame)) for number in (0, top // 2, top)),
        tuple((day.day, x) for day, x in zip(days, across, strict=True) if day.day.day == 1),
        _stepped([height_of(day.open, top, frame) for day in days], across),
        _stepped([height_of(day.excepted, top, frame) for day in days], across),
        _apart(ends[0], ends[1], frame) if any(day.excepted for day in days) else (ends[0], ends[1]),
    )  # fmt: skip


def _stepped(heights: Sequence[float], across: Sequence[float]) -> str:
    """From day to day level, then up or down at once: between two days there is nothing in between."""
    points, before = list[str](), heights[0]
    for x, y in zip(across, heights, strict=True):
        points += [f"{x},{before}"] * (y != before) + [f"{x},{y}"]
        before = y
    return " ".join(points)


def _apart(first: float, second: float, frame: Frame) -> tuple[float, float]:
    if abs(first - second) >= frame.label_gap:
        return first, second
    middle = min((first + second) / 2, frame.height - frame.bottom - frame.label_gap / 2)
    half = frame.label_gap / 2
    return (middle - half, middle + half) if first <= second else (middle + half, middle - half)


def _numbers(day: CurveDay) -> tuple[int, int]:
    return day.open, day.excepted
