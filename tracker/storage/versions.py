"""Registers as history: the imports of each, and which version of a row was known on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Table, and_, func, insert, literal, or_, select

from tracker.domain.registers import Register
from tracker.storage.tables.runs import ImportRow

_IMPORT = ImportRow.__table__  # type: ignore[attr-defined]
BY_HAND = "hand"  # the `reading` of rows that somebody typed


@dataclass(frozen=True)
class Import:
    """One import as recorded."""

    id: int
    register_stem: str
    as_of: date
    imported_at: datetime
    source: str
    sha256: str
    reading: str
    row_count: int
    added: int
    changed: int
    ended: int
    notices: tuple[str, ...]
    imported_by: str = ""
    reason: str = ""

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody corrected rows on the screen; such an import does not make a register newer."""
        return self.reading == BY_HAND


def known_on(table: FromClause, day: date) -> ColumnElement[bool]:
    """The versions that were known on a day."""
    return and_(table.c.valid_from <= day, or_(table.c.valid_to.is_(None), table.c.valid_to > day))


class Versions:
    """One register's history, within one transaction."""

    def __init__(self, connection: Connection, register: Register) -> None:
        self.connection = connection
        self.register = register

    @cached_property
    def table(self) -> Table:
        """The register's version table."""
        return version_table(self.register)

    def newest_import(self, until: date | None = None, *, by_hand: bool = True) -> Import | None:
        """The import with the latest as-of day, up to a day when one is given; of files alone unless `by_hand`."""
        query = select(_IMPORT).where(_IMPORT.c.register_stem == self.register.stem)
        if not by_hand:
            query = query.where(_IMPORT.c.reading != BY_HAND)
        if until is not None:
            query = query.where(_IMPORT.c.as_of <= until)
        row = self.connection.execute(query.order_by(_IMPORT.c.as_of.desc(), _IMPORT.c.id.desc()).limit(1)).first()
        return None if row is None else as_import(row._mapping)

    def has_ended_since(self, earlier: Import, until: date) -> bool:
        """Whether rows were ended by imports up to a day that came after an earlier one, in order or in as-of day."""
        return self._has_since(earlier, until, _IMPORT.c.ended > 0)

    def has_grown_since(self, earlier: Import, until: date) -> bool:
        """Whether rows were added by such imports."""
        return self._has_since(earlier, until, _IMPORT.c.added > 0)

    def _has_since(self, earlier: Import, until: date, what: ColumnElement[bool]) -> bool:
        after = or_(_IMPORT.c.id > earlier.id, _IMPORT.c.as_of > earlier.as_of)
        query = select(literal(1)).where(
            _IMPORT.c.register_stem == self.register.stem, _IMPORT.c.as_of <= until, after, what
        )
        return self.connection.execute(query.limit(1)).first() is not None

    def record_import(self, facts: dict[str, Any]) -> int:
        """Write down that a file was taken in; its number stands in every version it begins or ends."""
        result = self.connection.execute(insert(_IMPORT).values(register_stem=self.register.stem, **facts))
        return int((result.inserted_primary_key or (0,))[0])


def newest_number(connection: Connection) -> int:
    """The number of the last import of any register: while it stays, the registers stay."""
    return int(connection.execute(select(func.coalesce(func.max(_IMPORT.c.id), 0))).scalar_one())


def next_import_day(connection: Connection, register: Register, day: date) -> date | None:
    """The as-of day of the first import after a day, when a later one is already in."""
    query = select(func.min(_IMPORT.c.as_of)).where(
        _IMPORT.c.register_stem == register.stem, _IMPORT.c.as_of > day, _IMPORT.c.whole
    )
    found: date | None = connection.execute(query).scalar_one()
    return found


def as_import(row: Any) -> Import:
    """One import as a value."""
    facts = {name: row[name] for name in Import.__annotations__}
    return Import(**facts | {"notices": tuple(facts["notices"])})


def version_table(register: Register) -> Table:
    """The table of a register's versions."""
    from tracker.storage.tables.registers import version_tables  # a check asks about imports alone

    return version_tables()[register.stem]


def known_rows(connection: Connection, register: Register, day: date) -> Sequence[Any]:
    """Every row of a register as known on a day, in key order: for the small registers."""
    table = version_table(register)
    query = select(*(table.c[name] for name in register.names)).where(known_on(table, day))
    return connection.execute(query.order_by(*(table.c[name] for name in register.keys))).all()


def former_rows(connection: Connection, register: Register, day: date) -> Sequence[Any]:
    """Rows that were known before a day and no longer on it, the oldest first, each with the day it left last."""
    table = version_table(register)
    query = select(*(table.c[name] for name in register.names), table.c.valid_to).where(table.c.valid_to <= day)
    return connection.execute(query.order_by(table.c.valid_to)).all()
