"""What failed is tried again on its day, what died is not tried for ever, and an end that could not be written is."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from jobs.orderly_end import MARK, forgive_orderly_end
from jobs.registry import runner_of
from jobs.runner import Runner, Work
from tests.databases import on_both_databases
from tests.jobs.situations import (
    a_department,
    a_file,
    a_task,
    an_office,
    at,
    change,
    given,
    given_tasks,
    rows,
    told,
    whose_clock_stands_still,
)  # fmt: skip
from tracker.domain.events import Occasion
from tracker.domain.pick_ups import killed
from tracker.office import Office
from tracker.storage.turns import Patience

MON = date(2024, 3, 18)
TUE = MON + timedelta(days=1)
HALF_PAST_EIGHT = at(MON, time(8, 30))
COURSES = ("区民課", "税務課", "福祉課")


def outcomes(office: Office) -> list[tuple[str, str, int]]:
    return rows(office, "SELECT job_name, outcome, tries FROM job_run ORDER BY id")


def a_runner(office: Office, **jobs: object) -> Runner:
    runner = Runner(whose_clock_stands_still(office), jobs, runner_of(office).timetable)  # type: ignore[arg-type]
    runner.keep_timetable(at(MON, time(8)))
    return runner


# ---- the same day


@on_both_databases
def test_only_what_failed_is_tried_again_after_five_fifteen_and_sixty_minutes_and_never_on_another_day(
    tmp_path: Path,
) -> None:
    office, did = an_office(tmp_path), list[tuple[str, str]]()
    now = [HALF_PAST_EIGHT]

    def remind(work: Work) -> None:
        for name in filter(work.is_left, COURSES):
            with work.part(name):
                did.append((f"{now[0].astimezone(office.clock.zone):%d日%H:%M}", name))
                if name == "税務課":
                    raise OSError("database is locked")

    runner = a_runner(office, reminders=remind)
    for minute in range(24 * 60 + 10):
        now[0] = HALF_PAST_EIGHT + timedelta(minutes=minute)
        runner.tick(now[0])

    first = [("18日08:30", name) for name in COURSES]
    again = [(moment, "税務課") for moment in ("18日08:35", "18日08:50", "18日09:50")]
    assert did[: len(first + again)] == first + again
    assert did[len(first + again) :][:1] == [("19日08:30", "区民課")]
    assert outcomes(office)[0] == ("reminders", "failed", 4)


@contextmanager
def another_process_writing(office: Office) -> Iterator[None]:
    """The database's lock, held by a process of its own."""
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.readline()"
    )
    path = office.data_dir / "zesei.db"
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("\n", timeout=30)


@pytest.mark.parametrize("held_until", ["the letters failed", "the run is over"])
def test_a_database_that_is_held_at_half_past_eight_costs_no_department_its_letter(
    tmp_path: Path, held_until: str
) -> None:
    office = an_office(tmp_path)
    office.store.patience = Patience(0.2)
    given(office, MON, *(a_department(f"010{n}", name, f"ka{n}@city.example") for n, name in enumerate(COURSES)))
    given_tasks(office, *(a_task(f"T{n}", deadline=MON, department=f"010{n}") for n in range(3)))
    real, lock = runner_of(office).jobs["reminders"], another_process_writing(office)

    def remind(work: Work) -> None:
        if work.run.tries == 1:
            lock.__enter__()
        real(work)
        if work.run.tries == 1 and held_until == "the letters failed":
            lock.__exit__(None, None, None)

    runner = a_runner(office, reminders=remind)
    runner.tick(HALF_PAST_EIGHT)
    assert told(office) == []
    if held_until == "the run is over":
        assert rows(office, "SELECT ended_at FROM job_run") == [(None,)]
        lock.__exit__(None, None, None)
    runner.tick(HALF_PAST_EIGHT + timedelta(minutes=1))
    assert outcomes(office) == [("reminders", "failed", 1)]
    with office.store.reading() as records:
        failures = records.job_runs.newest(1)[0].failures
    assert all("書き込めませんでした" in why and "Error" not in why for why in failures.values()), failures
    runner.tick(HALF_PAST_EIGHT + timedelta(minutes=6))
    runner.tick(HALF_PAST_EIGHT + timedelta(minutes=20))

    assert told(office) == [(f"010{n}", MON) for n in range(3)]
    assert outcomes(office) == [("reminders", "done", 2)]


