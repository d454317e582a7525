"""A command pays at its start for what it uses: what belongs to pages, letters and reports is not loaded by a check."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

TELLING = """
import atexit, json, sys
atexit.register(lambda: print(json.dumps(list(sys.modules)), file=sys.stderr))
from jobs.cli import main
main()
"""
# Each costs every command some hundredths of a second and some megabytes, and no check needs it.
OF_OTHERS = {
    "alembic": "migrations, once after an update",
    "argon2": "passwords",
    "css_inline": "letters",
    "docx": "reports",
    "fastapi": "pages",
    "httpx": "webhooks and registers at an address",
    "icalendar": "letters",
    "jinja2": "letters and pages",
    "jpholiday": "the calendar, once after a change of it",
    "notifications": "letters",
    "psycopg": "PostgreSQL",
    "pwdlib": "passwords",
    "sqlalchemy.dialects.postgresql": "PostgreSQL",
    "smtplib": "sending",
    "starlette": "pages",
    "tracker.registers": "imports",
    "tracker.storage.past": "reports",
    "tracker.storage.search_entries": "writing tasks and letters",
    "tracker.storage.tables.accounts": "signing in",
    "tracker.storage.tables.every": "migrations",
    "tracker.storage.tables.letters": "letters",
    "tracker.storage.tables.registers": "imports; a check asks the registers in words",
    "tracker.web": "pages",
    "typst": "reports",
    "uvicorn": "pages",
    "xlsxwriter": "reports",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a check of an empty office has imported by its end, in the order in which it came."""
    folder = tmp_path_factory.mktemp("office")
    check = [sys.executable, "-c", TELLING, "--data-dir", str(folder / "data"), "check"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZESEI_")}
    for _ in range(2):  # the first makes the database, with all its tables
        done = subprocess.run(
            check, cwd=folder, env=environment | {"PYTHONPATH": str(ROOT)}, capture_output=True, encoding="utf-8",
            check=True,
        )  # fmt: skip
    names: list[str] = json.loads(done.stderr.splitlines()[-1])
    return names


def test_a_check_loads_what_it_uses(loaded: list[str]) -> None:
    assert {"tracker.storage.checks", "tracker.storage.tables.runs", "sqlalchemy.dialects.sqlite"} <= set(loaded)


@pytest.mark.parametrize("module", OF_OTHERS)
def test_a_check_does_not_load_what_only_other_commands_use(loaded: list[str], module: str) -> None:
    found = [name for name in loaded if name == module or name.startswith(f"{module}.")]

    assert found == [], (
        f"{module} is for {OF_OTHERS[module]}; every command would wait for it. Import it where it is used"
    )


def test_the_collector_is_told_to_rest_before_anything_large_is_loaded(loaded: list[str]) -> None:
    assert loaded.index("jobs.memory") < min(map(loaded.index, ("typer", "pydantic", "sqlalchemy", "tracker.office")))


def test_a_command_leaves_all_of_its_database_in_one_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "jobs", "--data-dir", str(tmp_path / "data"), "check"]
    for _ in range(2):
        subprocess.run(
            command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=True
        )

        assert sorted(path.name for path in (tmp_path / "data").glob("zesei.db*")) == ["zesei.db"]
