"""Debian's PostgreSQL, started for the tests alone: a folder of its own, a socket in it, no port, nothing kept."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Pool, event

from tracker.office import open_office

USER, TEMPLATE, PATIENCE_SECONDS = "zesei", "zesei_template", 60
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
# An order of letters that is not the order of code points, so that a column without one of its own is found out.
ORDER = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=ja-JP", "--encoding=UTF8")


class NotToBeHad(Exception):
    """Why the server cannot be started here."""


@dataclass(frozen=True)
class Server:
    """A running server; each test takes a database of its own from it."""

    folder: Path

    def url(self, database: str) -> str:
        """A database as the settings name it."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def new_database(self, template: str = TEMPLATE) -> str:
        """A fresh copy of a database, with all tables and the calendar; its URL."""
        name = f"office_{uuid4().hex}"
        self.told(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def told(self, statement: str, database: str = "postgres") -> None:
        """Have one statement carried out."""
        with psycopg.connect(f"host={self.folder} user={USER} dbname={database}", autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """A server for the length of a `with`; NotToBeHad where there is none."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="zesei-pg-", dir="/tmp"))  # a path that the server's user may enter
    user = None if os.geteuid() else "nobody"  # PostgreSQL does not run as root
    if user:
        shutil.chown(folder, user)
    try:
        initdb = [programs / "initdb", "-D", folder / "data", "-U", USER, "-A", "trust", "--no-sync", *ORDER]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, user=user)
        options = [word for setting in FAST for word in ("-c", setting)]
        postgres = [programs / "postgres", "-D", folder / "data", "-k", folder, *options]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(postgres, stdout=log, stderr=log, cwd=folder, user=user)
        try:
            server = Server(folder)
            _wait_for(server, process)
            _make_template(server)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=PATIENCE_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def letting_go() -> Iterator[None]:
    """Close every connection that was opened within a `with`: psycopg warns of those that nobody closed."""
    opened = list[Any]()

    def note(connection: Any, _record: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", note)
    try:
        yield
    finally:
        event.remove(Pool, "connect", note)
        for connection in opened:
            if isinstance(connection, psycopg.Connection):
                connection.close()


def _programs() -> Path:
    if found := shutil.which("initdb"):
        return Path(found).parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    raise NotToBeHad("no PostgreSQL server found; Debian's package is postgresql")


def _wait_for(server: Server, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with suppress(psycopg.OperationalError):
            return server.told("SELECT 1")
        time.sleep(0.05)
    raise NotToBeHad((server.folder / "log").read_text(errors="replace")[-500:])


def _make_template(server: Server) -> None:
    """The program makes its tables once; a copy of them is made in a tenth of a second."""
    server.told(f"CREATE DATABASE {TEMPLATE}")
    config = server.folder / "config.toml"
    config.write_text(f'[database]\nurl = "{server.url(TEMPLATE)}"\n', encoding="utf-8")
    open_office(config, server.folder / "template").store.engine.dispose()
