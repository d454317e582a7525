"""Flags in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from tracker.domain.flags import Flag
from tracker.storage.tables.work import FlagRow
from tracker.storage.tallies import Tallies

_FLAG = FlagRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Flags:
    """Flags, within one transaction."""

    connection: Connection

    def find(self, number: int) -> Flag | None:
        """One flag by its number."""
        return next(iter(self._select(_FLAG.c.id == number)), None)

    def open_of(self, check_name: str) -> list[Flag]:
        """Flags of one check that were seen last time, those among them that an exception silences."""
        return self._select(_FLAG.c.check_name == check_name, _FLAG.c.cleared_on.is_(None))

    def open_of_subject(self, check_name: str, subject: str) -> list[Flag]:
        """Of these, the flags of one subject."""
        return self._select(_FLAG.c.check_name == check_name, _FLAG.c.cleared_on.is_(None), _FLAG.c.subject == subject)

    def open_now(self) -> list[Flag]:
        """All flags that were seen last time, silenced ones among them."""
        return self._select(_FLAG.c.cleared_on.is_(None))

    def excepted_now(self) -> list[Flag]:
        """Flags that an exception silences now."""
        return self._select(_FLAG.c.cleared_on.is_(None), _FLAG.c.exception_id.is_not(None))

    def open_on(self, day: date, check_name: str | None = None) -> list[Flag]:
        """Flags that were open on a day: first seen by then, and not cleared by then."""
        conditions = [_FLAG.c.first_seen_on <= day, or_(_FLAG.c.cleared_on.is_(None), _FLAG.c.cleared_on > day)]
        if check_name is not None:
            conditions.append(_FLAG.c.check_name == check_name)
        return self._select(*conditions)

    def alive_between(self, first: date, last: date) -> list[Flag]:
        """Flags that were open on some day of a period."""
        return self._select(
            _FLAG.c.first_seen_on <= last, or_(_FLAG.c.cleared_on.is_(None), _FLAG.c.cleared_on >= first)
        )

    def times_seen(self, check_name: str, keys: Sequence[str]) -> dict[str, int]:
        """How often each of these subjects was flagged before."""
        seen = dict[str, int]()
        for start in range(0, len(keys), 500):
            query = (
                select(_FLAG.c.sighting_key, func.count())
                .where(_FLAG.c.check_name == check_name, _FLAG.c.sighting_key.in_(keys[start : start + 500]))
                .group_by(_FLAG.c.sighting_key)
            )
            seen |= {row[0]: row[1] for row in self.connection.execute(query)}
        return seen

    def raise_all(self, flags: Sequence[Flag]) -> None:
        """Store new flags."""
        if flags:
            self.connection.execute(insert(_FLAG), [_row(flag) for flag in flags])
            Tallies(self.connection).change_flags((), flags)

    def save_all(self, flags: Sequence[Flag]) -> None:
        """Store flags that were seen again, changed or cleared."""
        if flags:
            Tallies(self.connection).change_flags(self._by_ids([flag.id for flag in flags if flag.id]), flags)
            names = (
                "department_code", "summary", "deadline", "first_seen_on", "last_seen_on", "cleared_on", "details",
                "exception_id",
            )  # fmt: skip
            statement = update(_FLAG).where(_FLAG.c.id == bindparam("flag_id"))
            rows = [{f"new_{name}": _row(flag)[name] for name in names} | {"flag_id": flag.id} for flag in flags]
            self.connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)

    def seen_on(self, check_name: str, day: date) -> None:
        """All open flags of a check were seen again on a day."""
        known = (_FLAG.c.check_name == check_name, _FLAG.c.cleared_on.is_(None), _FLAG.c.last_seen_on < day)
        self.connection.execute(update(_FLAG).where(*known).values(last_seen_on=day))

    def _by_ids(self, ids: Sequence[int]) -> list[Flag]:
        portions = [ids[start : start + 500] for start in range(0, len(ids), 500)]
        return [flag for portion in portions for flag in self._select(_FLAG.c.id.in_(portion))]

    def _select(self, *conditions: Any) -> list[Flag]:
        query = select(_FLAG).where(*conditions).order_by(_FLAG.c.check_name, _FLAG.c.sighting_key, _FLAG.c.id)
        return [as_flag(row) for row in self.connection.execute(query).mappings()]


def as_flag(row: Any) -> Flag:
    """A flag from its row."""
    names = [name for name in Flag.__annotations__ if name != "key"]
    return Flag(key=row["sighting_key"], **{name: row[name] for name in names})


def _row(flag: Flag) -> dict[str, Any]:
    row = {name: getattr(flag, name) for name in Flag.__annotations__ if name not in ("key", "id")}
    return row | {"sighting_key": flag.key, "details": dict(flag.details)}
