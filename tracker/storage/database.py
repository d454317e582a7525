"""Opening the database: SQLite with the settings that keep it safe, or PostgreSQL."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError

from tracker.storage import postgresql
from tracker.storage.turns import Busy

BUSY_SECONDS = 60  # for what SQLite itself waits for: a recovery, another program's lock
SECONDS_A_LOOK = 0.01  # whether another process has let go; SQLite's own looks become ten times as rare
CACHE_KIB = 4_096  # of each connection; pages and jobs have several
BULK_CACHE_KIB = 65_536  # while a large register is taken in


def sqlite_url(data_dir: Path) -> str:
    """The default database of a data directory."""
    return f"sqlite:///{data_dir / 'zesei.db'}"


def open_engine(url: str) -> Engine:
    """An engine for that URL: one writer at a time from the first statement; on SQLite WAL and foreign keys."""
    # An error names no values: secrets of links and names of persons do not belong in a log.
    # A connection is tried before it is used: a server may have been started anew since.
    # A reader never waits for a connection: how many there are is bounded by the threads that ask.
    engine = create_engine(
        url, json_serializer=to_json, hide_parameters=True, pool_pre_ping=not is_sqlite(url), max_overflow=-1
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", postgresql.keep_what_is_committed)
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def is_sqlite(url: str) -> bool:
    """Whether a URL names an SQLite database."""
    return url.startswith("sqlite")


def sqlite_file(url: str) -> Path | None:
    """Where the database of a URL lies; None when it is no file of ours, or no URL at all."""
    try:
        parts = make_url(url)
    except ArgumentError:
        return None
    name = parts.database if parts.get_backend_name() == "sqlite" else None
    return Path(name) if name and name != ":memory:" else None


def open_to_read(engine: Engine) -> Connection:
    """A connection whose transactions see one state from first to last."""
    connection = engine.connect().execution_options(reading=True)
    if engine.dialect.name == "sqlite":
        return connection
    return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


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
        "synchronous=FULL",  # what was committed survives a power cut, not only a crash of the program
        f"cache_size=-{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def room_for_bulk(connection: Connection) -> Iterator[None]:
    """More memory for the length of a `with`: a million rows are compared and sorted in it."""
    if connection.dialect.name != "sqlite":
        postgresql.room_for_bulk(connection)
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
    if options.get("reading", False):
        connection.exec_driver_sql("BEGIN")
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        _take_the_lock(connection, monotonic() + options.get("seconds", BUSY_SECONDS))
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        cursor.close()


def _take_the_lock(connection: Connection, last: float) -> None:
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as trouble:
            if not is_busy(trouble):
                raise
            if monotonic() >= last:
                raise Busy() from None
        sleep(SECONDS_A_LOOK)


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("reading", False):
        return
    try:
        postgresql.take_turn(connection, options.get("seconds", BUSY_SECONDS))
    except OperationalError as trouble:
        if is_busy(trouble):
            raise Busy() from None
        raise


def is_busy(trouble: OperationalError) -> bool:
    """Whether a database would not let somebody write because somebody else does."""
    return any(word in str(trouble.orig) for word in ("locked", "lock timeout"))
