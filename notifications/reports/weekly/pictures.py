"""The drawings of the weekly report: the same on the page, on paper and in the mail."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from notifications.charts import StatusBar, TimelineRow, status_chart, timeline_chart, trend_chart
from notifications.papers.paper import (
    Picture,
)
from notifications.reports.weekly.values import Counts, WeeklyReport
from tracker.domain.bars import Span

CLOSED = ("完了", "取下げ")
BEHIND, AHEAD, MARGIN = timedelta(days=550), timedelta(days=370), timedelta(days=14)


def picture_of(report: WeeklyReport, name: str) -> Picture | None:
    """One of the `PICTURES` of the report; None where there is nothing to draw."""
    return _DRAWN[name](report)


def _status(report: WeeklyReport) -> Picture | None:
    bars = _bars(report)
    words = "所管課別の未完了の件数（期限超過・確認待ち・期限内）。数は表のとおり。"
    return Picture(status_chart(bars), words) if bars else None


def _trend_picture(report: WeeklyReport) -> Picture | None:
    words = "未完了と期限超過の件数の推移。数は報告の表のとおり。"
    return Picture(trend_chart(report.trend), words) if report.trend else None


def _timeline(report: WeeklyReport) -> Picture | None:
    """The measures that are still open, the first deadline first, over the time that they take."""
    rows = [
        TimelineRow(f"{finding.number} {one.title}", one.opened_on, one.deadline, first_deadline=one.first_deadline)
        for finding in report.findings for one in finding.measures
        if one.opened_on is not None and one.state not in CLOSED
    ]  # fmt: skip
    if not rows:
        return None
    rows.sort(key=lambda row: (row.deadline or date.max, row.title))
    today = report.issued_on
    first = max(min(row.opened_on for row in rows), today - BEHIND)
    last = min(max(row.deadline or today for row in rows), today + AHEAD)
    span = Span(first.replace(day=1), max(last, today) + MARGIN)
    words = "終わっていない改善策の期間（登録から期限まで、期限を過ぎた日数）。日付は表のとおり。"
    return Picture(timeline_chart(rows, span, today), words)


def _bars(report: WeeklyReport) -> list[StatusBar]:
    return [
        StatusBar(row.name, own.overdue, own.answered - _both(own), _within(own))
        for row in report.departments if (own := row.counts).open
    ]  # fmt: skip


def _both(counts: Counts) -> int:
    """What is both overdue and answered stands among the overdue; never more than there are."""
    return max(0, counts.overdue + counts.answered - counts.open)


def _within(counts: Counts) -> int:
    return max(0, counts.open - counts.overdue - counts.answered)


PICTURES = ("status", "trend", "timeline")
_DRAWN: Mapping[str, Callable[[WeeklyReport], Picture | None]] = {
    "status": _status, "trend": _trend_picture, "timeline": _timeline,
}  # fmt: skip
