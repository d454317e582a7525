"""Exceptions in the database, in force and over."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from tracker.domain.events import Event
from tracker.domain.exceptions import FlagException, by_subject
from tracker.storage.events import Events
from tracker.storage.tables.work import FlagExceptionRow

_EXCEPTION = FlagExceptionRow.__table__  # type: ignore[attr-defined]
_NAMES = [field.name for field in fields(FlagException)]


@dataclass(frozen=True)
class Exceptions:
    """Exceptions, within one transaction; nothing is saved without saying what happened."""

    connection: Connection
    events: Events

    def holding(self, check_name: str, day: date) -> dict[str, FlagException]:
        """Those of one check that hold on a day, by their subject."""
        return by_subject(self._select(_EXCEPTION.c.check_name == check_name, _holds_on(day)), day)

    def all_holding(self, day: date) -> list[FlagException]:
        """Every exception that holds on a day, the first to end first."""
        return sorted(self._select(_holds_on(day)), key=lambda one: (one.until, one.id))

    def over(self, day: date, limit: int) -> list[FlagException]:
        """Those that no longer hold on a day, the newest first."""
        query = self._query(or_(_EXCEPTION.c.until < day, _EXCEPTION.c.revoked_on <= day))
        rows = self.connection.execute(query.order_by(_EXCEPTION.c.id.desc()).limit(limit))
        return [FlagException(*row) for row in rows]

    def of_subject(self, check_name: str, subject: str) -> list[FlagException]:
        """Every exception that one subject of a check ever had, the newest first."""
        return self._select(_EXCEPTION.c.check_name == check_name, _EXCEPTION.c.subject == subject)[::-1]

    def of_check(self, check_name: str, since: date) -> list[FlagException]:
        """Those of one check that held on some day since."""
        alive = or_(_EXCEPTION.c.revoked_on.is_(None), _EXCEPTION.c.revoked_on > since)
        return self._select(_EXCEPTION.c.check_name == check_name, _EXCEPTION.c.until >= since, alive)

    def find(self, number: int) -> FlagException | None:
        """One exception by its number."""
        return next(iter(self._select(_EXCEPTION.c.id == number)), None)

    def enter(self, exception: FlagException, event: Event) -> int:
        """Store a new exception; its number."""
        values = {name: getattr(exception, name) for name in _NAMES if name != "id"}
        entered = self.connection.execute(insert(_EXCEPTION).values(**values))
        self.events.append([event])
        return int((entered.inserted_primary_key or (0,))[0])

    def save(self, exception: FlagException, event: Event) -> None:
        """Store that an exception was revoked."""
        names = ("revoked_on", "revoked_by", "revocation_reason")
        values = {name: getattr(exception, name) for name in names}
        self.connection.execute(update(_EXCEPTION).where(_EXCEPTION.c.id == exception.id).values(**values))
        self.events.append([event])

    def _select(self, *conditions: Any) -> list[FlagException]:
        return [
            FlagException(*row) for row in self.connection.execute(self._query(*conditions).order_by(_EXCEPTION.c.id))
        ]

    def _query(self, *conditions: Any) -> Any:
        return select(*(_EXCEPTION.c[name] for name in _NAMES)).where(*conditions)


def _holds_on(day: date) -> Any:
    not_revoked = or_(_EXCEPTION.c.revoked_on.is_(None), _EXCEPTION.c.revoked_on > day)
    return and_(_EXCEPTION.c.granted_on <= day, _EXCEPTION.c.until >= day, not_revoked)
