"""What screens show of reports: those that were issued, without their pages."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker.storage.screens.paging import Slice, slice_of
from tracker.storage.tables.runs import IssuedReportRow

_REPORT = IssuedReportRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ReportLine:
    """An issued report as a list shows it."""

    id: int
    kind: str
    subject: str
    on_day: date
    edition: int
    period_from: date | None
    period_to: date | None
    issued_at: datetime
    issued_by: str
    facts: Mapping[str, Any]


def reports_page(connection: Connection, page: int, kind: str = "") -> Slice[ReportLine]:
    """Issued reports, newest first, without their pages; of one kind when it is given."""
    query = select(*(_REPORT.c[field.name] for field in fields(ReportLine)))
    if kind:
        query = query.where(_REPORT.c.kind == kind)
    query = query.order_by(_REPORT.c.on_day.desc(), _REPORT.c.id.desc())
    return slice_of(connection, query, lambda row: ReportLine(*row), page)
