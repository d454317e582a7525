"""Plain SQL to an office's database, behind the program's back; both databases answer alike: days and JSON as text."""

import json
import os
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from tests.postgresql import Server
from tracker.office import Office

URL = "ZESEI_DATABASE__URL"  # how the program is told of another database than the one in its folder
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}


on_both_databases = pytest.mark.usefixtures("database")


def is_on_postgresql() -> bool:
    """Whether offices that are opened now have a database on a server."""
    return URL in os.environ


def another_database() -> str:
    """The URL of a fresh database on the same server, for a test that opens several offices."""
    return Server(Path(str(make_url(os.environ[URL]).query["host"]))).new_database()


def kind_of(office: Office) -> str:
    """sqlite or postgresql."""
    return office.store.engine.dialect.name


def answers(office: Office, query: str, values: Any = ()) -> list[tuple[Any, ...]]:
    """The rows that a question gives; parameters are :named or ?."""
    if kind_of(office) == "sqlite":
        with closing(sqlite3.connect(office.data_dir / "zesei.db")) as connection:
            return connection.execute(query, values).fetchall()
    with _postgresql(office) as connection:
        given = re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", query).replace("?", "%s") if values else query
        return [tuple(map(_as_text, row)) for row in connection.execute(given.encode(), values or None).fetchall()]


def carry_out(office: Office, *statements: str) -> None:
    """Change the database."""
    if kind_of(office) == "sqlite":
        with closing(sqlite3.connect(office.data_dir / "zesei.db")) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return
    with _postgresql(office) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def refuse_rows(office: Office, table: str, when: str) -> None:
    """From now on the database refuses some rows, as a full disk would; `when` speaks of NEW."""
    if kind_of(office) == "sqlite":
        body = "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        return carry_out(office, f"CREATE TRIGGER trouble BEFORE INSERT ON {table} WHEN {when} {body}")
    return carry_out(
        office,
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''disk full''; END'",
        f"CREATE TRIGGER trouble BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse()",
    )


def take_rows_again(office: Office) -> None:
    """The end of that."""
    if kind_of(office) == "sqlite":
        carry_out(office, "DROP TRIGGER trouble")
    else:
        carry_out(office, "DROP FUNCTION refuse CASCADE")


def everything_in(office: Office, but: Sequence[str] = ()) -> dict[str, list[str]]:
    """Every row of every table."""
    names = [name for (name,) in answers(office, TABLES[kind_of(office)]) if name not in but]
    return {name: sorted(map(repr, answers(office, f"SELECT * FROM {name}"))) for name in names}


def _postgresql(office: Office) -> "psycopg.Connection[tuple[Any, ...]]":
    url = office.store.engine.url
    return psycopg.connect(host=str(url.query["host"]), user=url.username, dbname=url.database)


def _as_text(value: Any) -> Any:
    """A value as SQLite keeps it."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return value.isoformat() if isinstance(value, date) else value
