"""Situations that tests begin with: an office of its own in an empty folder, and its command."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.databases import URL
from tests.leaving_out import leave_out
from tests.postgresql import NotToBeHad, Server, letting_go, running_server
from tracker.office import Office, open_office

# A law is about what comes out, not about how long a busy machine takes.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).parents[1]
REPLAY = ROOT / "tests" / "replay" / "registers"
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True)
class Outcome:
    """What a command did: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)


Command = Callable[..., Outcome]


@pytest.fixture
def zesei(tmp_path: Path) -> Command:
    """The zesei command as a process of its own, with a data directory of its own."""

    def run(*arguments: object, status: int = 0, config: Path | None = None) -> Outcome:
        options = ["--data-dir", str(tmp_path / "data")] + (["--config", str(config)] if config else [])
        command = [sys.executable, "-m", "jobs", *options, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, check=False)
        assert done.returncode == status, done.stderr + done.stdout
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; without one, what needs it is left out with a word, and fails in CI."""
    with ExitStack() as running:
        try:
            server = running.enter_context(running_server())
        except NotToBeHad as why:
            leave_out(str(why))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each of the databases in turn, for every office and command of a test; see `on_both_databases`."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        monkeypatch.setenv(URL, server.new_database())
    with letting_go():
        yield request.param


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with an empty database and default settings."""
    return open_office(None, tmp_path / "data")
