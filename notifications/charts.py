"""Where the points, lines and labels of a small chart lie; the drawing itself is a template."""

from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 680, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 96, 10, 24
_LABEL_GAP = 15


@dataclass(frozen=True)
class Point:
    """One value of one week, in the picture's units."""

    x: float
    y: float
    value: int


@dataclass(frozen=True)
class TrendChart:
    """Two lines over the weeks: what is open, and what of it is overdue."""

    weeks: tuple[tuple[date, float], ...]
    steps: tuple[Point, ...]
    open: tuple[Point, ...]
    overdue: tuple[Point, ...]
    open_label_y: float
    overdue_label_y: float
    width: int = WIDTH
    height: int = HEIGHT


def trend_chart(trend: tuple[tuple[date, int, int], ...]) -> TrendChart:
    """The geometry of a trend of at least one week: (week end, open, overdue), oldest first."""
    top = _round_top(max(max(still_open, overdue) for _, still_open, overdue in trend))
    across = [_LEFT + (WIDTH - _LEFT - _RIGHT) * (index + 0.5) / len(trend) for index in range(len(trend))]
    still_open = tuple(Point(x, _down(week[1], top), week[1]) for x, week in zip(across, trend, strict=True))
    overdue = tuple(Point(x, _down(week[2], top), week[2]) for x, week in zip(across, trend, strict=True))
    apart = max(overdue[-1].y - still_open[-1].y, _LABEL_GAP)
    return TrendChart(
        weeks=tuple((week[0], x) for x, week in zip(across, trend, strict=True)),
        steps=tuple(Point(_LEFT, _down(value, top), value) for value in (0, top // 2, top)),
        open=still_open,
        overdue=overdue,
        open_label_y=overdue[-1].y - apart,
        overdue_label_y=overdue[-1].y,
    )


def _round_top(highest: int) -> int:
    """The next even round number above the highest value, so that half of it is a whole number."""
    scale = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if highest <= step * scale:
                return step * scale
        scale *= 10


def _down(value: int, top: int) -> float:
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / top), 1)
