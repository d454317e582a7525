"""The audit trail: what holds is said to hold; what was touched is named."""

import sqlite3
from pathlib import Path

import pytest

from tests.conftest import REPLAY, Command

TAMPERING = {
    "an altered fact": (
        "UPDATE event SET facts = replace(facts, '\"added\":15', '\"added\":16') WHERE id = 2",
        "2 番目",
    ),
    "another person": ("UPDATE event SET by = 'だれか' WHERE id = 3", "3 番目"),
    "a removed entry": ("DELETE FROM event WHERE id = 4", "4 番目"),
    "another seal before": ("UPDATE event SET previous = seal WHERE id = 6", "6 番目"),
    "another day": ("UPDATE event SET on_day = '2020-01-01' WHERE id = 5", "5 番目"),
}


def test_an_untouched_trail_holds(zesei: Command) -> None:
    zesei("import", REPLAY / "2023-07-31", "--as-of", "2023-07-31")

    assert "10 件に書き換えはありません" in zesei("audit", "verify").out


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_and_the_first_broken_entry_named(name: str, zesei: Command, tmp_path: Path) -> None:
    statement, place = TAMPERING[name]
    zesei("import", REPLAY / "2023-07-31", "--as-of", "2023-07-31")
    with sqlite3.connect(tmp_path / "data" / "zesei.db") as connection:
        assert connection.execute(statement).rowcount == 1

    assert place in zesei("audit", "verify", status=1).err


def test_two_entries_that_changed_places_are_found(zesei: Command, tmp_path: Path) -> None:
    zesei("import", REPLAY / "2023-07-31", "--as-of", "2023-07-31")
    with sqlite3.connect(tmp_path / "data" / "zesei.db") as connection:
        for old, new in ((6, -1), (7, 6), (-1, 7)):
            assert connection.execute("UPDATE event SET id = ? WHERE id = ?", (new, old)).rowcount == 1

    assert "6 番目" in zesei("audit", "verify", status=1).err


def test_an_entry_put_in_between_is_found(zesei: Command, tmp_path: Path) -> None:
    zesei("import", REPLAY / "2023-07-31", "--as-of", "2023-07-31")
    with sqlite3.connect(tmp_path / "data" / "zesei.db") as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(event)") if row[1] != "id"]
        names = ", ".join(f'"{name}"' for name in columns)
        connection.execute(f"INSERT INTO event (id, {names}) SELECT 11, {names} FROM event WHERE id = 10")

    assert "11 番目" in zesei("audit", "verify", status=1).err
