"""A database that is not this program's is told in a sentence, and left as it is."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.databases import answers, carry_out, on_both_databases
from tracker.domain.errors import CommandRefused
from tracker.office import Office, open_office
from tracker.storage import migrations
from tracker.storage.migrations import REVISIONS, edited_migrations, hash_of

FIRST_ELEVEN = "330ae2e5ec5421159023672019e28069e659e00d40a67f23ecc0f01130b7c332"


def change(data: Path, *statements: str) -> None:
    """Change an SQLite database behind the program's back."""
    with closing(sqlite3.connect(data / "zesei.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


OF_OTHERS = (("9999", "新しい版", "init"), ("f3b2a1c0d9e8", "知りません", "check"), ("0000", "知りません", "jobs"))


def test_a_database_of_a_newer_or_another_program_is_refused_in_one_sentence(zesei: Command, tmp_path: Path) -> None:
    zesei("init")
    for revision, says, command in OF_OTHERS:
        change(tmp_path / "data", f"UPDATE alembic_version SET version_num = '{revision}'")

        refused = zesei(command, status=2)

        assert says in refused.err
        assert revision in refused.err
        assert len(refused.err.splitlines()) == 1
        assert refused.out == ""


@on_both_databases
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("ALTER TABLE task DROP COLUMN round_note", "表 task の列 round_note"),
        ("DROP TABLE sent_reminder", "sent_reminder"),
        ("DROP INDEX ix_submission_department", "ix_submission_department"),
    ],
)
def test_a_lost_column_table_or_index_is_told_at_the_next_start(
    office: Office, tmp_path: Path, statement: str, named: str
) -> None:
    carry_out(office, statement)

    with pytest.raises(CommandRefused, match=named):
        open_office(None, office.data_dir)


@on_both_databases
def test_a_table_that_somebody_added_beside_ours_does_no_harm(office: Office) -> None:
    carry_out(office, "CREATE TABLE own_notes (text varchar)")

    for _ in range(2):
        open_office(None, office.data_dir)

    assert answers(office, "SELECT count(*) FROM own_notes") == [(0,)]


def test_released_migrations_are_never_edited() -> None:
    assert edited_migrations() == [], (
        "A migration that some database already had must stay as it was: write a new one. A new one is released by adding "
        f"its line to {migrations.RELEASED.name}: "
        + ", ".join(f'"{n}": "{hash_of(REVISIONS[n])}"' for n in edited_migrations() if n in REVISIONS)
    )
    first = "".join(hash_of(path) for number, path in sorted(REVISIONS.items()) if number <= "0011")
    assert hashlib.sha256(first.encode()).hexdigest() == FIRST_ELEVEN, "these are older than the list of released ones"


def test_an_edited_migration_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edited = tmp_path / "0003_edited.py"
    edited.write_text(REVISIONS["0003"].read_text(encoding="utf-8") + "\n# x\n", encoding="utf-8")
    monkeypatch.setitem(REVISIONS, "0003", edited)

    with pytest.raises(CommandRefused, match="0003"):
        open_office(None, tmp_path / "data")

    with closing(sqlite3.connect(tmp_path / "data" / "zesei.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
