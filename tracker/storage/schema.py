"""Whether a database still has the tables, columns and indexes that the program expects of it."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection

from tracker.domain.errors import CommandRefused
from tracker.storage.notes import note, noted

SCHEMA = "schema"
SHOWN = 5
_SHAPE = {
    "sqlite": (
        "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'"
        " UNION ALL SELECT tbl_name, 'index ' || name FROM sqlite_master WHERE type = 'index'"
    ),
    "postgresql": (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " UNION ALL SELECT tablename, 'index ' || indexname FROM pg_indexes WHERE schemaname = current_schema()"
    ),
}
_OTHER = (
    "データベースの表が、このプログラムのものと違います（{missing}がありません）。"
    "手で変えたものか、途中で切れたコピーです。何も変えていません。バックアップから戻してください（zesei restore）。"
)


def refuse_other_schema(connection: Connection) -> None:
    """Raise CommandRefused when a table, column or index of the program is not there.

    The shape that was found in order is noted as a hash, so that a start costs one question and no table definition.
    """
    found = _shape(connection)
    if noted(connection, SCHEMA) != _hash(found) and (missing := sorted(_expected() - found)):
        raise CommandRefused(_OTHER.format(missing="、".join(_words(missing))))


def is_schema_noted(connection: Connection) -> bool:
    """Whether the shape that a database has now was found in order before."""
    return noted(connection, SCHEMA) == _hash(_shape(connection))


def note_schema(connection: Connection) -> None:
    """Note the shape that a database has now; it was found in order."""
    note(connection, SCHEMA, _hash(_shape(connection)))


def _shape(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.exec_driver_sql(_SHAPE[connection.dialect.name])
    return {(table, part) for table, part in rows if not table.startswith(("search_index", "sqlite_"))}


def _expected() -> set[tuple[str, str]]:
    from tracker.storage.tables.every import every_table  # every definition: asked for after a change only

    tables = every_table().tables.values()
    columns = {(table.name, column.name) for table in tables for column in table.columns}
    return columns | {(table.name, f"index {index.name}") for table in tables for index in table.indexes}


def _hash(shape: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256("\n".join(f"{table} {part}" for table, part in sorted(shape)).encode()).hexdigest()


def _words(missing: list[tuple[str, str]]) -> list[str]:
    named = [
        f"表 {table} の索引 {part.removeprefix('index ')}" if part.startswith("index ") else f"表 {table} の列 {part}"
        for table, part in missing[:SHOWN]
    ]
    return [*named, f"ほか{len(missing) - SHOWN}件"] if len(missing) > SHOWN else named
