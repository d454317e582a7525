"""A check that somebody asks for runs within the minute, once, also when the process dies meanwhile."""

from datetime import date, time
from pathlib import Path

import pytest

from jobs.registry import runner_of
from jobs.runner import Runner
from tests.jobs.situations import (
    a_department,
    a_file,
    an_office,
    at,
    break_inserts,
    change,
    everything_in,
    given,
    rows,
    tasks_of,
)  # fmt: skip
from tracker.domain.events import Occasion
from tracker.office import Office
from tracker.storage.job_runs import JobRun
from tracker.storage.run_requests import RunRequest

FILES, CONTRACTS = "unpublished-files", "unsigned-clauses"
MON, TUE = date(2023, 7, 10), date(2023, 7, 11)
TEN = time(10)
BY = "情報管理課　職員０５"


def with_a_file(folder: Path) -> tuple[Office, Runner]:
    office = an_office(folder)
    given(office, MON, a_department(), a_file())
    runner = runner_of(office)
    runner.keep_timetable(at(MON, time(9)))
    return office, runner


def asked(office: Office, name: str = FILES, moment: time = TEN) -> RunRequest:
    with office.store.transaction() as records:
        return records.run_requests.ask(name, Occasion(BY, at(MON, moment), MON))


def request(office: Office, name: str = FILES) -> RunRequest:
    with office.store.reading() as records:
        found = records.run_requests.newest(name)
    assert found is not None
    return found


def runs(office: Office) -> list[JobRun]:
    """Requested runs that had something to do."""
    with office.store.reading() as records:
        return [run for run in records.job_runs.newest(100, "requested_checks") if run.summary]


def check_runs(office: Office) -> list[tuple[str, str, int]]:
    return rows(office, "SELECT check_name, requested_by, flagged FROM check_run ORDER BY id")


def test_a_check_that_was_asked_for_runs_at_the_next_tick_and_is_recorded_as_such(tmp_path: Path) -> None:
    office, runner = with_a_file(tmp_path)
    asked(office)

    runner.tick(at(MON, time(10, 1)))

    done = request(office)
    assert (done.outcome, done.summary) == ("done", "検知があります。検知中 1件、新規 1件、解消 0件")
    assert check_runs(office) == [(FILES, BY, 1)]
    assert [run.summary for run in runs(office)] == [
        "ファイル簿の未公表: 検知があります。検知中 1件、新規 1件、解消 0件"
    ]
    assert [task.opened_on for task in tasks_of(office)] == [MON]
    assert rows(office, "SELECT DISTINCT by FROM event WHERE kind = 'FlagRaised'") == [(f"{BY}（検査の依頼）",)]


def test_two_clicks_make_one_run(tmp_path: Path) -> None:
    office, runner = with_a_file(tmp_path)
    first, second = asked(office), asked(office, moment=time(10, 0, 1))

    runner.tick(at(MON, time(10, 1)))
    runner.tick(at(MON, time(10, 2)))

    assert first.id == second.id
    assert len(check_runs(office)) == len(runs(office)) == 1
    assert rows(office, "SELECT COUNT(*) FROM event WHERE kind = 'CheckRequested'") == [(1,)]


def test_asked_again_afterwards_it_runs_again_and_the_page_finds_that_run_too(tmp_path: Path) -> None:
    office, runner = with_a_file(tmp_path)
    for minute in (0, 5):
        asked(office, moment=time(10, minute))
        runner.tick(at(MON, time(10, minute + 1)))

    assert len(check_runs(office)) == 2  # although it saw the same
    assert request(office).summary == "検知があります。検知中 1件、新規 0件、解消 0件"


def test_only_the_check_that_was_asked_for_runs(tmp_path: Path) -> None:
    office, runner = with_a_file(tmp_path)
    asked(office, CONTRACTS)

    runner.tick(at(MON, time(10, 1)))

    assert check_runs(office) == [(CONTRACTS, BY, 0)]
    assert request(office, CONTRACTS).summary.startswith("台帳が古く、判定できません。台帳「委託契約」が")


def test_a_request_survives_a_restart_and_is_run_once(tmp_path: Path) -> None:
    office, _ = with_a_file(tmp_path)
    asked(office)

    runner = runner_of(office)  # of the next life of the process
    runner.keep_timetable(at(TUE, time(5)))
    runner.resume(at(TUE, time(5)))
    runner.tick(at(TUE, time(5)))
    runner.tick(at(TUE, time(5, 1)))

    assert check_runs(office) == [(FILES, BY, 1)]
    assert request(office).outcome == "done"


@pytest.mark.parametrize("killed_after", ["the claim", "the check"])
def test_a_run_that_was_killed_is_taken_up_and_runs_once(tmp_path: Path, killed_after: str) -> None:
    office, runner = with_a_file(tmp_path)
    asked(office)
    if killed_after == "the claim":
        with office.store.transaction() as records:
            run = records.job_runs.start("requested_checks", at(MON, TEN), MON, at(MON, TEN))
            records.run_requests.begin(run.id)
    else:
        runner.tick(at(MON, time(10, 1)))
        change(
            office,
            "UPDATE job_run SET ended_at = NULL, outcome = NULL, summary = '' WHERE job_name = 'requested_checks'",
            "UPDATE run_request SET ended_at = NULL, outcome = NULL, summary = ''",
        )

    runner.resume(at(MON, time(10, 5)))
    runner.tick(at(MON, time(10, 6)))

    assert check_runs(office) == [(FILES, BY, 1)]
    assert request(office).summary == "検知があります。検知中 1件、新規 1件、解消 0件"


def test_a_requested_check_that_fails_says_so_and_does_not_run_for_ever(tmp_path: Path) -> None:
    office, runner = with_a_file(tmp_path)
    asked(office)
    break_inserts(office, "flag", "1")

    runner.tick(at(MON, time(10, 1)))
    runner.tick(at(MON, time(10, 2)))

    done = request(office)
    assert (done.outcome, done.waits_for) == ("failed", None)
    assert "disk full" in done.summary
    assert len(check_runs(office)) == 1


def test_minutes_without_a_request_leave_no_trace(tmp_path: Path) -> None:
    office, runner = with_a_file(tmp_path)
    before = everything_in(office, but=["job", "job_run"])

    for minute in range(1, 20):
        runner.tick(at(MON, time(10, minute)))

    assert rows(office, "SELECT COUNT(*) FROM job_run WHERE job_name = 'requested_checks'") == [(0,)]
    assert everything_in(office, but=["job", "job_run"]) == before
