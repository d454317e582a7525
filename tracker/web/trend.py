"""Where the points and lines of the small trend picture lie; the drawing itself is a template."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.storage.screens.today import WeekEnd

WIDTH, HEIGHT = 560, 130
LEFT, RIGHT, TOP, BOTTOM = 30, 110, 12, 24
LABEL_GAP = 16.0


@dataclass(frozen=True)
class Trend:
    """Two lines over the weeks, in the picture's units; `x` and the heights belong to `weeks` in order."""

    weeks: tuple[WeekEnd, ...]
    x: tuple[float, ...]
    open_y: tuple[float, ...]
    overdue_y: tuple[float, ...]
    steps: tuple[tuple[int, float], ...]
    label_y: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def trend_picture(weeks: Sequence[WeekEnd]) -> Trend:
    """The geometry of at least one week, oldest first."""
    top = _round_top(max(week.open for week in weeks))
    step = (WIDTH - LEFT - RIGHT) / len(weeks)
    open_y = tuple(_height(week.open, top) for week in weeks)
    overdue_y = tuple(_height(week.overdue, top) for week in weeks)
    middle = min((open_y[-1] + overdue_y[-1]) / 2, HEIGHT - BOTTOM - LABEL_GAP / 2)
    apart = max(abs(open_y[-1] - overdue_y[-1]), LABEL_GAP) / 2
    return Trend(
        weeks=tuple(weeks),
        x=tuple(round(LEFT + step * (index + 0.5), 1) for index in range(len(weeks))),
        open_y=open_y,
        overdue_y=overdue_y,
        steps=tuple((number, _height(number, top)) for number in (0, top // 2, top)),
        label_y=(middle - apart, middle + apart),
    )


def _round_top(highest: int) -> int:
    """An even round number not below the highest value, so that its half is a whole number."""
    scale = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if highest <= step * scale:
                return step * scale
        scale *= 10


def _height(number: int, top: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - number / top), 1)
