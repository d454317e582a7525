"""A file's rows beside their register: compared with what was known, then ending and beginning versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString

from tracker.storage.postgresql import copy_rows
from tracker.storage.search_entries import follow_import
from tracker.storage.tables.runs import ImportRow
from tracker.storage.versions import BY_HAND, Versions, known_on

_IMPORT = ImportRow.__table__  # type: ignore[attr-defined]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Counts:
    """How an import differs from what was known."""

    added: int = 0
    changed: int = 0
    ended: int = 0

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.changed or self.ended)


@dataclass(frozen=True)
class Examples:
    """Some of the rows behind the counts: keys, and for changed rows each column's old and new value."""

    added: tuple[Row, ...]
    changed: tuple[tuple[Row, tuple[tuple[str, Any, Any], ...]], ...]
    ended: tuple[Row, ...]


class Stage:
    """A file's rows in a fresh temporary table beside the register, before anything is changed. Dropped with `close()`.

    So are, once compared, those that are news and the keys of the versions that are gone: to apply them is little work.
    """

    def __init__(self, versions: Versions) -> None:
        self.register, self.versions, self.connection = versions.register, versions, versions.connection
        columns, noun = self._columns(), self.register.noun
        name = f"stage_{noun}"
        self.table = Table(
            name, MetaData(), Column("row_number", Integer), *columns,
            Index(f"ix_{name}", *self.register.keys, unique=True), prefixes=["TEMPORARY"],
        )  # fmt: skip
        self.connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
        # The index is made after the rows: sorting once is cheaper than keeping a million rows sorted.
        self.index = next(iter(self.table.indexes))
        self.table.indexes.clear()
        self.table.create(self.connection)
        marks = ", ".join("?" * (len(columns) + 1))
        self._insert = f"INSERT INTO {name} VALUES ({marks})"
        ending = [column for column in self._columns() if column.name in self.register.keys]
        self.news = Table(f"news_{noun}", MetaData(), *self._columns(), prefixes=["TEMPORARY"])
        self.gone = Table(f"gone_{noun}", MetaData(), *ending, Column("begun_by", Integer), prefixes=["TEMPORARY"])
        self._is_set_apart = False

    def add(self, rows: list[Row]) -> None:
        """Add rows: row number, then the columns in order; dates as ISO text."""
        if self._is_postgresql:
            copy_rows(self.connection, self.table.name, rows)
        elif rows:
            self.connection.exec_driver_sql(self._insert, rows)

    def finish(self) -> bool:
        """All rows are in; False when two of them have the same key."""
        try:
            with self.connection.begin_nested():
                self.index.create(self.connection)
        except IntegrityError:
            return False
        if self._is_postgresql:  # nothing else counts the rows of a temporary table before they are compared
            self.connection.exec_driver_sql(f"ANALYZE {self.table.name}")
        return True

    def close(self) -> None:
        """Drop the temporary tables."""
        for table in (self.table, self.news, self.gone):
            self.connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table.name}")

    def count(self) -> int:
        """How many rows are staged."""
        return self._count(select(func.count()).select_from(self.table))

    def repeated_keys(self, limit: int) -> list[tuple[Row, int, int]]:
        """Rows whose key stands in a row above: the key, the first row's number and this one's."""
        keys, number = [self.table.c[name] for name in self.register.keys], self.table.c.row_number
        repeated = select(*keys, func.min(number).label("first")).group_by(*keys).having(func.count() > 1).subquery()
        same_key = and_(*(key == repeated.c[key.name] for key in keys))
        query = (
            select(*keys, repeated.c.first, number).join(repeated, same_key).where(number > repeated.c.first)
            .order_by(number).limit(limit)
        )  # fmt: skip
        return [(tuple(row[:-2]), row[-2], row[-1]) for row in self.connection.execute(query)]

    def compare(self, day: date, *, whole: bool) -> Counts:
        """How the staged rows differ from what was known on a day; the differences are set apart for `apply`."""
        table, known = self.versions.table, known_on(self.versions.table, day)
        self._is_set_apart = self.connection.execute(select(literal(1)).where(known).limit(1)).first() is not None
        if not self._is_set_apart:
            return Counts(added=self.count())
        self._set_apart(known, whole=whole)
        same_key = and_(*(self.news.c[name] == table.c[name] for name in self.register.keys))
        news, gone = (self._count(select(func.count()).select_from(one)) for one in (self.news, self.gone))
        changed = self._count(
            select(func.count()).select_from(self.news).where(exists(select(literal(1)).where(same_key, known)))
        )
        return Counts(news - changed, changed, gone - changed)

    def _set_apart(self, known: ColumnElement[bool], *, whole: bool) -> None:
        table, names, keys = self.versions.table, self.register.names, self.register.keys
        same = and_(self._key_matches(), ~self._differs())
        news = select(*(self.table.c[name] for name in names)).where(~exists(select(literal(1)).where(same, known)))
        gone = select(*(table.c[name] for name in keys), table.c.begun_by).where(
            known, ~exists(select(literal(1)).select_from(self.table).where(same))
        )
        if not whole:
            gone = gone.where(exists(select(literal(1)).select_from(self.table).where(self._key_matches())))
        for apart, rows in ((self.news, news), (self.gone, gone)):
            self.connection.exec_driver_sql(f"DROP TABLE IF EXISTS {apart.name}")
            apart.create(self.connection)
            self.connection.execute(insert(apart).from_select([column.name for column in apart.columns], rows))
            if self._is_postgresql:
                self.connection.exec_driver_sql(f"ANALYZE {apart.name}")

    def examples(self, day: date, limit: int, *, whole: bool) -> Examples:
        """Some of the differences, in key order."""
        table, known = self.versions.table, known_on(self.versions.table, day)
        keys = [self.table.c[name] for name in self.register.keys]
        same_key = exists(select(literal(1)).where(self._key_matches(), known))
        added = self.connection.execute(select(*keys).where(~same_key).order_by(*keys).limit(limit))
        known_keys = [table.c[name] for name in self.register.keys]
        staged = exists(select(literal(1)).where(self._key_matches()))
        gone = select(*known_keys).where(known, ~staged).order_by(*known_keys).limit(limit if whole else 0)
        return Examples(
            tuple(tuple(row) for row in added),
            self._changes(day, limit),
            tuple(tuple(row) for row in self.connection.execute(gone)),
        )

    def corrections_lost(self, day: date) -> list[Row]:
        """Keys of rows that were corrected by hand after the last whole file, and of which this one says otherwise."""
        since = select(func.coalesce(func.max(_IMPORT.c.id), 0)).where(
            _IMPORT.c.register_stem == self.register.stem, _IMPORT.c.whole, _IMPORT.c.as_of <= day
        )
        by_hand = select(_IMPORT.c.id).where(
            _IMPORT.c.register_stem == self.register.stem, _IMPORT.c.reading == BY_HAND, _IMPORT.c.as_of <= day,
            _IMPORT.c.id > since.scalar_subquery(),
        )  # fmt: skip
        numbers = list(self.connection.execute(by_hand).scalars())
        if not numbers:
            return []
        table = self.versions.table
        keys = [table.c[name] for name in self.register.keys]
        same = exists(select(literal(1)).where(self._key_matches(), ~self._differs()))
        query = select(*keys).where(table.c.begun_by.in_(numbers), known_on(table, day), ~same).order_by(*keys)
        return [tuple(row) for row in self.connection.execute(query)]

    def apply(self, import_id: int, day: date, until: date | None, counts: Counts) -> None:
        """End what is no longer so and begin what is, from `day` until the next import's day when there is one.

        With `until`, a later import has already said what holds from then on: that stays as it is. `counts` is what
        `compare` found.
        """
        table, source = self.versions.table, self.news if self._is_set_apart else self.table
        if counts.changed or counts.ended:
            self._end_replaced(import_id, day, until)
        names = [*self.register.names, "begun_by", "valid_from", "valid_to"]
        begun = select(
            *(source.c[name] for name in self.register.names),
            literal(import_id), literal(day, type_=table.c.valid_from.type), self._ends(source, day, until),
        ).order_by(*(source.c[name] for name in self.register.keys))  # fmt: skip
        with self._indexes_made_afterwards():
            self.connection.execute(insert(table).from_select(names, begun))
        follow_import(self.connection, self.register, import_id)

    @contextmanager
    def _indexes_made_afterwards(self) -> Iterator[None]:
        """For a register that holds nothing yet: sorting once is cheaper than keeping a million rows sorted."""
        table = self.versions.table
        is_empty = self.connection.execute(select(literal(1)).select_from(table).limit(1)).first() is None
        indexes = sorted(table.indexes, key=lambda index: index.name or "") if is_empty else []
        for index in indexes:
            index.drop(self.connection)
        yield
        for index in indexes:
            index.create(self.connection)

    def _ends(self, source: Table, day: date, until: date | None) -> ColumnElement[Any]:
        """Until when a row begun on `day` holds: usually `until`, sooner where an addition has spoken in between."""
        later, ends = self.versions.table.alias(), literal(until, type_=self.versions.table.c.valid_to.type)
        added = select(literal(1)).where(
            _IMPORT.c.register_stem == self.register.stem, _IMPORT.c.as_of > day, ~_IMPORT.c.whole
        )
        if self.connection.execute(added.limit(1)).first() is None:
            return ends
        begins = select(func.min(later.c.valid_from)).where(
            *(source.c[name] == later.c[name] for name in self.register.keys), later.c.valid_from > day,
            later.c.valid_to.is_distinct_from(later.c.valid_from), later.c.valid_from < until if until else true(),
        )  # fmt: skip
        return func.coalesce(begins.scalar_subquery(), ends)

    def _end_replaced(self, import_id: int, day: date, until: date | None) -> None:
        table = self.versions.table
        keys = [*self.register.keys, "begun_by"]
        replaced = tuple_(*(table.c[name] for name in keys)).in_(select(*(self.gone.c[name] for name in keys)))
        if until is not None:
            self._carry_over(replaced, until)
        self.connection.execute(update(table).where(replaced).values(valid_to=day, ended_by=import_id))

    def _carry_over(self, replaced: ColumnElement[bool], until: date) -> None:
        table = self.versions.table
        restated = (
            select(func.max(_IMPORT.c.id))
            .where(_IMPORT.c.register_stem == self.register.stem, _IMPORT.c.as_of == until)
            .scalar_subquery()
        )
        outlives = or_(table.c.valid_to.is_(None), table.c.valid_to > until)
        names = [*self.register.names, "begun_by", "valid_from", "valid_to", "ended_by"]
        rest = select(
            *(table.c[name] for name in self.register.names), restated,
            literal(until, type_=table.c.valid_from.type), table.c.valid_to, table.c.ended_by,
        ).where(replaced, outlives)  # fmt: skip
        self.connection.execute(insert(table).from_select(names, rest))

    def _changes(self, day: date, limit: int) -> tuple[tuple[Row, tuple[tuple[str, Any, Any], ...]], ...]:
        table, names = self.versions.table, self.register.names
        joined = self.table.join(table, and_(self._key_matches(), known_on(table, day)))
        columns = [column.c[name] for name in names for column in (table, self.table)]
        keys = [self.table.c[name] for name in self.register.keys]
        query = select(*(column.label(f"c{i}") for i, column in enumerate(columns))).select_from(joined)
        changes = []
        for row in self.connection.execute(query.where(self._differs()).order_by(*keys).limit(limit)):
            pairs = [(name, row[2 * i], row[2 * i + 1]) for i, name in enumerate(names)]
            key = tuple(old for name, old, _ in pairs if name in self.register.keys)
            changes.append((key, tuple(pair for pair in pairs if pair[1] != pair[2])))
        return tuple(changes)

    @property
    def _is_postgresql(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def _columns(self) -> list[Column[Any]]:
        return [Column(name, self._type_of(name), nullable=True) for name in self.register.names]

    def _type_of(self, name: str) -> TypeEngine[Any]:
        """The type of the register's column, with its order of letters too: a temporary table would take the database's."""
        kind: TypeEngine[Any] = self.versions.table.c[name].type
        is_text = self._is_postgresql and isinstance(kind, AutoString)
        return String(collation="C") if is_text else kind

    def _key_matches(self) -> ColumnElement[bool]:
        return and_(*(self.table.c[name] == self.versions.table.c[name] for name in self.register.keys))

    def _differs(self) -> ColumnElement[bool]:
        others = [name for name in self.register.names if name not in self.register.keys]
        return or_(*(self.table.c[name].is_distinct_from(self.versions.table.c[name]) for name in others))

    def _count(self, query: Any) -> int:
        return int(self.connection.execute(query).scalar_one())
