"""Keys whose leading zeros a spreadsheet dropped: matched with the one key that differs in nothing else, set by set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from tracker.domain.registers import BY_STEM, Kind, Reference
from tracker.storage.staging import Stage
from tracker.storage.tables.names import table_name

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Restored:
    """Values that were taken for others: of how many rows, the first row, and some of the pairs."""

    rows: int
    first_row: int
    pairs: tuple[tuple[Key, Key], ...]


@dataclass(frozen=True)
class LookedUp:
    """What a stage's references come to: rows that point at nobody, in all and some of them, and what was restored."""

    unknown: int
    some: Sequence[tuple[int, Any]]
    restored: Restored | None


def look_up(
    stage: Stage, reference: Reference, day: date, limit: int, staged: Stage | None = None, *, restores: bool = True
) -> LookedUp:
    """Rows whose value stands in no row of another register as known on a day, once lost zeros are put back.

    `staged` is that register's own new file, when it is not in the register yet.
    """
    asked = _Asked(stage, reference, day, staged)
    if not asked.find_missing():
        return LookedUp(0, (), None)
    restored = asked.restore() if restores else None
    return LookedUp(*asked.unknown(limit), restored)


def restore_own_keys(stage: Stage, day: date) -> Restored | None:
    """A row that is new, of which exactly one that is gone differs by lost zeros only, is that row."""
    codes = [column.name for column in stage.register.columns if column.key and column.kind is Kind.CODE]
    codes = [name for name in codes if not _column(stage, name).choices]
    if not codes:
        return None
    keys, sql, known = stage.register.keys, _Sql(stage.connection), _known_on(day)
    table = table_name(stage.register)
    same = " AND ".join(f"s.{key} = t.{key}" for key in keys)
    bare = ", ".join(f"ltrim({key}, '0') AS bare_{key}" for key in codes)
    sql.make("gone_keys", f"SELECT {', '.join(keys)}, {bare} FROM {table} AS t WHERE {known} AND NOT EXISTS "
             f"(SELECT 1 FROM {stage.table.name} AS s WHERE {same})")  # fmt: skip
    sql.make("new_keys", f"SELECT row_number, {', '.join(keys)}, {bare} FROM {stage.table.name} AS s WHERE NOT EXISTS "
             f"(SELECT 1 FROM {table} AS t WHERE {same} AND {known})")  # fmt: skip
    parts = [
        f"n.bare_{key} = g.bare_{key} AND (n.{key} = g.{key} OR "
        f"(length(n.{key}) < length(g.{key}) AND {sql.digits(f'n.{key}')} AND {sql.digits(f'g.{key}')}))"
        if key in codes else f"n.{key} = g.{key}"
        for key in keys
    ]  # fmt: skip
    old = ", ".join(f"g.{key} AS old_{key}" for key in keys)
    new = ", ".join(f"n.{key} AS new_{key}" for key in keys)
    sql.make("own_pairs", f"SELECT n.row_number, {old}, {new} FROM new_keys AS n JOIN gone_keys AS g ON "
             f"{' AND '.join(parts)}")  # fmt: skip
    olds = ", ".join(f"old_{key}" for key in keys)
    sql.make("own_restored", "SELECT * FROM own_pairs WHERE row_number IN (SELECT row_number FROM own_pairs GROUP BY "
             f"row_number HAVING count(*) = 1) AND ({olds}) IN (SELECT {olds} FROM own_pairs GROUP BY {olds} "
             "HAVING count(*) = 1)")  # fmt: skip
    columns = ", ".join([*(f"new_{key}" for key in keys), *(f"old_{key}" for key in keys)])
    some = sql.all(f"SELECT {columns} FROM own_restored ORDER BY row_number LIMIT 3")
    if not some:
        return None
    rows, first = sql.all("SELECT count(*), min(row_number) FROM own_restored")[0]
    sets = ", ".join(
        f"{key} = (SELECT old_{key} FROM own_restored AS o WHERE o.row_number = {stage.table.name}.row_number)"
        for key in codes
    )
    sql.do(f"UPDATE {stage.table.name} SET {sets} WHERE row_number IN (SELECT row_number FROM own_restored)")
    return Restored(rows, first, tuple((tuple(row[: len(keys)]), tuple(row[len(keys) :])) for row in some))


