"""Registers as history: whatever came in and in whatever order, each day is answered as its latest export left it."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import a_file, a_row, a_text, asked, csv_text, register_on, take
from tests.databases import URL, another_database, is_on_postgresql, on_both_databases
from tracker.domain.registers import STAFF
from tracker.office import Office, open_office
from tracker.storage.database import sqlite_url
from tracker.storage.staging import Stage
from tracker.storage.store import Store
from tracker.storage.versions import next_import_day

FIRST = date(2023, 7, 1)
Export = dict[str, str]  # staff number → name

DAYS = st.integers(0, 6).map(lambda number: FIRST + timedelta(days=number))
EXPORTS = st.dictionaries(st.sampled_from("123"), st.sampled_from("山川田"), max_size=3)
IMPORTS = st.lists(st.tuples(DAYS, EXPORTS), min_size=1, max_size=9)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose database is copied for each example: making one takes longer than the example."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv(URL, raising=False)
        office = open_office(None, tmp_path_factory.mktemp("empty"))
    office.store.engine.dispose()
    return office


@on_both_databases
@given(imports=IMPORTS)
@settings(
    deadline=None, max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_a_register_on_any_day_is_what_the_latest_export_up_to_that_day_says(
    empty: Office, tmp_path_factory: pytest.TempPathFactory, imports: list[tuple[date, Export]]
) -> None:
    folder = tmp_path_factory.mktemp("law")
    office = copy_of(empty, folder)
    latest: dict[date, Export] = {}

    for on, export in imports:
        report = take(office, an_export(folder, export), on=on, allow_empty=True)
        [change] = report.changes
        before, latest[on] = said_on(latest, on), export
        assert change.counts.added == len(export.keys() - before.keys())
        assert change.counts.ended == len(before.keys() - export.keys())
        assert change.counts.changed == sum(before[key] != export[key] for key in before.keys() & export.keys())

    for number in range(-1, 9):
        day = FIRST + timedelta(days=number)
        assert dict(register_on(office, "staff", day, "staff_no", "name")) == said_on(latest, day)
        assert len(register_on(office, "staff", day, "staff_no", "name")) == len(said_on(latest, day))
    assert versions_that_overlap(office) == []


@on_both_databases
@given(imports=IMPORTS)
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_imports_makes_no_difference_to_what_is_known(
    empty: Office, tmp_path_factory: pytest.TempPathFactory, imports: list[tuple[date, Export]]
) -> None:
    each_day_once = dict(imports)
    known = []

    for order in (sorted(each_day_once), sorted(each_day_once, reverse=True), list(each_day_once)):
        folder = tmp_path_factory.mktemp("order")
        office = copy_of(empty, folder)
        for on in order:
            take(office, an_export(folder, each_day_once[on]), on=on, allow_empty=True)
        days = [FIRST + timedelta(days=number) for number in range(8)]
        known.append([register_on(office, "staff", day, "staff_no", "name") for day in days])

    assert known[0] == known[1] == known[2]


@on_both_databases
def test_what_a_paper_added_on_a_later_day_stays_when_an_older_export_comes_late(
    office: Office, tmp_path: Path
) -> None:
    day_3, day_5, day_9 = (FIRST + timedelta(days=number) for number in (3, 5, 9))
    take(office, an_export(tmp_path, {"1": "山"}), on=FIRST)
    add(office, {"1": "川", "2": "川"}, on=day_5)

    take(office, an_export(tmp_path, {"1": "田", "2": "田"}), on=day_3)
    add(office, {"2": "山"}, on=day_3)

    assert register_on(office, "staff", FIRST, "staff_no", "name") == [("1", "山")]
    assert register_on(office, "staff", day_3, "staff_no", "name") == [("1", "田"), ("2", "山")]
    assert register_on(office, "staff", day_5, "staff_no", "name") == [("1", "川"), ("2", "川")]
    assert register_on(office, "staff", day_9, "staff_no", "name") == [("1", "川"), ("2", "川")]
    assert versions_that_overlap(office) == []


def add(office: Office, rows: Export, on: date) -> None:
    """Add rows to the staff as a council paper adds findings: nothing is ended by what it leaves out."""
    with office.store.transaction() as records:
        versions = records.versions(STAFF)
        stage = Stage(versions)
        for number, (staff_no, name) in enumerate(rows.items(), start=2):
            stage.add([(number, staff_no, name, "0303", None, None, None, None)])
        assert stage.finish()
        counts = stage.compare(on, whole=False)
        facts = {"as_of": on, "imported_at": office.clock.now(), "source": "資料", "sha256": "", "reading": "paper",
                 "whole": False, "row_count": len(rows), "added": counts.added, "changed": counts.changed,
                 "ended": counts.ended, "notices": []}  # fmt: skip
        until = next_import_day(records.connection, STAFF, on)
        stage.apply(versions.record_import(facts), on, until, counts)
        stage.close()


def said_on(latest: dict[date, Export], day: date) -> Export:
    """The oracle: the export of the latest day up to a day."""
    return latest[max(on for on in latest if on <= day)] if any(on <= day for on in latest) else {}


def an_export(folder: Path, export: Export) -> Path:
    """A file of staff with these names, or with headings only."""
    headings = csv_text([a_row("職員")]).splitlines()[0]
    rows = [a_row("職員", 職員番号=number, 氏名=name) for number, name in export.items()]
    return a_file(folder, "職員", *rows) if rows else a_text(folder / "職員.csv", headings)


def versions_that_overlap(office: Office) -> list[tuple[str, ...]]:
    """Pairs of versions of one row that both hold on some day, empty versions aside."""
    lives = "({0}.valid_to IS NULL OR {0}.valid_to > {1})"
    return asked(
        office,
        "SELECT a.staff_no FROM staff_version a JOIN staff_version b ON a.staff_no = b.staff_no"
        " AND a.begun_by <> b.begun_by AND a.valid_from <= b.valid_from"
        f" WHERE {lives.format('a', 'b.valid_from')} AND {lives.format('b', 'b.valid_from')}"
        f" AND {lives.format('a', 'a.valid_from')}",
    )


def copy_of(office: Office, folder: Path) -> Office:
    """An office with a copy of another's database, which is empty."""
    folder.mkdir(exist_ok=True)
    if is_on_postgresql():
        return replace(office, data_dir=folder, store=Store.open(another_database()))
    shutil.copy(office.data_dir / "zesei.db", folder / "zesei.db")
    return replace(office, data_dir=folder, store=Store.open(sqlite_url(folder)))
