"""The improvement report to the regulator: its values, its letter, its changes and its stored form."""

from notifications.reports.improvement.changes import changes_between
from notifications.reports.improvement.keeping import improvement_from_json, improvement_to_json
from notifications.reports.improvement.paper import improvement_paper
from notifications.reports.improvement.values import Change, ImprovementReport, ReportedFinding

__all__ = [
    "Change", "ImprovementReport", "ReportedFinding", "changes_between", "improvement_from_json", "improvement_paper",
    "improvement_to_json",
]  # fmt: skip