def test_a_check_that_failed_is_run_once_more_and_its_failure_no_longer_stands(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file())
    change(office, "CREATE TRIGGER t BEFORE INSERT ON flag BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    runner = a_runner(office, checks=runner_of(office).jobs["checks"])
    runner.tick(at(TUE, time(6)))
    change(office, "DROP TRIGGER t")

    runner.tick(at(TUE, time(6, 5)))

    assert outcomes(office) == [("checks", "done", 2)]
    states = rows(office, "SELECT state FROM check_run WHERE check_name = 'unpublished-files' ORDER BY id")
    assert states == [("failed",), ("flagged",)]
    assert rows(office, "SELECT COUNT(*) FROM check_run WHERE check_name = 'unsigned-clauses'") == [(1,)]


# ---- ends that cannot be written


@on_both_databases
def test_a_request_whose_end_could_not_be_written_ends_by_itself_and_the_one_behind_it_is_carried_out(
    tmp_path: Path, database: str
) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file())
    runner = a_runner(office, requested_checks=runner_of(office).jobs["requested_checks"])
    for name in ("unpublished-files", "unsigned-clauses"):
        with office.store.transaction() as records:
            records.run_requests.ask(name, Occasion("情報管理課　職員０５", HALF_PAST_EIGHT, MON))
    refuse_ends_of(office, database)
    runner.tick(HALF_PAST_EIGHT)
    ends = "SELECT check_name, outcome FROM run_request ORDER BY id"
    assert rows(office, ends) == [("unpublished-files", None), ("unsigned-clauses", "done")]
    mend_ends(office, database)

    runner.tick(HALF_PAST_EIGHT + timedelta(minutes=1))

    assert rows(office, ends) == [("unpublished-files", "done"), ("unsigned-clauses", "done")]
    assert rows(office, "SELECT * FROM pick_up") == []


def refuse_ends_of(office: Office, database: str) -> None:
    when = "NEW.check_name = 'unpublished-files' AND NEW.ended_at IS NOT NULL"
    if database == "sqlite":
        change(office, f"CREATE TRIGGER e BEFORE UPDATE ON run_request WHEN {when}"
               " BEGIN SELECT RAISE(ABORT, 'disk full'); END")  # fmt: skip
    else:
        change(office, "CREATE FUNCTION e() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''disk full''; END'",
               f"CREATE TRIGGER e BEFORE UPDATE ON run_request FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION e()")  # fmt: skip


def mend_ends(office: Office, database: str) -> None:
    change(office, "DROP TRIGGER e" if database == "sqlite" else "DROP FUNCTION e CASCADE")


def test_a_request_during_which_the_disk_filled_up_ends_once_there_is_room_again(tmp_path: Path) -> None:
    office, disk = an_office(tmp_path), a_full_disk()
    given(office, MON, a_department(), a_file())
    real = runner_of(office).jobs["requested_checks"]

    def fill_the_disk_and_check(work: Work) -> None:
        with office.store.transaction() as records:
            records.run_requests.begin(work.run.id)
        disk.__enter__()
        real(work)

    runner = a_runner(office, requested_checks=fill_the_disk_and_check)
    with office.store.transaction() as records:
        records.run_requests.ask("unpublished-files", Occasion("情報管理課　職員０５", HALF_PAST_EIGHT, MON))
    runner.tick(HALF_PAST_EIGHT)
    runner.tick(HALF_PAST_EIGHT + timedelta(minutes=1))
    assert rows(office, "SELECT ended_at FROM job_run UNION ALL SELECT ended_at FROM run_request") == [(None,), (None,)]
    disk.__exit__(None, None, None)

    runner.jobs = {"requested_checks": real}
    for minute in (2, 3):
        runner.tick(HALF_PAST_EIGHT + timedelta(minutes=minute))

    assert [outcome for _, outcome, _ in outcomes(office)] == ["failed", "done"]
    assert rows(office, "SELECT outcome FROM run_request") == [("done",)]


