"""A database whose own file is damaged, told apart from any other trouble; and what to do then."""

import sqlite3
from contextlib import closing

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tracker.storage.database import is_sqlite

_WORDS = (
    "malformed", "not a database", "disk i/o error", "file is encrypted", "invalid page in block", "could not read block",
    "missing chunk number", "unexpected zero page", "corrupted page",
)  # fmt: skip
DAMAGED = (
    "データベースのファイルが壊れています（{why}）。ディスクの故障のおそれがあります。zesei を止め、データの置き場所を丸ごと別の"
    "ディスクに写してから、最後のバックアップを空のフォルダーに戻してください（zesei restore FILE）。"
)
READ_ONLY = "データベースに書き込めません（{why}）。ファイルの権限と、データベースの状態を確かめてください。"
PATIENCE_SECONDS = 0.1


def is_damage(trouble: BaseException) -> bool:
    """Whether an error of the database says that its file is damaged."""
    text = str(getattr(trouble, "orig", None) or trouble).lower()
    return isinstance(trouble, (DBAPIError, sqlite3.Error)) and any(word in text for word in _WORDS)


def damage_sentence(trouble: BaseException) -> str:
    """What to tell whoever met it."""
    why = str(getattr(trouble, "orig", None) or trouble).strip().splitlines()[0]
    return DAMAGED.format(why=why)


def damaged_pages(connection: Connection) -> str:
    """What a look through every page of the database finds first; nothing when all hold. PostgreSQL looks itself."""
    if connection.dialect.name != "sqlite":
        return ""
    found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    return "" if found == "ok" else found.strip().splitlines()[-1]


def writing_trouble(engine: Engine) -> str:
    """Why nothing can be written into the database; nothing when it can, or when another is writing just now."""
    if not is_sqlite(str(engine.url)):
        with engine.connect() as connection:
            is_copy = connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
            mode = connection.exec_driver_sql("SHOW default_transaction_read_only").scalar_one()
        return "読むだけの状態です" if is_copy or mode == "on" else ""
    try:
        path = f"file:{engine.url.database}?mode=rw"
        with closing(sqlite3.connect(path, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)) as own:
            own.execute("BEGIN IMMEDIATE")
            own.execute("ROLLBACK")
    except sqlite3.Error as trouble:
        return "" if "locked" in str(trouble) else str(trouble)
    return ""
