"""The weekly report as JSON and back: what is stored of a week, and what a script reads."""

from typing import cast

from pydantic import TypeAdapter

from notifications.reports.weekly.values import WeeklyReport

_REPORT = TypeAdapter(WeeklyReport)


def weekly_to_json(report: WeeklyReport) -> dict[str, object]:
    """The report as plain JSON values: ISO dates, numbers, lists."""
    return cast("dict[str, object]", _REPORT.dump_python(report, mode="json"))


def weekly_from_json(stored: dict[str, object]) -> WeeklyReport:
    """The exact inverse; pydantic's ValidationError (a ValueError) names what does not fit."""
    return _REPORT.validate_python(stored)