@contextmanager
def a_full_disk() -> Iterator[None]:
    """No file of this process grows any more, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# ---- what killed it


def test_what_was_at_work_when_the_program_was_told_to_end_killed_nobody(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[str]()
    runner = a_runner(office, checks=lambda work: ran.append(work.run.job_name))
    with office.store.transaction() as records:
        records.job_runs.start("checks", HALF_PAST_EIGHT, MON, HALF_PAST_EIGHT)
        records.pick_ups.begin("upload/1", HALF_PAST_EIGHT)
    for _ in range(3):  # three orderly restarts in the middle of it
        (office.data_dir / MARK).touch()
        forgive_orderly_end(office)
        with office.store.transaction() as records:
            run = records.job_runs.take_over(records.job_runs.unfinished()[0], HALF_PAST_EIGHT)
            assert records.pick_ups.begin("upload/1", HALF_PAST_EIGHT)
        assert run.attempts == 1

    runner.resume(HALF_PAST_EIGHT)

    assert ran == ["checks"]
    assert not (office.data_dir / MARK).exists()


def test_a_run_in_which_the_program_died_twice_is_told_on_the_first_page_and_the_others_go_on(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[str]()
    runner = a_runner(office, **{name: lambda work: ran.append(work.run.job_name) for name in ("intake", "checks")})
    with office.store.transaction() as records:
        run = records.job_runs.start("intake", HALF_PAST_EIGHT, MON, HALF_PAST_EIGHT)
        records.job_runs.take_over(run, HALF_PAST_EIGHT)
        records.job_runs.start("checks", HALF_PAST_EIGHT, MON, HALF_PAST_EIGHT)

    runner.resume(HALF_PAST_EIGHT + timedelta(minutes=1))

    assert ran == ["checks"]
    assert outcomes(office)[0][:2] == ("intake", "failed")
    with office.store.reading() as records:
        assert records.job_runs.newest(1, "intake")[0].failures == {"処理全体": killed()}


def test_a_run_that_got_on_between_two_deaths_is_taken_up_again(tmp_path: Path) -> None:
    office, done = an_office(tmp_path), list[str]()

    def remind(work: Work) -> None:
        for name in COURSES:
            if name not in done:
                if len(done) in deadly:
                    deadly.remove(len(done))
                    raise KeyboardInterrupt  # as a signal would end it
                with work.office.store.transaction() as records:
                    work.got_on(records)
                done.append(name)

    deadly = [1, 2]  # so many are done when the program dies
    runner = a_runner(office, reminders=remind)
    with pytest.raises(KeyboardInterrupt):
        runner.tick(HALF_PAST_EIGHT)
    with pytest.raises(KeyboardInterrupt):
        runner.resume(HALF_PAST_EIGHT + timedelta(minutes=1))
    runner.resume(HALF_PAST_EIGHT + timedelta(minutes=2))

    assert done == list(COURSES)
    assert outcomes(office)[0][:2] == ("reminders", "done")


def test_a_file_at_which_a_job_died_twice_is_left_alone_on_every_later_day_and_its_neighbours_are_taken(
    tmp_path: Path,
) -> None:
    office, taken = an_office(tmp_path), list[str]()

    def take_in(work: Work) -> None:
        for name in ("休業.csv", "職員.csv"):
            with work.part(name), work.at_risk(f"intake/{name}"):
                if name == "休業.csv":
                    raise KeyboardInterrupt  # as a signal would end it
                taken.append(name)

    runner = a_runner(office, intake=take_in)
    for day in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            runner.tick(at(MON + timedelta(days=day), time(9)))
    runner.tick(at(MON + timedelta(days=3), time(9)))
    runner.tick(at(MON + timedelta(days=4), time(9)))

    assert taken == ["職員.csv"] * 2
    with office.store.reading() as records:
        assert records.job_runs.newest(1, "intake")[0].failures == {"休業.csv": killed()}


class Panic(BaseException):
    """What a native library throws past every `except Exception`."""


def test_a_native_librarys_panic_in_a_part_or_a_job_stays_its_own(tmp_path: Path) -> None:
    office, did = an_office(tmp_path), list[str]()

    def in_a_part(work: Work) -> None:
        for name in COURSES:
            with work.part(name):
                if name == "税務課":
                    raise Panic("slice index")
                did.append(name)

    def in_the_job(_work: Work) -> None:
        raise Panic("capacity overflow")

    runner = a_runner(office, reminders=in_a_part, unanswered=in_the_job, weekly_report=lambda _: did.append("週次"))
    runner.tick(HALF_PAST_EIGHT)

    assert did == ["区民課", "福祉課", "週次"]
    failures = dict(rows(office, "SELECT job_name, failures FROM job_run"))
    assert "Panic: slice index" in failures["reminders"]
    assert "Panic: capacity overflow" in failures["unanswered"]