@dataclass(frozen=True)
class _Asked:
    stage: Stage
    reference: Reference
    day: date
    staged: Stage | None

    @property
    def _sql(self) -> "_Sql":
        return _Sql(self.stage.connection)

    def find_missing(self) -> bool:
        """The distinct values that stand nowhere, set aside; False when there is none."""
        value = self.reference.column
        self._sql.make(
            "missing_values",
            f"SELECT value FROM (SELECT DISTINCT {value} AS value FROM {self.stage.table.name} WHERE {value} IS NOT NULL) AS w "
            f"WHERE NOT EXISTS (SELECT 1 FROM {self._target} AS t WHERE t.{self._key} = w.value AND {self._holds})",
        )
        return bool(self._sql.all("SELECT 1 FROM missing_values LIMIT 1"))

    def restore(self) -> Restored | None:
        sql, column, name = self._sql, self.reference.column, self.stage.table.name
        sql.make(
            "restored_values",
            f"SELECT m.value AS value, min(t.key) AS key FROM (SELECT value, ltrim(value, '0') AS bare FROM missing_values "
            f"WHERE {sql.digits('value')}) AS m JOIN (SELECT DISTINCT {self._key} AS key, ltrim({self._key}, '0') AS bare "
            f"FROM {self._target} WHERE {sql.digits(self._key)} AND {self._holds}) AS t ON t.bare = m.bare "
            "GROUP BY m.value HAVING count(*) = 1",
        )
        pairs = sql.all("SELECT value, key FROM restored_values ORDER BY value LIMIT 3")
        if not pairs:
            return None
        chosen = f"{column} IN (SELECT value FROM restored_values)"
        rows, first = sql.all(f"SELECT count(*), min(row_number) FROM {name} WHERE {chosen}")[0]
        sql.do(f"UPDATE {name} SET {column} = (SELECT key FROM restored_values WHERE value = {column}) WHERE {chosen}")
        sql.do("DELETE FROM missing_values WHERE value IN (SELECT value FROM restored_values)")
        return Restored(rows, first, tuple(((value,), (key,)) for value, key in pairs))

    def unknown(self, limit: int) -> tuple[int, list[tuple[int, Any]]]:
        column, name = self.reference.column, self.stage.table.name
        chosen = f"FROM {name} WHERE {column} IN (SELECT value FROM missing_values)"
        some = self._sql.all(f"SELECT row_number, {column} {chosen} ORDER BY row_number LIMIT {int(limit)}")
        count = self._sql.all(f"SELECT count(*) {chosen}")[0][0] if some else 0
        return count, [(row[0], row[1]) for row in some]

    @property
    def _holds(self) -> str:
        return "TRUE" if self.staged else _known_on(self.day)

    @property
    def _target(self) -> str:
        return self.staged.table.name if self.staged else table_name(BY_STEM[self.reference.register])

    @property
    def _key(self) -> str:
        return BY_STEM[self.reference.register].keys[0]


@dataclass(frozen=True)
class _Sql:
    connection: Connection

    def make(self, name: str, query: str) -> None:
        """A temporary table of what a query answers."""
        self.do(f"DROP TABLE IF EXISTS {name}")
        self.do(f"CREATE TEMPORARY TABLE {name} AS {query}")

    def do(self, statement: str) -> None:
        self.connection.execute(text(statement))

    def all(self, query: str) -> list[Any]:
        return list(self.connection.execute(text(query)))

    def digits(self, column: str) -> str:
        """The condition that a column holds digits alone."""
        if self.connection.dialect.name == "postgresql":
            return f"{column} ~ '^[0-9]+$'"
        return f"{column} NOT GLOB '*[^0-9]*'"


def _known_on(day: date) -> str:
    """The condition that a version was known on a day; the day stands in it, for PostgreSQL binds none in such statements."""
    return f"valid_from <= '{day.isoformat()}' AND (valid_to IS NULL OR valid_to > '{day.isoformat()}')"


def _column(stage: Stage, name: str) -> Any:
    return next(column for column in stage.register.columns if column.name == name)
