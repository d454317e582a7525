"""A database of the first version is brought forward with all that it knew; and the migrations make just these tables."""

import json
import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from tests.builders import asked
from tests.databases import kind_of, on_both_databases
from tests.storage.test_sums import assert_sums_agree
from tracker.domain.reminders import ReminderKey
from tracker.office import Office, open_office
from tracker.storage import migrations
from tracker.storage.database import sqlite_url
from tracker.storage.store import Store
from tracker.storage.tables.every import every_table

TASK = (
    "INSERT INTO task (key, origin, origin_ref, title, body, department_code, department_printed, deadline, first_deadline,"
    " deadline_printed, opened_on, closing_note, version) VALUES"
    " ('T1', 'finding', 'R5-1', '台帳の公表', '', '0303', '', '2024-02-01', '2024-01-31', '', '2023-12-19', '', 3)"
)
LETTER = (
    "INSERT INTO outbox (key, kind, department_code, recipients, copies, subject, body_text, body_html, message_id, on_day,"
    " queued_at, attempts, accepted_at, answer, refused) VALUES"
    " ('reminder/0303/2024-01-17', 'reminder', '0303', :recipients, '[]', '題', '文', '', '<1@city.example>', '2024-01-17',"
    " '2024-01-16 23:30:00.000000', 1, '2024-01-16 23:31:00.000000', '250 OK', :refused)"
)
FLAG = (
    "INSERT INTO flag (check_name, sighting_key, subject, summary, first_seen_on, last_seen_on, details, task_key) VALUES"
    " ('absent-accounts', 'S/u1', 'S/u1', '', '2023-12-19', '2023-12-19', '{}', 'T3')"
)
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '% WHERE %'",
}
STEPS = (
    ("2024-01-31", 14, "2024-01-17"), ("2024-01-31", 7, "2024-01-24"), ("2024-02-01", 7, "2024-01-25"),
    ("2024-02-01", 3, "2024-01-29"),
)  # fmt: skip


@pytest.fixture
def of_the_first_version(tmp_path: Path) -> Path:
    """A data directory as the first version left it: a moved deadline, its reminders, a letter one address refused."""
    store = Store.open(sqlite_url(tmp_path))
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.transaction() as records:
        config.attributes["connection"] = records.connection
        command.upgrade(config, "0001")
        records.connection.exec_driver_sql(TASK)
        people = {
            "recipients": json.dumps(["a@city.example", "b@city.example"]),
            "refused": json.dumps({"b@city.example": "550 no"}),
        }
        records.connection.exec_driver_sql(LETTER, people)
        for deadline, step, day in STEPS:
            records.connection.exec_driver_sql(
                "INSERT INTO sent_reminder (task_key, deadline, step, on_day, letter_key) VALUES ('T1', ?, ?, ?, 'x')",
                (deadline, step, day),
            )
    store.engine.dispose()
    return tmp_path


def test_what_was_reminded_of_the_deadline_that_holds_is_not_reminded_of_again(of_the_first_version: Path) -> None:
    office = open_office(None, of_the_first_version)

    with office.store.reading() as records:
        task, sent = records.tasks.find("T1"), records.ledger.sent_reminders()
    assert task is not None
    assert (task.round, task.answered_on, task.version) == (1, None, 3)
    assert sent == {ReminderKey("T1", 1, 7), ReminderKey("T1", 1, 3), ReminderKey("T1", 0, 14), ReminderKey("T1", 0, 7)}
    assert len(asked(office, "SELECT 1 FROM sent_reminder")) == len(STEPS)


def test_the_sums_of_what_was_there_are_made(of_the_first_version: Path) -> None:
    store = Store.open(sqlite_url(of_the_first_version))
    closed = TASK.replace("'T1'", "'T2'").replace(
        "closing_note, version", "closing_note, version, completed_on, closed_on"
    )
    flagged = TASK.replace("'T1', 'finding', 'R5-1'", "'T3', 'flag', 'absent-accounts/S/u1'").replace("'0303'", "NULL")
    with store.transaction() as records:
        for statement in (closed.replace("'', 3)", "'', 3, '2024-01-10', '2024-01-10')"), flagged, FLAG):
            records.connection.exec_driver_sql(statement)
    store.engine.dispose()

    office = open_office(None, of_the_first_version)

    assert asked(office, "SELECT number FROM tally WHERE source = 'seen/absent-accounts'") == [(1,)]
    assert_sums_agree(office)


def test_each_recipient_of_a_letter_has_the_answer_that_the_letter_had(of_the_first_version: Path) -> None:
    office = open_office(None, of_the_first_version)

    with office.store.reading() as records:
        (letter,) = records.outbox.newest(10)
    assert {address: told["outcome"] for address, told in letter.answers.items()} == {
        "a@city.example": "accepted", "b@city.example": "refused",
    }  # fmt: skip
    assert (letter.refused, letter.unanswered) == ({"b@city.example": "550 no"}, ())


def test_the_secret_address_of_a_departments_page_becomes_a_hash_that_it_opens(tmp_path: Path) -> None:
    store = Store.open(sqlite_url(tmp_path))
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with store.transaction() as records:
        config.attributes["connection"] = records.connection
        command.upgrade(config, "0013")
        records.connection.exec_driver_sql(
            "INSERT INTO department_key (department_code, secret, made_at) VALUES ('0303', 'as-it-was-given', '2024-01-16')"
        )
    store.engine.dispose()

    office = open_office(None, tmp_path)

    assert "as-it-was-given" not in str(asked(office, "SELECT * FROM department_key"))
    with office.store.reading() as records:
        assert records.department_keys.department_of("as-it-was-given") == "0303"


@on_both_databases
def test_the_migrations_make_the_tables_that_the_program_uses(office: Office) -> None:
    with office.store.reading() as records:
        opts = {"include_name": lambda name, kind, _parents: kind != "table" or not name.startswith("search_index")}
        context = MigrationContext.configure(records.connection, opts=opts)
        assert compare_metadata(context, every_table()) == []


@on_both_databases
def test_an_index_over_few_rows_is_over_the_same_rows_on_both_databases(office: Office) -> None:
    declared = {
        index.name: _plain(str(index.dialect_options["sqlite"]["where"]))
        for table in every_table().tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    made = {name: _plain(text.partition(" WHERE ")[2]) for name, text in asked(office, INDEXES[kind_of(office)])}

    assert len(declared) > 2
    assert made == declared


def _plain(condition: str) -> str:
    """A condition without what PostgreSQL adds to it: brackets and types."""
    return re.sub(r"::(character varying|text)|[()]", "", condition)
