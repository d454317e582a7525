"""Tasks as bars from the day they were opened to their deadline, with the line of the day it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from notifications.charts.names import name_lines
from notifications.letters.letter import fill
from notifications.letters.words import days_word
from tracker.domain.bars import Bar, Span, bar_of
from tracker.domain.dates import wareki
from tracker.sheets.cells import plain_text

MOST = 40
WIDTH, LEFT, ACROSS, ROW, TOP = 680, 200, 390, 22, 26
_MONTH_WIDTH = 30


@dataclass(frozen=True)
class TimelineRow:
    """One task on the chart; without a deadline its bar goes on to the present day."""

    title: str
    opened_on: date
    deadline: date | None
    completed_on: date | None = None
    withdrawn_on: date | None = None
    first_deadline: date | None = None


def timeline_chart(rows: Sequence[TimelineRow], span: Span, today: date) -> str:
    """The chart in the order given; beyond forty a line says how many more there are. Nothing without a task."""
    if not rows:
        return ""
    bars = [_placed(row, at, span, today) for at, row in enumerate(rows[:MOST])]
    more = len(rows) - len(bars)
    bottom = TOP + ROW * len(bars)
    return fill(
        "charts/timeline.svg",
        bars=bars, more=more, months=_months(span), today=today, today_x=_x(span.at(today)) if span.holds(today) else None,
        width=WIDTH, left=LEFT, right=LEFT + ACROSS, top=TOP, bottom=bottom, height=bottom + 20,
    )  # fmt: skip


def _placed(row: TimelineRow, at: int, span: Span, today: date) -> dict[str, object]:
    bar = bar_of(row, span, today)
    return {
        "title": plain_text(row.title), "name": name_lines(row.title, 17), "y": TOP + ROW * at, "x": _x(bar.left),
        "wide": _wide(bar.width), "late_x": _x(bar.late_left), "late_wide": _wide(bar.late_width), "mark": _x(bar.mark),
        "first": None if bar.first_deadline is None else _x(bar.first_deadline), "bar": bar,
        "state": _state(row, today), "words": _words(row, bar, today),
    }  # fmt: skip


def _state(row: TimelineRow, today: date) -> str:
    if row.completed_on or row.withdrawn_on:
        return "完了" if row.completed_on else "取下げ"
    if row.deadline is None:
        return "期限なし"
    days = (row.deadline - today).days
    return f"▲ {days_word(days)}" if days < 0 else days_word(days)


def _words(row: TimelineRow, bar: Bar, today: date) -> str:
    deadline = f"期限 {wareki(row.deadline)}" if row.deadline else "期限なし"
    state = _state(row, today).removeprefix("▲ ")
    return f"{plain_text(row.title)} {wareki(row.opened_on)}から {deadline}" + (
        "" if state == deadline else f" {state}"
    )


def _months(span: Span) -> list[tuple[str, float]]:
    """The months as far as their names have room beside each other."""
    months = [(day, _x(span.at(day))) for day in span.months()]
    every = max(1, -(-len(months) * _MONTH_WIDTH // ACROSS))
    return [(f"{day.month}月", x) for day, x in months[::every]]


def _x(hundredths: float) -> float:
    return round(LEFT + ACROSS * hundredths / 100, 1)


def _wide(hundredths: float) -> float:
    return round(ACROSS * hundredths / 100, 1)
