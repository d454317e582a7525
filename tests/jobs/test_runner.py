"""The run ledger: each due run once, missed ones made up once, trouble written down, killed runs taken up again."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from jobs.letters import Post, queue_letters
from jobs.morning import writings
from jobs.registry import runner_of
from jobs.runner import Job, Runner, Work
from jobs.scheduler import only_process, running
from jobs.situation import Situation
from tests.databases import on_both_databases
from tests.jobs.situations import (
    a_department,
    a_file,
    a_task,
    an_occasion,
    an_office,
    at,
    everything_in,
    given,
    given_tasks,
    letters,
    rows,
)  # fmt: skip
from tracker.clock import set_clock
from tracker.domain.errors import CommandRefused
from tracker.office import Office, open_office
from tracker.storage.job_runs import JobRun

pytestmark = on_both_databases

MON = date(2024, 3, 18)
TUE, WED, FRI = (MON + timedelta(days=days) for days in (1, 2, 4))
NIGHT = time(1)


def a_runner(office: Office, **jobs: Job) -> Runner:
    """A runner of these jobs only, at the times of the real timetable."""
    return Runner(office, jobs, runner_of(office).timetable)


def noting(ran: list[tuple[str, date]]) -> Callable[[Work], None]:
    return lambda work: ran.append((work.run.job_name, work.occasion.on_day))


def runs(office: Office) -> list[JobRun]:
    with office.store.reading() as records:
        return list(reversed(records.job_runs.newest(1000)))


def due_next(office: Office) -> Mapping[str, datetime]:
    with office.store.reading() as records:
        return {job.name: job.next_run_at for job in records.job_runs.jobs()}


def test_a_job_runs_when_it_is_due_and_not_before(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()
    runner = a_runner(office, checks=noting(ran))
    runner.keep_timetable(at(MON, NIGHT))

    runner.tick(at(MON, time(5, 59)))
    assert ran == []
    runner.tick(at(MON, time(6)))
    runner.tick(at(MON, time(6, 1)))

    assert ran == [("checks", MON)]
    (run,) = runs(office)
    assert (run.due_at, run.started_at, run.outcome, run.attempts) == (at(MON, time(6)), at(MON, time(6)), "done", 1)
    assert due_next(office) == {"checks": at(TUE, time(6))}


def test_several_missed_runs_are_made_up_once_as_of_the_day_that_makes_them_up(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()
    runner = a_runner(office, checks=noting(ran))
    runner.keep_timetable(at(MON, NIGHT))

    runner.tick(at(FRI, time(12)))
    runner.tick(at(FRI, time(12, 1)))

    assert ran == [("checks", FRI)]
    assert [run.due_at for run in runs(office)] == [at(MON, time(6))]
    assert due_next(office) == {"checks": at(FRI + timedelta(days=1), time(6))}


def test_jobs_due_at_once_run_in_the_order_of_the_day(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()
    names = ("delivery", "weekly_report", "reminders", "checks", "intake")
    runner = a_runner(office, **{name: noting(ran) for name in names})
    runner.keep_timetable(at(MON - timedelta(days=3), time(12)))
    with office.store.transaction() as records:
        records.job_runs.schedule("delivery", "1分ごと", at(MON))  # the same instant as reminders and report

    runner.tick(at(MON))

    assert [name for name, _ in ran] == ["intake", "checks", "reminders", "weekly_report", "delivery"]


def test_the_timetable_is_entered_once_and_a_start_does_not_move_what_is_due(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()
    a_runner(office, checks=noting(ran)).keep_timetable(at(MON, NIGHT))

    again = a_runner(office, checks=noting(ran))
    again.keep_timetable(at(WED))

    assert due_next(office) == {"checks": at(MON, time(6))}


def test_new_times_in_the_settings_take_effect_at_the_next_start(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    runner_of(office).keep_timetable(at(MON, NIGHT))
    (tmp_path / "config.toml").write_text('[timetable.checks]\nat = "07:00"\n', encoding="utf-8")

    changed = runner_of(open_office(tmp_path / "config.toml", office.data_dir))
    changed.keep_timetable(at(MON, time(2)))

    assert due_next(office)["checks"] == at(MON, time(7))


def test_a_run_that_was_missed_before_its_times_were_changed_is_still_made_up(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()
    a_runner(office, checks=noting(ran)).keep_timetable(at(MON, NIGHT))
    (tmp_path / "config.toml").write_text('[timetable.checks]\nat = "07:00"\n', encoding="utf-8")

    changed = a_runner(open_office(tmp_path / "config.toml", office.data_dir), checks=noting(ran))
    changed.keep_timetable(at(MON, time(9)))
    changed.tick(at(MON, time(9)))
    changed.tick(at(MON, time(9, 1)))

    assert ran == [("checks", MON)]
    assert due_next(office) == {"checks": at(TUE, time(7))}


def test_two_runners_on_one_database_run_each_due_job_once(tmp_path: Path) -> None:
    first = an_office(tmp_path)
    offices = [first, open_office(tmp_path / "config.toml", first.data_dir)]
    ran = list[tuple[str, date]]()
    names = ("intake", "checks", "reminders", "weekly_report", "delivery")
    runners = [a_runner(office, **{name: noting(ran) for name in names}) for office in offices]
    runners[0].keep_timetable(at(MON, NIGHT))
    start = Barrier(2)
    minutes = [at(MON, NIGHT) + timedelta(minutes=30 * n) for n in range(60)]

    def live(runner: Runner) -> None:
        for moment in minutes:
            start.wait()
            runner.tick(moment)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(live, runners))

    daily = [(name, day) for day in (MON, TUE) for name in ("intake", "checks")]
    wanted = [*daily, ("reminders", MON), ("weekly_report", MON)]  # it ends on Tuesday at 6:30
    assert sorted(done for done in ran if done[0] != "delivery") == sorted(wanted)
    assert sum(name == "delivery" for name, _ in ran) == len(minutes) - 1
    assert rows(first, "SELECT 1 FROM job_run GROUP BY job_name, due_at HAVING COUNT(*) > 1") == []


def test_a_failing_job_is_written_down_and_the_next_still_runs(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()

    def fails(_work: Work) -> None:
        raise OSError("disk full")

    runner = a_runner(office, intake=fails, checks=noting(ran))
    runner.keep_timetable(at(MON, NIGHT))
    runner.tick(at(MON, time(7)))

    broken, fine = runs(office)
    assert (broken.job_name, broken.outcome, broken.failures) == (
        "intake",
        "failed",
        {"処理全体": "OSError: disk full"},
    )
    assert broken.ended_at is not None
    assert (fine.job_name, fine.outcome, ran) == ("checks", "done", [("checks", MON)])

    runner.tick(at(TUE, time(7)))
    assert [run.outcome for run in runs(office)] == ["failed", "done", "failed", "done"]


def test_trouble_of_one_part_does_not_stop_the_other_parts(tmp_path: Path) -> None:
    office, did = an_office(tmp_path), list[str]()

    def three_parts(work: Work) -> None:
        for name in ("区民課", "税務課", "福祉課"):
            with work.part(name):
                if name == "税務課":
                    raise ValueError("broken")
                did.append(name)
        work.summary = f"{len(did)}課"

    run = a_runner(office, checks=three_parts).run_by_hand("checks", an_occasion(MON))

    assert did == ["区民課", "福祉課"]
    assert (run.outcome, run.failures, run.summary) == ("failed", {"税務課": "ValueError: broken"}, "2課")


def test_an_unknown_job_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(CommandRefused, match="処理「cheks」はありません。.*checks"):
        runner_of(an_office(tmp_path)).run_by_hand("cheks", an_occasion(MON))


# ---- killed runs


def an_unfinished_run(office: Office, job: str, day: date, moment: time, *, by_hand: bool = False) -> None:
    """The ledger as a process leaves it that was killed right after it had claimed a run."""
    with office.store.transaction() as records:
        records.job_runs.start(job, at(day, moment), day, at(day, moment), by_hand=by_hand)


def test_an_unfinished_run_is_taken_up_again_on_its_own_day(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()
    an_unfinished_run(office, "checks", MON, time(6))

    a_runner(office, checks=noting(ran)).resume(at(TUE, time(3)))

    assert ran == [("checks", MON)]
    (run,) = runs(office)
    assert (run.attempts, run.outcome, run.due_at) == (2, "done", at(MON, time(6)))


@pytest.mark.parametrize(("minutes", "taken_up"), [(59, False), (61, True)])
def test_a_run_by_hand_that_may_still_be_going_on_is_left_alone(tmp_path: Path, minutes: int, taken_up: bool) -> None:
    office, ran = an_office(tmp_path), list[tuple[str, date]]()
    an_unfinished_run(office, "checks", MON, time(6), by_hand=True)

    a_runner(office, checks=noting(ran)).resume(at(MON, time(6)) + timedelta(minutes=minutes))

    assert bool(ran) is taken_up


@pytest.mark.parametrize("job", ["checks", "reminders", "weekly_report", "delivery"])
def test_taking_up_a_run_that_had_done_all_its_work_does_nothing_twice(tmp_path: Path, job: str) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_file())
    given_tasks(office, a_task(deadline=MON))
    runner = runner_of(office)
    runner.keep_timetable(at(MON, NIGHT))
    runner.tick(at(MON, time(9)))
    runner.tick(at(MON, time(9, 1)))
    assert len(letters(office)) == 1
    before = everything_in(office, but=["job_run"])
    with office.store.transaction() as records:  # killed between the last commit of the work and that of the ledger
        records.connection.exec_driver_sql(
            f"UPDATE job_run SET ended_at = NULL, outcome = NULL WHERE job_name = '{job}'"
        )

    runner.resume(at(MON, time(9, 5)))

    assert everything_in(office, but=["job_run"]) == before
    assert all(run.outcome == "done" for run in runs(office))


def test_a_run_killed_half_way_does_only_what_was_left(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, MON, a_department(), a_department("0201", "区民課", "kumin@city.example"))
    given_tasks(office, a_task("T1", deadline=MON), a_task("T2", deadline=MON, department="0201"))
    run_of_today = runner_of(office)
    with pytest.raises(KeyboardInterrupt):
        interrupted_after_the_first_letter(office)
    assert len(letters(office)) == 1

    run_of_today.resume(at(MON, time(8, 40)))

    assert sorted(letter.department_code or "" for letter in letters(office)) == ["0101", "0201"]
    assert [(run.outcome, run.attempts) for run in runs(office)] == [("done", 1)]  # it got on: deaths count anew


def interrupted_after_the_first_letter(office: Office) -> None:
    """The reminder job by its own parts, ended as a signal would end it."""

    def half(work: Work) -> None:
        with office.store.transaction() as records:
            _, write = next(writings(Situation.read(records, office, work.occasion), Post(office, work.occasion)))
            queue_letters(records, [write()], work.occasion)
        raise KeyboardInterrupt

    runner = a_runner(office, reminders=half)
    runner.keep_timetable(at(MON, NIGHT))
    runner.tick(at(MON))


def test_deliveries_that_had_nothing_to_do_do_not_fill_the_ledger(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    runner = a_runner(office, delivery=lambda work: None)
    runner.keep_timetable(at(MON, NIGHT))

    for minute in range(100):
        runner.tick(at(MON, time(2)) + timedelta(minutes=minute))

    assert len(runs(office)) == 60


# ---- the alarm clock


def test_the_scheduler_first_takes_up_what_was_left_and_then_what_is_due(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    set_clock(office.data_dir, "Asia/Tokyo", at(TUE, time(9)))
    office = open_office(tmp_path / "config.toml", office.data_dir)
    ran, both = list[tuple[str, date]](), Barrier(2)
    runner = a_runner(office, checks=noting(ran), reminders=lambda work: (noting(ran)(work), both.wait(10))[0])
    runner.keep_timetable(at(TUE, NIGHT))
    an_unfinished_run(office, "checks", MON, time(6))

    with running(runner):
        both.wait(10)

    assert ran == [("checks", MON), ("checks", TUE), ("reminders", TUE)]
    assert [run.outcome for run in runs(office)] == ["done"] * 3


def test_a_data_directory_has_one_scheduler(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with (
        only_process(office),
        pytest.raises(CommandRefused, match="もう zesei serve が動いています"),
        only_process(office),
    ):
        pass

    with only_process(office):
        pass
