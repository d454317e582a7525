"""Imports let people work: nobody waits while files are read or looked at, and what others do meanwhile counts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.builders import DAY, a_file, a_row, a_whole_office, everything_in, register_on, take
from tests.databases import on_both_databases
from tracker.domain.errors import InputRefused
from tracker.domain.events import Event, Happened
from tracker.office import Office
from tracker.registers.importing import Importer, ImportReport
from tracker.storage.turns import Patience

pytestmark = on_both_databases
LATER = date(2023, 8, 16)
AT_ONCE = Patience(0.2)


def importing(
    office: Office, *paths: Path, on: date, dry_run: bool = False, meanwhile: Callable[[], None] = lambda: None
) -> ImportReport:
    """An import, and what somebody else does while its first file is read."""
    acts = [meanwhile]

    def read(file: str, rows: int) -> None:
        for act in acts[:1]:
            acts.clear()
            act()

    importer = Importer(office.settings, on, office.occasion("試験"), progress=read)
    return importer.take(office.store, paths, dry_run=dry_run)


@contextmanager
def once_at(office: Office, beginning: str, act: Callable[[], None]) -> Iterator[list[str]]:
    """Something is done right before the first statement that begins so; the statements before which it was."""
    done = list[str]()

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning) and not done:
            done.append(statement)
            act()

    event.listen(office.store.engine, "before_cursor_execute", look)
    try:
        yield done
    finally:
        event.remove(office.store.engine, "before_cursor_execute", look)


def somebody_saves(office: Office) -> None:
    with office.store.transaction(AT_ONCE) as records:
        records.events.append([Event(Happened.ACCOUNT_LOCKED, "account:joho01", office.occasion("職員０１"))])


def test_somebody_saves_while_a_file_is_read(office: Office, tmp_path: Path) -> None:
    report = importing(office, a_whole_office(tmp_path / "in"), on=DAY, meanwhile=lambda: somebody_saves(office))

    assert len(report.changes) == 12
    with office.store.reading() as records:
        assert [event.kind for event in records.events.about("account:joho01")] == [Happened.ACCOUNT_LOCKED]
        assert records.events.verify() > 12


def test_a_trial_run_needs_no_turn_at_all_and_says_what_the_import_then_does(office: Office, tmp_path: Path) -> None:
    take(office, a_whole_office(tmp_path / "first"))
    folder = a_whole_office(tmp_path / "second")
    a_file(folder, "職員", a_row("職員"), a_row("職員", 職員番号="30022", 氏名="職員０２"))
    a_file(folder, "アカウント", a_row("アカウント", 職員番号="30022"))
    before = everything_in(office)

    with office.store.transaction():  # somebody else's, for as long as it takes
        tried = importing(office, folder, on=LATER, dry_run=True)

    assert everything_in(office) == before
    done = importing(office, folder, on=LATER)
    assert [(change.register, change.counts) for change in tried.changes] == [
        (change.register, change.counts) for change in done.changes
    ]
    assert (tried.notices, tried.tasks) == (done.notices, done.tasks)


def test_a_file_that_was_read_already_is_looked_at_beside_what_others_imported_meanwhile(
    office: Office, tmp_path: Path
) -> None:
    take(office, a_whole_office(tmp_path / "first"))
    accounts = a_file(tmp_path / "in", "アカウント", a_row("アカウント", システムコード="KAIGO"))
    before = register_on(office, "account", LATER, "system_code", "user_id")

    def meanwhile() -> None:
        systems = [a_row("システム"), a_row("システム", システムコード="KAIGO", システム名="介護保険システム")]
        take(office, a_file(tmp_path / "other", "システム", *systems), on=DAY)

    with pytest.raises(InputRefused, match="KAIGO"):
        importing(office, accounts, on=LATER)
    assert register_on(office, "account", LATER, "system_code", "user_id") == before

    importing(office, accounts, on=LATER, meanwhile=meanwhile)

    assert register_on(office, "account", LATER, "system_code", "user_id") == [("KAIGO", "sf0221")]


def test_the_same_file_imported_by_two_at_once_is_in_the_register_once(office: Office, tmp_path: Path) -> None:
    folder = a_whole_office(tmp_path / "in")

    importing(office, folder, on=DAY, meanwhile=lambda: take(office, folder))

    assert register_on(office, "account", DAY, "user_id", "state") == [("sf0221", "有効")]
    with office.store.reading() as records:
        assert records.events.verify() > 0


@pytest.mark.parametrize("beginning", ["CREATE UNIQUE INDEX ix_stage_account", "INSERT INTO news_account"])
def test_somebody_saves_while_rows_are_compared_with_what_is_known(
    office: Office, tmp_path: Path, beginning: str
) -> None:
    take(office, a_whole_office(tmp_path / "first"))
    accounts = a_file(tmp_path / "in", "アカウント", a_row("アカウント", 状態="停止"))

    with once_at(office, beginning, lambda: somebody_saves(office)) as done:
        importing(office, accounts, on=LATER)

    assert len(done) == 1
    assert register_on(office, "account", LATER, "user_id", "state") == [("sf0221", "停止")]


def test_somebody_saves_while_references_and_repeated_keys_are_looked_for(office: Office, tmp_path: Path) -> None:
    take(office, a_whole_office(tmp_path / "first"))
    accounts = a_file(tmp_path / "in", "アカウント", a_row("アカウント"), a_row("アカウント"))

    beginning = "CREATE TEMPORARY TABLE missing_values"
    with (
        once_at(office, beginning, lambda: somebody_saves(office)) as done,
        pytest.raises(InputRefused, match="2行目にもあります"),
    ):
        importing(office, accounts, on=LATER)

    assert len(done) == 1


def test_rows_that_were_compared_already_are_compared_again_when_others_changed_their_register_meanwhile(
    office: Office, tmp_path: Path
) -> None:
    take(office, a_whole_office(tmp_path / "first"))
    ours = a_file(
        tmp_path / "in", "アカウント", a_row("アカウント", 状態="停止"), a_row("アカウント", ユーザーID="sf0222")
    )
    theirs = a_file(tmp_path / "other", "アカウント", a_row("アカウント", 状態="停止", 権限="参照"))

    with once_at(office, "INSERT INTO gone_account", lambda: take(office, theirs, on=LATER)):
        report = importing(office, ours, on=LATER)

    assert [(change.counts.added, change.counts.changed, change.counts.ended) for change in report.changes] == [
        (1, 1, 0)
    ]
    found = register_on(office, "account", LATER, "user_id", "state", "access_right")
    assert [row[:2] for row in found] == [("sf0221", "停止"), ("sf0222", "有効")]
    assert "参照" not in {row[2] for row in found}


def test_rows_that_were_compared_already_are_refused_when_what_they_point_at_is_gone_meanwhile(
    office: Office, tmp_path: Path
) -> None:
    take(office, a_whole_office(tmp_path / "first"))
    take(office, a_file(tmp_path / "more", "システム", a_row("システム"), a_row("システム", システムコード="KAIGO")))
    accounts = a_file(tmp_path / "in", "アカウント", a_row("アカウント", システムコード="KAIGO"))
    before = register_on(office, "account", LATER, "system_code", "user_id")
    gone = a_file(tmp_path / "other", "システム", a_row("システム"))

    with (
        once_at(office, "INSERT INTO gone_account", lambda: take(office, gone, on=LATER)),
        pytest.raises(InputRefused, match="KAIGO"),
    ):
        importing(office, accounts, on=LATER)

    assert register_on(office, "account", LATER, "system_code", "user_id") == before
