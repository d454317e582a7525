"""The weekly report as a letter: what its templates see beside the report itself."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache

from notifications.letters.letter import Letter, write_letter
from notifications.papers.paper import Picture
from notifications.papers.pictures import SCREEN_PPI, png_of
from notifications.reports.weekly.paper import figures_of
from notifications.reports.weekly.pictures import PICTURES, picture_of
from notifications.reports.weekly.tables import CHANGES
from notifications.reports.weekly.values import ChangeRow, CheckRow, UnansweredRow, WeeklyReport

FOLDER = "reports/weekly/letter"
MOST = 20  # rows of a list in the letter; the report itself has them all
_NOTES = {"stale": "台帳が古いため、検査できていません。", "failed": "検査に失敗しました。"}


@dataclass(frozen=True)
class Shown:
    """A picture in the letter: as pixels inside it, and in words for who sees none."""

    address: str
    words: str


def render_weekly_letter(report: WeeklyReport) -> Letter:
    """The mail: the numbers, the sentences, the counts by department, finding and check, and what comes."""
    return write_letter(FOLDER, **weekly_letter_words(report))


def weekly_letter_words(report: WeeklyReport) -> dict[str, object]:
    """The report, and its rows as (name, what must be said beside the numbers, counts), worst first."""
    worst_first = sorted(report.departments, key=lambda row: (-row.counts.overdue, -row.counts.open))
    unanswered = sorted(report.unanswered, key=lambda row: -row.days_over)
    return {
        "report": report,
        "figures": [(figure.label, figure.now, figure.before) for figure in figures_of(report)],
        "departments": [(row.name, "", row.counts) for row in worst_first],
        "findings": [(f"{row.number}　{row.subject}", "", row.counts) for row in report.findings],
        "checks": [(row.title, _note(row), row.counts) for row in report.checks],
        "changes": [(CHANGES[row.change], row) for row in _first(report.changes)],
        "unanswered": _first_late(unanswered),
        "most": MOST,
        "pictures": {name: _shown(picture_of(report, name)) for name in PICTURES},
    }


def _first(rows: tuple[ChangeRow, ...]) -> tuple[ChangeRow, ...]:
    return rows[:MOST]


def _first_late(rows: list[UnansweredRow]) -> list[UnansweredRow]:
    return rows[:MOST]


def _note(row: CheckRow) -> str:
    excepted = f"ほかに例外 {row.excepted}件があります。" if row.excepted else ""
    return _NOTES.get(row.state, "") + excepted


@lru_cache(maxsize=8)  # one report goes to several channels
def _shown(picture: Picture | None) -> Shown | None:
    png = png_of(picture.svg, SCREEN_PPI) if picture else None
    return (
        None
        if png is None or picture is None
        else Shown(f"data:image/png;base64,{b64encode(png).decode()}", picture.alternative)
    )
