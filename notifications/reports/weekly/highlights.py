"""今週の要点: the weekly report in five sentences."""

from notifications.letters.letter import fill
from notifications.reports.weekly.values import ComingRow, WeeklyReport

_FOLDER = "reports/weekly"
_HIGHLIGHTS = 5


def highlights_of(report: WeeklyReport) -> tuple[str, ...]:
    """今週の要点: up to five sentences made from the report's own facts, the most pressing first."""
    sentences = fill(
        f"{_FOLDER}/highlights.txt",
        report=report,
        worst=max(report.departments, key=lambda row: row.counts.overdue, default=None),
        newly=[row for row in report.changes if row.change == "overdue"],
        unsure=[check for check in report.checks if check.state in ("stale", "failed")],
        silent=list(dict.fromkeys(row.department for row in report.unanswered)),
        soon=_within_a_week(report),
    )
    return tuple(line.strip() for line in sentences.splitlines() if line.strip())[:_HIGHLIGHTS]


def _within_a_week(report: WeeklyReport) -> list[ComingRow]:
    return sorted((row for row in report.coming if 0 <= row.days_left <= 7), key=lambda row: row.days_left)
