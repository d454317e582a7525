"""What was open and what of it overdue over the weeks, as two lines."""

from collections.abc import Sequence
from datetime import date
from math import ceil

from notifications.letters.letter import fill
from tracker.domain.trends import Frame, trend_picture

FRAME = Frame(width=680, height=150, left=36, right=96, top=10, bottom=24, label_gap=15)
_DAY_WIDTH = 34


def trend_chart(weeks: Sequence[tuple[date, int, int]]) -> str:
    """The chart of (week end, open, overdue), oldest first; nothing without a week."""
    trend = trend_picture(weeks, FRAME)
    if trend is None:
        return ""
    every = max(1, ceil(len(weeks) * _DAY_WIDTH / (FRAME.width - FRAME.left - FRAME.right)))
    return fill("charts/trend.svg", trend=trend, every=every)
