"""Weekly reports as they were issued."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from tracker.storage.tables.runs import WeeklyReportRow

_REPORT = WeeklyReportRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class IssuedReport:
    """A weekly report: frozen facts, the page made from them, and the page's hash."""

    on_day: date
    period_from: date
    period_to: date
    issued_at: datetime
    facts: Mapping[str, Any]
    page: str
    sha256: str


@dataclass(frozen=True)
class Reports:
    """Issued reports, within one transaction."""

    connection: Connection

    def find(self, day: date) -> IssuedReport | None:
        """The report issued on a day."""
        row = self.connection.execute(select(_REPORT).where(_REPORT.c.on_day == day)).mappings().first()
        return None if row is None else IssuedReport(**row)

    def issue(self, report: IssuedReport) -> None:
        """Store a report; one a day."""
        row = {name: getattr(report, name) for name in IssuedReport.__annotations__}
        self.connection.execute(insert(_REPORT), [row | {"facts": dict(report.facts)}])

    def newest(self, limit: int) -> list[IssuedReport]:
        """Reports, newest first."""
        rows = self.connection.execute(select(_REPORT).order_by(_REPORT.c.on_day.desc()).limit(limit)).mappings()
        return [IssuedReport(**row) for row in rows]

    def before(self, day: date | None, limit: int) -> list[IssuedReport]:
        """Reports, newest first, those before a day when one is given."""
        earlier = [] if day is None else [_REPORT.c.on_day < day]
        query = select(_REPORT).where(*earlier).order_by(_REPORT.c.on_day.desc()).limit(limit)
        return [IssuedReport(**row) for row in self.connection.execute(query).mappings()]
