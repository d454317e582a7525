"""Where the points, lines and names of a small trend picture lie; the drawing itself is a template's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Frame:
    """A picture's size, the room on its four sides for numbers, days and names, and how far apart two names stand."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    label_gap: float


@dataclass(frozen=True)
class WeekPoint:
    """One week end: what was open, what of it was overdue, and where both are drawn."""

    day: date
    open: int
    overdue: int
    x: float
    open_y: float
    overdue_y: float


@dataclass(frozen=True)
class Trend:
    """Two lines over the weeks; `steps` are the numbers of the lines across, `label_y` the heights of the two names."""

    frame: Frame
    weeks: tuple[WeekPoint, ...]
    steps: tuple[tuple[int, float], ...]
    label_y: tuple[float, float]

    @property
    def right_edge(self) -> int:
        """Where the lines across end."""
        return self.frame.width - self.frame.right


def trend_picture(weeks: Sequence[tuple[date, int, int]], frame: Frame) -> Trend | None:
    """The picture of (week end, open, overdue), oldest first; None without a week."""
    if not weeks:
        return None
    top = round_top(max(max(still_open, overdue) for _, still_open, overdue in weeks))
    step = (frame.width - frame.left - frame.right) / len(weeks)
    points = tuple(
        WeekPoint(
            day, still_open, overdue, round(frame.left + step * (index + 0.5), 1),
            height_of(still_open, top, frame), height_of(overdue, top, frame),
        )
        for index, (day, still_open, overdue) in enumerate(weeks)
    )  # fmt: skip
    steps = tuple((number, height_of(number, top, frame)) for number in (0, top // 2, top))
    return Trend(frame, points, steps, _label_heights(points[-1], frame))


def _label_heights(last: WeekPoint, frame: Frame) -> tuple[float, float]:
    """At the last points; a gap apart around their middle when these are closer, and never among the days below."""
    apart = max(abs(last.open_y - last.overdue_y), frame.label_gap) / 2
    middle = min((last.open_y + last.overdue_y) / 2, frame.height - frame.bottom - apart)
    return round(middle - apart, 1), round(middle + apart, 1)


def round_top(highest: int) -> int:
    """The next even round number not below the highest value, so that half of it is a whole number."""
    scale = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if highest <= step * scale:
                return step * scale
        scale *= 10


def height_of(number: int, top: int, frame: Frame) -> float:
    """Where a number lies between the bottom line and the one of `top`."""
    return round(frame.top + (frame.height - frame.top - frame.bottom) * (1 - number / top), 1)
