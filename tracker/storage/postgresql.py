"""What PostgreSQL must be told so that it behaves as SQLite does: one writer, a still state to read, one order of codes."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

WRITING = 20_231_219  # the name of our lock; it is the database's own
BULK_MEMORY = "256MB"  # of one sort, while a large register is taken in


def take_turn(connection: Connection, seconds: float) -> None:
    """Wait until no other transaction of ours writes, for so long at most; the turn ends with the transaction.

    The trail is a chain, and much is asked before it is written: two that write side by side would both be right
    about a state that neither of them leaves behind.
    """
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{max(1, round(seconds * 1000))}ms'")  # 0 would be for ever
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITING})")


def keep_what_is_committed(connection: DBAPIConnection, _record: object) -> None:
    """A server may be set to answer before its disk has what was written; to us it does not."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()
    cursor.close()


def room_for_bulk(connection: Connection) -> None:
    """More memory for sorting, until the transaction ends."""
    connection.exec_driver_sql(f"SET LOCAL work_mem = '{BULK_MEMORY}'")


def copy_rows(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Put rows into a table the way that is made for many."""
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def order_by_code_point(connection: Connection) -> None:
    """Give every column of text the order that SQLite has, whatever the database's own is.

    Codes stand in the same order on both, and a prefix of a code can be looked up in an index.
    """
    columns = connection.exec_driver_sql(
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        " AND data_type IN ('character varying', 'text') AND collation_name IS DISTINCT FROM 'C' ORDER BY 1, 2"
    )
    wanted = dict[str, list[str]]()
    for table, column in columns:
        wanted.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE varchar COLLATE "C"')
    for table, changes in wanted.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(changes)}')
