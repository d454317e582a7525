"""今週の要点: the weekly report in five sentences."""

from datetime import timedelta

from markupsafe import Markup

from notifications.charts import trend_chart
from notifications.letters.letter import fill
from notifications.reports.weekly.values import ComingRow, MeasureRow, WeeklyReport

_FOLDER = "reports/weekly"
_HIGHLIGHTS = 5


def highlights_of(report: WeeklyReport) -> tuple[str, ...]:
    """今週の要点: up to five sentences made from the report's own facts, the most pressing first."""
    sentences = fill(
        f"{_FOLDER}/highlights.txt",
        report=report,
        worst=max(report.departments, key=lambda row: row.counts.overdue, default=None),
        newly=_newly_overdue(report),
        unsure=[check for check in report.checks if check.state in ("stale", "failed")],
        soon=_within_a_week(report),
    )
    return tuple(line.strip() for line in sentences.splitlines() if line.strip())[:_HIGHLIGHTS]


def _newly_overdue(report: WeeklyReport) -> list[MeasureRow]:
    """Measures whose deadline passed within the period: the first day late lies in it."""
    first, last = report.period_from - timedelta(days=1), report.period_to - timedelta(days=1)
    return [
        measure
        for finding in report.findings
        for measure in finding.measures
        if measure.state == "期限超過" and measure.deadline and first <= measure.deadline <= last
    ]


def _within_a_week(report: WeeklyReport) -> list[ComingRow]:
    return sorted((row for row in report.coming if 0 <= row.days_left <= 7), key=lambda row: row.days_left)
