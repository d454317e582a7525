"""The records as they are now, to try things out in: nobody who writes waits for it, and nothing of it stays."""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine

from tracker.domain.errors import CommandRefused
from tracker.storage.database import open_engine, open_to_read, sqlite_url

log = logging.getLogger("zesei.leftovers")
PREFIX = "snapshot-"
NO_ROOM = "「{folder}」の空きが足りないため、記録の写しを作れません（{megabytes} MB 要ります）。空きを作ってから、もう一度行ってください。"


@contextmanager
def snapshot_of(engine: Engine, folder: Path) -> Iterator[Connection]:
    """A connection on which everything may be changed: a copy of the file, or tables that hide those of the server."""
    if engine.dialect.name == "sqlite":
        with _copied(engine, folder) as connection:
            yield connection
        return
    with engine.connect().execution_options(reading=True, isolation_level="REPEATABLE READ") as connection:
        attempt = connection.begin()
        try:
            _hide_tables(connection)
            yield connection
        finally:
            attempt.rollback()


@contextmanager
def _copied(engine: Engine, folder: Path) -> Iterator[Connection]:
    clear_left_copies(folder)
    with TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=folder) as place:
        copy = open_engine(sqlite_url(Path(place)))
        try:
            with copy.connect() as connection:
                _copy(engine, connection, folder)
                connection.begin()
                yield connection
                connection.rollback()
        finally:
            copy.dispose()


def _copy(engine: Engine, target: Connection, folder: Path) -> None:
    with open_to_read(engine) as source, source.begin():
        pages, size = (source.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size"))
        needed = 2 * pages * size
        if shutil.disk_usage(folder).free < needed:
            raise CommandRefused(NO_ROOM.format(folder=folder, megabytes=-(-needed // (1 << 20))))
        driver, copy = (one.connection.driver_connection for one in (source, target))
        assert driver is not None
        assert copy is not None
        copy.execute("PRAGMA synchronous=OFF")  # a power cut may have it
        driver.backup(copy)


def clear_left_copies(folder: Path) -> int:
    """Remove the copies of programs that were killed, each as large as the database; how many there were."""
    count = 0
    for left in folder.glob(f"{PREFIX}*-*"):
        number = left.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)
            log.warning("removed a copy that a killed process had made of the database: %s", left.name)
            count += 1
    return count


def _is_alive(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True


def _hide_tables(connection: Connection) -> None:
    """Every table that work changes gets one of the same name before it, with the same rows; registers are only read."""
    from tracker.storage.tables.registers import version_tables

    only_read = [table.name for table in version_tables().values()]
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").scalars()
    for name in [name for name in names if name not in only_read]:
        connection.exec_driver_sql(f'CREATE TEMPORARY TABLE "{name}" (LIKE "{schema}"."{name}" INCLUDING ALL)')
        connection.exec_driver_sql(f'INSERT INTO pg_temp."{name}" SELECT * FROM "{schema}"."{name}"')
        connection.exec_driver_sql(f'ANALYZE pg_temp."{name}"')
        _count_on(connection, schema, name)


def _count_on(connection: Connection, schema: str, table: str) -> None:
    """Numbers of its own: those of the server are not given back when everything else is."""
    numbered = connection.exec_driver_sql(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %(schema)s AND table_name = %(table)s"
        " AND column_default LIKE 'nextval(%%'",
        {"schema": schema, "table": table},
    ).scalars()
    for column in numbered.all():
        newest = connection.exec_driver_sql(f'SELECT coalesce(max("{column}"), 0) FROM pg_temp."{table}"').scalar_one()
        numbers = f'pg_temp."{table}_{column}_numbers"'
        connection.exec_driver_sql(f"CREATE TEMPORARY SEQUENCE {numbers.removeprefix('pg_temp.')} START {newest + 1}")
        connection.exec_driver_sql(
            f"""ALTER TABLE pg_temp."{table}" ALTER COLUMN "{column}" SET DEFAULT nextval('{numbers}')"""
        )
