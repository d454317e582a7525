"""Closings of findings in the database; one that was taken back stays on record."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, insert, select, update

from tracker.domain.closings import FindingClosing
from tracker.domain.events import Event
from tracker.storage.events import Events
from tracker.storage.tables.work import FindingClosingRow

_CLOSING = FindingClosingRow.__table__  # type: ignore[attr-defined]
_NAMES = [field.name for field in fields(FindingClosing)]


@dataclass(frozen=True)
class Closings:
    """Closings, within one transaction; nothing is saved without saying what happened."""

    connection: Connection
    events: Events

    def holding(self) -> dict[str, FindingClosing]:
        """Findings that are held to be answered, by their number."""
        return {one.finding_no: one for one in self._select(_CLOSING.c.reopened_on.is_(None))}

    def of_finding(self, finding_no: str) -> FindingClosing | None:
        """The closing of a finding that holds."""
        found = self._select(_CLOSING.c.finding_no == finding_no, _CLOSING.c.reopened_on.is_(None))
        return found[-1] if found else None

    def enter(self, closing: FindingClosing, event: Event) -> None:
        """Store a new closing."""
        values = {name: getattr(closing, name) for name in _NAMES if name != "id"}
        self.connection.execute(insert(_CLOSING).values(**values))
        self.events.append([event])

    def save(self, closing: FindingClosing, event: Event) -> None:
        """Store that a closing was taken back."""
        names = ("reopened_on", "reopened_by", "reopening_reason")
        values = {name: getattr(closing, name) for name in names}
        self.connection.execute(update(_CLOSING).where(_CLOSING.c.id == closing.id).values(**values))
        self.events.append([event])

    def _select(self, *conditions: Any) -> list[FindingClosing]:
        query = select(*(_CLOSING.c[name] for name in _NAMES)).where(*conditions).order_by(_CLOSING.c.id)
        return [FindingClosing(*row) for row in self.connection.execute(query)]
