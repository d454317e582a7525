"""A database as one file that is whole as of one instant, while others write; and back from it."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url

from tracker.domain.errors import CommandRefused, TrailBroken
from tracker.domain.trail import TrailEnd
from tracker.storage.database import is_sqlite, sqlite_url
from tracker.storage.migrations import revision_of
from tracker.storage.store import Records, Store

NO_PROGRAM = "PostgreSQL の {name} がありません。データベースと同じ版の postgresql-client を入れてください。"
PROGRAM_FAILED = "PostgreSQL の {name} が失敗しました（{why}）。"
DAMAGED = "データベースが壊れています（{why}）。前のバックアップから戻してください（zesei restore）。"


@dataclass(frozen=True)
class CopiedDatabase:
    """A copy, and what it holds: its migration, the end of its trail and whether that holds, the documents it names."""

    path: Path
    kind: str
    revision: str
    end: TrailEnd
    broken: str  # the sentence on a trail that does not hold; nothing when it does
    documents: frozenset[str]


@contextmanager
def copied(store: Store, folder: Path) -> Iterator[CopiedDatabase]:
    """A copy in a folder, for the length of a `with`; readers and writers go on meanwhile."""
    if is_sqlite(str(store.engine.url)):
        yield _copied_sqlite(Path(store.engine.url.database or ""), folder / "zesei.db")
        return
    with store.reading() as records:
        snapshot = records.connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        path = folder / "zesei.dump"
        _run("pg_dump", store.engine.url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={path}")
        yield _described(records, path, "postgresql")


def opened_copy(path: Path) -> CopiedDatabase:
    """What an SQLite database in a file of its own holds; CommandRefused when the file is damaged."""
    store = Store.open(sqlite_url(path.parent) if path.name == "zesei.db" else f"sqlite:///{path}")
    try:
        with closing(sqlite3.connect(path)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise CommandRefused(DAMAGED.format(why=found))
        with store.reading() as records:
            return _described(records, path, "sqlite")
    except sqlite3.DatabaseError as trouble:
        raise CommandRefused(DAMAGED.format(why=trouble)) from None
    finally:
        store.engine.dispose()


def restored(url: URL, dump: Path) -> CopiedDatabase:
    """Put a dump into an empty PostgreSQL database, all of it or nothing; what it then holds."""
    _run("pg_restore", url, "--single-transaction", "--no-owner", "--exit-on-error", str(dump))
    store = Store.open(url.render_as_string(hide_password=False))
    try:
        with store.reading() as records:
            return _described(records, dump, "postgresql")
    finally:
        store.engine.dispose()


def refuse_unreadable_dump(dump: Path) -> None:
    """Raise CommandRefused for a dump that PostgreSQL's own program cannot list."""
    _run("pg_restore", None, "--list", str(dump))


def _copied_sqlite(source: Path, target: Path) -> CopiedDatabase:
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
    except sqlite3.OperationalError as trouble:
        raise CommandRefused(f"データベースを写せません（{trouble}）。空き容量を確かめてください。") from None
    except sqlite3.DatabaseError as trouble:
        raise CommandRefused(DAMAGED.format(why=trouble)) from None
    return opened_copy(target)


def _described(records: Records, path: Path, kind: str) -> CopiedDatabase:
    broken = ""
    try:
        records.events.verify()
    except TrailBroken as trouble:
        broken = str(trouble)
    named = records.connection.exec_driver_sql("SELECT DISTINCT sha256 FROM attachment WHERE removed_at IS NULL")
    documents = frozenset(named.scalars())
    return CopiedDatabase(
        path, kind, revision_of(records.connection) or "", records.events.end(), broken, documents
    )  # fmt: skip


def _run(program: str, url: URL | None, *arguments: str) -> None:
    """One of PostgreSQL's own programs; the password never stands on its command line."""
    if shutil.which(program) is None:
        raise CommandRefused(NO_PROGRAM.format(name=program))
    address, environment = list[str](), dict(os.environ)
    if url is not None:
        plain = make_url(str(url.set(drivername="postgresql", password=None)))
        address = [f"--dbname={plain.render_as_string(hide_password=False)}"]
        environment |= {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(
        [program, *address, *arguments], env=environment, capture_output=True, text=True, check=False, errors="replace"
    )
    if done.returncode:
        raise CommandRefused(PROGRAM_FAILED.format(name=program, why=(done.stderr.strip().splitlines() or ["－"])[-1]))
