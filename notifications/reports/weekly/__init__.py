"""The weekly status report: its values, its letter, its page and its stored form."""

from notifications.reports.weekly.highlights import highlights_of
from notifications.reports.weekly.keeping import weekly_from_json, weekly_to_json
from notifications.reports.weekly.lettering import render_weekly_letter
from notifications.reports.weekly.paper import weekly_paper
from notifications.reports.weekly.values import (
    ChangeRow,
    CheckRow,
    ComingRow,
    Counts,
    DepartmentRow,
    DutyRow,
    ExceptionRow,
    FindingRow,
    LostRow,
    MeasureRow,
    RegisterRow,
    UnansweredRow,
    WeeklyReport,
)

__all__ = [
    "ChangeRow",
    "CheckRow",
    "ComingRow",
    "Counts",
    "DepartmentRow",
    "DutyRow",
    "ExceptionRow",
    "FindingRow",
    "LostRow",
    "MeasureRow",
    "RegisterRow",
    "UnansweredRow",
    "WeeklyReport",
    "highlights_of",
    "render_weekly_letter",
    "weekly_from_json",
    "weekly_paper",
    "weekly_to_json",
]
