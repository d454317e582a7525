"""The trail of events: appended only, each entry sealed together with the seal before it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from tracker.domain.errors import TrailBroken
from tracker.domain.events import Event, Happened
from tracker.domain.trail import TrailEnd
from tracker.storage.committed import added
from tracker.storage.database import to_json
from tracker.storage.tables.work import EventRow

_EVENT = EventRow.__table__  # type: ignore[attr-defined]
FIRST_SEAL = "0" * 64
AT_ONCE = 500


@dataclass(frozen=True)
class StoredEvent:
    """One entry of the trail."""

    id: int
    at: datetime
    on_day: date
    by: str
    kind: str
    about: str
    facts: Mapping[str, Any]
    account: str = ""


@dataclass(frozen=True)
class Events:
    """The trail, within one transaction."""

    connection: Connection

    def append(self, events: Iterable[Event]) -> None:
        """Seal and store events in order."""
        end = self.end()
        number, seal = end.number, end.seal
        rows = []
        for event in events:
            number += 1
            row = _row(number, event)
            row |= {"previous": seal, "seal": (seal := _seal(seal, row))}
            rows.append(row)
        if rows:
            self.connection.execute(insert(_EVENT), rows)
            added(self.connection, TrailEnd(number, seal))

    def about(self, subject: str) -> list[StoredEvent]:
        """Everything that happened to one thing, newest first."""
        return self._select(_EVENT.c.about == subject)

    def subject_of(self, number: int) -> str | None:
        """What an event is about."""
        about: str | None = self.connection.execute(select(_EVENT.c.about).where(_EVENT.c.id == number)).scalar()
        return about

    def first_about(self, subject: str) -> int | None:
        """The number of the first entry about one thing: it never changes, and tells nothing of it."""
        return self.firsts_about([subject]).get(subject)

    def firsts_about(self, subjects: Sequence[str]) -> dict[str, int]:
        """The number of the first entry about each of some things."""
        found = dict[str, int]()
        for start in range(0, len(subjects), AT_ONCE):
            about = _EVENT.c.about.in_(subjects[start : start + AT_ONCE])
            query = select(_EVENT.c.about, func.min(_EVENT.c.id)).where(about).group_by(_EVENT.c.about)
            found |= {row[0]: row[1] for row in self.connection.execute(query)}
        return found

    def about_all(self, subjects: Sequence[str]) -> dict[str, list[StoredEvent]]:
        """Everything that happened to each of some things, newest first."""
        found: dict[str, list[StoredEvent]] = {subject: [] for subject in subjects}
        for start in range(0, len(subjects), AT_ONCE):
            for event in self._select(_EVENT.c.about.in_(subjects[start : start + AT_ONCE])):
                found[event.about].append(event)
        return found

    def _select(self, condition: Any) -> list[StoredEvent]:
        rows = self.connection.execute(select(_EVENT).where(condition).order_by(_EVENT.c.id.desc())).mappings()
        return [StoredEvent(**{name: row[name] for name in StoredEvent.__annotations__}) for row in rows]

    def of_kind(self, kind: Happened, *, after: date) -> list[StoredEvent]:
        """Everything of one kind that happened on later days, oldest first."""
        wanted = (_EVENT.c.kind == str(kind), _EVENT.c.on_day > after)
        rows = self.connection.execute(select(_EVENT).where(*wanted).order_by(_EVENT.c.id)).mappings()
        return [StoredEvent(**{name: row[name] for name in StoredEvent.__annotations__}) for row in rows]

    def end(self) -> TrailEnd:
        """The newest entry's number and seal."""
        newest = self.connection.execute(select(_EVENT.c.id, _EVENT.c.seal).order_by(_EVENT.c.id.desc()).limit(1))
        return TrailEnd(*next(iter(newest), (0, FIRST_SEAL)))

    def seal_of(self, number: int) -> str | None:
        """The seal of one entry; None when there is no such entry."""
        if not number:
            return FIRST_SEAL
        seal: str | None = self.connection.execute(select(_EVENT.c.seal).where(_EVENT.c.id == number)).scalar()
        return seal

    def verify(self) -> int:
        """Walk the whole chain; the number of entries, or TrailBroken that names the first bad one."""
        number, seal = 0, FIRST_SEAL
        trail = select(_EVENT).order_by(_EVENT.c.id).execution_options(yield_per=10_000)
        for row in self.connection.execute(trail).mappings():
            number += 1
            expected = _seal(seal, dict(row))
            if row["id"] != number or row["previous"] != seal or row["seal"] != expected:
                raise TrailBroken(
                    f"監査証跡の {number} 番目の記録が正しくありません"
                    f"（{row['at']:%Y-%m-%d %H:%M} UTC {row['kind']} {row['about']}）。"
                )
            seal = expected
        return number


def _row(number: int, event: Event) -> dict[str, Any]:
    return {
        "id": number, "at": event.occasion.at.astimezone(UTC), "on_day": event.occasion.on_day, "by": event.occasion.by,
        "kind": str(event.kind), "about": event.about, "facts": dict(event.facts), "account": event.occasion.account,
    }  # fmt: skip


def _seal(previous: str, row: dict[str, Any]) -> str:
    sealed = [previous, row["id"], row["at"].isoformat(), row["on_day"].isoformat(), row["by"], row["kind"],
              row["about"], row["facts"]]  # fmt: skip
    if row["account"]:  # entries from before there was one are sealed without
        sealed.append(row["account"])
    return hashlib.sha256(to_json(sealed).encode()).hexdigest()
