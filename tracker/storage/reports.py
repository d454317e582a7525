"""Reports as they were issued: frozen facts, editions, and how far the records went when each was made."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from tracker.domain.file_names import in_a_file_name
from tracker.storage.database import to_json
from tracker.storage.horizon import Horizon
from tracker.storage.tables.runs import IssuedReportRow

_REPORT = IssuedReportRow.__table__  # type: ignore[attr-defined]
WEEKLY = "weekly"
REPORT_FOLDER = "reports"  # below the data directory


def hash_of(facts: Mapping[str, Any]) -> str:
    """The SHA-256 of a report's facts, in the form in which they are stored."""
    return hashlib.sha256(to_json(dict(facts)).encode()).hexdigest()


@dataclass(frozen=True)
class IssuedReport:
    """A report: frozen facts with their hash, the page made from them, and the program's version.

    `subject` is the department or finding it is about, nothing for the whole office; `files` holds the hash of each format.
    """

    kind: str
    subject: str
    on_day: date
    period_from: date | None
    period_to: date | None
    issued_at: datetime
    issued_by: str
    version: str
    facts: Mapping[str, Any]
    page: str
    sha256: str
    horizon: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)
    edition: int = 1
    id: int = 0

    def file_name(self, form: str) -> str:
        """The name of its file in DIR/reports: weekly-2024-03-18.pdf, of its second edition weekly-2024-03-18-2.pdf."""
        subject = f"-{in_a_file_name(self.subject)}" if self.subject else ""
        edition = f"-{self.edition}" if self.edition > 1 else ""
        return f"{self.kind}{subject}-{self.on_day.isoformat()}{edition}.{form}"


_NAMES = [one.name for one in fields(IssuedReport)]


@dataclass(frozen=True)
class Reports:
    """Issued reports, within one transaction."""

    connection: Connection

    def find(self, kind: str, day: date, subject: str = "") -> IssuedReport | None:
        """The newest edition of a report on a day."""
        newest = self._select(_REPORT.c.kind == kind, _REPORT.c.on_day == day, _REPORT.c.subject == subject)
        return newest[0] if newest else None

    def get(self, number: int) -> IssuedReport | None:
        """One report by its number."""
        return next(iter(self._select(_REPORT.c.id == number)), None)

    def editions(self, report: IssuedReport) -> list[IssuedReport]:
        """Every edition of the same report, the newest first."""
        same = (_REPORT.c.kind == report.kind, _REPORT.c.on_day == report.on_day, _REPORT.c.subject == report.subject)
        return self._select(*same)

    def issue(self, report: IssuedReport) -> IssuedReport:
        """Store a report as the next edition of its kind, subject and day."""
        query = select(func.coalesce(func.max(_REPORT.c.edition), 0)).where(
            _REPORT.c.kind == report.kind, _REPORT.c.on_day == report.on_day, _REPORT.c.subject == report.subject
        )
        edition = int(self.connection.execute(query).scalar_one()) + 1
        row = {name: getattr(report, name) for name in _NAMES if name not in ("id", "edition")}
        row |= {name: dict(row[name]) for name in ("facts", "horizon", "files")} | {"edition": edition}
        stored = self.connection.execute(insert(_REPORT).values(**row))
        return replace(report, edition=edition, id=int((stored.inserted_primary_key or (0,))[0]))

    def note_files(self, report: IssuedReport, hashes: Mapping[str, str]) -> None:
        """Note the files that were written of a report, each with its hash, by format."""
        known = dict(report.files) | dict(hashes)
        self.connection.execute(update(_REPORT).where(_REPORT.c.id == report.id).values(files=known))

    def latest(
        self, kind: str, subject: str, before: date, known_at: datetime | None = None
    ) -> IssuedReport | None:  # fmt: skip
        """The newest edition of the last report of a kind and subject before a day, of those issued by an instant."""
        conditions = [_REPORT.c.kind == kind, _REPORT.c.subject == subject, _REPORT.c.on_day < before]
        if known_at is not None:
            conditions.append(_REPORT.c.issued_at <= known_at)
        found = self._select(*conditions, limit=1)
        return found[0] if found else None

    def horizons(self, kind: str, days: Sequence[date]) -> dict[date, Horizon]:
        """How far the records went when the first edition of each of these days was issued."""
        query = select(_REPORT.c.on_day, _REPORT.c.horizon).where(
            _REPORT.c.kind == kind, _REPORT.c.subject == "", _REPORT.c.on_day.in_(days), _REPORT.c.edition == 1
        )
        return {row[0]: Horizon.from_json(row[1]) for row in self.connection.execute(query) if row[1]}

    def before(self, place: tuple[date, int] | None, limit: int, kind: str = "") -> list[IssuedReport]:
        """Reports, newest first, those after a place (day and number) in that order when one is given."""
        conditions: list[ColumnElement[bool]] = [_REPORT.c.kind == kind] if kind else []
        if place is not None:
            day, number = place
            conditions.append(or_(_REPORT.c.on_day < day, and_(_REPORT.c.on_day == day, _REPORT.c.id < number)))
        return self._select(*conditions, limit=limit)

    def _select(self, *conditions: Any, limit: int | None = None) -> list[IssuedReport]:
        query = select(*(_REPORT.c[name] for name in _NAMES)).where(*conditions)
        rows = self.connection.execute(query.order_by(_REPORT.c.on_day.desc(), _REPORT.c.id.desc()).limit(limit))
        return [IssuedReport(*row) for row in rows]
