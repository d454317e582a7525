"""Opening the database: SQLite with the settings that keep it safe, or PostgreSQL."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

BUSY_SECONDS = 60  # how long a writer waits for another; a large import holds the lock for some seconds
CACHE_KIB = 4_096  # of each connection; pages and jobs have several
BULK_CACHE_KIB = 65_536  # while a large register is taken in


def sqlite_url(data_dir: Path) -> str:
    """The default database of a data directory."""
    return f"sqlite:///{data_dir / 'zesei.db'}"


def open_engine(url: str) -> Engine:
    """An engine for that URL; on SQLite: WAL, foreign keys, one writer at a time from the first statement."""
    # An error names no values: secrets of links and names of persons do not belong in a log.
    engine = create_engine(url, json_serializer=to_json, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def to_json(facts: Any) -> str:
    """JSON as it is stored and sealed: keys sorted, Japanese as it is, dates in ISO form."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        f"cache_size=-{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def room_for_bulk(connection: Connection) -> Iterator[None]:
    """A larger page cache for the length of a `with`, on SQLite: a million rows are compared and sorted in it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(f"PRAGMA cache_size=-{BULK_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_KIB}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two that read first and write later could not both go on.
    options = connection.get_execution_options()
    if options.get("brief", False):
        _begin_at_once_or_not(connection)
        return
    connection.exec_driver_sql("BEGIN" if options.get("reading", False) else "BEGIN IMMEDIATE")


def _begin_at_once_or_not(connection: Connection) -> None:
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()
