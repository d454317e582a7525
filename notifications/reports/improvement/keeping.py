"""The report to the regulator as JSON and back."""

from typing import cast

from pydantic import TypeAdapter

from notifications.reports.improvement.values import ImprovementReport

_REPORT = TypeAdapter(ImprovementReport)


def improvement_to_json(report: ImprovementReport) -> dict[str, object]:
    """The report as plain JSON values."""
    return cast("dict[str, object]", _REPORT.dump_python(report, mode="json"))


def improvement_from_json(stored: dict[str, object]) -> ImprovementReport:
    """The exact inverse."""
    return _REPORT.validate_python(stored)
