"""Entries that were lost at the trail's end are missed: by the file beside the database, and by the weekly reports."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jobs.reports.issuing import issue, retold
from jobs.reports.kinds import KINDS
from tests.conftest import ROOT, Command
from tests.databases import on_both_databases
from tests.web.situations import OCCASION, a_task, an_office, given
from tracker.files.trail_end import kept_end
from tracker.office import Office, open_office
from tracker.storage.reports import WEEKLY

WRITING = """
import os, sys, time
from pathlib import Path
from tests.web.situations import a_task, given
from tracker.office import open_office
office = open_office(None, Path(sys.argv[1]))
reader = office.store.reading()  # what a page reads at the time keeps the entries in the -wal
reader.__enter__()
for number in range(20):
    given(office, a_task(str(number)))
    print(number, flush=True)
time.sleep(60)
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def acknowledged_then_killed(data: Path) -> None:
    """Twenty tasks that a process was told are kept, before it was killed."""
    command = [sys.executable, "-c", WRITING, str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)


def test_a_lost_wal_is_missed_by_verify_and_by_every_start(zesei: Command, tmp_path: Path) -> None:
    zesei("init")
    acknowledged_then_killed(tmp_path / "data")
    kept = kept_end(tmp_path / "data")
    assert kept is not None
    assert kept.number >= 20
    for ending in ("-wal", "-shm"):
        (tmp_path / "data" / f"zesei.db{ending}").unlink()

    lost = zesei("audit", "verify", status=1)

    assert f"{kept.number}番までの記録がありました" in lost.err
    zesei(
        "import", ROOT / "tests/replay/registers/2023-07-31", "--as-of", "2023-07-31"
    )  # the trail grows past that number
    assert "監査証跡" in zesei("audit", "verify", status=1).err
    assert kept_end(tmp_path / "data") == kept


def test_a_copy_of_the_database_file_alone_is_missed_too(zesei: Command, tmp_path: Path) -> None:
    zesei("init")
    shutil.copy(tmp_path / "data/zesei.db", tmp_path / "copy.db")
    zesei("import", ROOT / "tests/replay/registers/2023-07-31", "--as-of", "2023-07-31")
    os.replace(tmp_path / "copy.db", tmp_path / "data/zesei.db")

    assert "短くなっています" in zesei("audit", "verify", status=1).err


@on_both_databases
def test_the_file_is_never_ahead_of_the_records_and_keeps_up_with_them(office: Office) -> None:
    for number in range(3):
        given(office, a_task(str(number)))
        with office.store.reading() as records:
            assert kept_end(office.data_dir) == records.events.end()

    before = kept_end(office.data_dir)
    with pytest.raises(RuntimeError):
        undone(office)
    given_nothing(office)
    assert kept_end(office.data_dir) == before


def undone(office: Office) -> None:
    """A transaction that adds to the trail and does not come to its end."""
    with office.store.transaction() as records:
        records.tasks.open_all([a_task("9")], OCCASION)
        raise RuntimeError


def given_nothing(office: Office) -> None:
    """A transaction that adds nothing to the trail, on the connection of the one that was undone."""
    with office.store.transaction():
        pass


def test_a_weekly_report_names_the_trails_end_and_stands_for_it(office: Office, zesei: Command) -> None:
    given(office, a_task())
    with office.store.transaction() as records:
        report = issue(records, office, KINDS[WEEKLY], OCCASION).report
        named = report.facts["trail_number"], report.facts["trail_seal"]
        assert retold(records, office, report) == report.facts
    assert f"第{named[0]}号（印 {str(named[1])[:16]}）" in report.page
    with closing(sqlite3.connect(office.data_dir / "zesei.db")) as connection:
        assert connection.execute("SELECT seal FROM event WHERE id = ?", named[:1]).fetchone() == (named[1],)
        facts = dict(report.facts) | {"trail_seal": "f" * 64}
        with connection:
            connection.execute("UPDATE issued_report SET facts = ?", (json.dumps(facts),))
    office.store.engine.dispose()

    assert f"{OCCASION.on_day}の週次報告" in zesei("audit", "verify", status=1).err


def test_issuing_the_same_again_after_another_entry_is_no_new_edition(office: Office) -> None:
    given(office, a_task())
    with office.store.transaction() as records:
        first = issue(records, office, KINDS[WEEKLY], OCCASION)
        again = issue(records, office, KINDS[WEEKLY], OCCASION)

    assert first.is_new
    assert not again.is_new
    assert open_office(None, office.data_dir)
