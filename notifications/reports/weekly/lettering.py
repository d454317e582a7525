"""The weekly report as a letter: what its templates see beside the report itself."""

from notifications.letters.letter import Letter, write_letter
from notifications.reports.weekly.values import CheckRow, WeeklyReport

FOLDER = "reports/weekly/letter"
_NOTES = {"stale": "台帳が古いため、検査できていません。", "failed": "検査に失敗しました。"}


def render_weekly_letter(report: WeeklyReport) -> Letter:
    """The mail: the numbers, the sentences, the counts by department, finding and check, and what comes."""
    return write_letter(FOLDER, **weekly_letter_words(report))


def weekly_letter_words(report: WeeklyReport) -> dict[str, object]:
    """The report, and its rows as (name, what must be said beside the numbers, counts), worst first."""
    worst_first = sorted(report.departments, key=lambda row: (-row.counts.overdue, -row.counts.open))
    return {
        "report": report,
        "departments": [(row.name, "", row.counts) for row in worst_first],
        "findings": [(f"{row.number}　{row.subject}", "", row.counts) for row in report.findings],
        "checks": [(row.title, _note(row), row.counts) for row in report.checks],
    }


def _note(row: CheckRow) -> str:
    excepted = f"ほかに例外 {row.excepted}件があります。" if row.excepted else ""
    return _NOTES.get(row.state, "") + excepted
