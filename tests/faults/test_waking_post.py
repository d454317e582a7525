"""The post is woken when letters were queued: nobody waits for the minute, not even when it was busy with something else."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path
from threading import Event

from jobs.registry import runner_of
from jobs.runner import Runner, Work
from jobs.scheduler import running
from tests.faults.deliveries import wait_until
from tests.jobs.situations import (
    a_department,
    a_mail_server,
    a_task,
    an_occasion,
    an_office,
    at,
    given,
    given_tasks,
    letters,
    rows,
    smtp_settings,
)  # fmt: skip
from tests.notifications.mail_servers import Act, misbehaving
from tracker.clock import set_clock
from tracker.office import Office, open_office

TUESDAY = date(2023, 7, 11)
MORNING = at(TUESDAY, clock_time(8, 29))
SOON = 20  # seconds; the minute is 60


@contextmanager
def an_office_at_work(folder: Path, config: str) -> Iterator[tuple[Office, Runner]]:
    """Its alarm clocks run; the first tick of the post is over."""
    office = an_office(folder, config)
    given(office, TUESDAY, a_department())
    given_tasks(office, a_task(deadline=TUESDAY))
    runner_of(office).keep_timetable(MORNING - timedelta(minutes=1))
    set_clock(office.data_dir, "Asia/Tokyo", MORNING)
    office = open_office(folder / "config.toml", office.data_dir)
    runner = runner_of(office)
    with running(runner):
        wait_until(lambda: rows(office, "SELECT 1 FROM job_run WHERE job_name = 'delivery'") != [])
        yield office, runner


def test_reminders_that_were_queued_are_delivered_without_waiting_for_the_minute(tmp_path: Path) -> None:
    with a_mail_server() as server, an_office_at_work(tmp_path, smtp_settings(server.port)) as (office, runner):
        wait_until(lambda: rows(office, "SELECT 1 FROM job_run WHERE ended_at IS NULL") == [])
        assert server.taken == []
        began = time.monotonic()

        runner.run_by_hand("reminders", an_occasion(TUESDAY, clock_time(8, 29)))
        wait_until(lambda: server.recipients == ["joho@city.example"])

        assert time.monotonic() - began < SOON
        wait_until(lambda: letters(office)[0].accepted_at is not None)


def test_letters_go_out_while_the_mailbox_of_what_came_back_is_silent(tmp_path: Path) -> None:
    with ExitStack() as silence, a_mail_server() as server:
        mailbox, visits = silence.enter_context(misbehaving({"": Act.SILENCE}, seconds=30))
        bounces = f'[bounces]\nhost = "127.0.0.1"\nport = {mailbox.port}\nuser = "zesei"\ntimeout_seconds = 30\n'
        settings = smtp_settings(server.port) + bounces + "[timetable.bounces]\nevery_minutes = 1\n"
        with an_office_at_work(tmp_path, settings) as (office, runner):
            wait_until(lambda: len(visits) == 1)
            began = time.monotonic()

            runner.run_by_hand("reminders", an_occasion(TUESDAY, clock_time(8, 29)))
            wait_until(lambda: server.recipients == ["joho@city.example"])

            assert time.monotonic() - began < SOON
            assert ("bounces",) in rows(office, "SELECT job_name FROM job_run WHERE ended_at IS NULL")
            silence.close()


def test_a_delivery_that_is_rung_while_it_is_at_work_goes_again_at_once(tmp_path: Path) -> None:
    office, is_begun, may_end, times = an_office(tmp_path), Event(), Event(), list[float]()

    def deliver(work: Work) -> None:
        times.append(time.monotonic())
        is_begun.set()
        assert may_end.wait(30)

    runner = Runner(office, {"delivery": deliver}, runner_of(office).timetable)
    runner.keep_timetable(office.clock.now() - timedelta(minutes=5))
    with running(runner):
        assert is_begun.wait(30)
        ring(office, runner)
        may_end.set()
        wait_until(lambda: len(times) == 2)

    assert times[1] - times[0] < SOON


def ring(office: Office, runner: Runner) -> None:
    with office.store.transaction() as records:
        records.job_runs.bring_forward("delivery", office.clock.now())
    runner.alarm()


def test_stopping_in_the_middle_of_the_mornings_letters_waits_until_all_are_queued(tmp_path: Path) -> None:
    office = an_office(tmp_path, '[letters]\nprint = "never"\n')
    # Nobody has an address: the post has nothing to do, and each portion of letters finds it asleep and rings.
    given(office, TUESDAY, *(a_department(f"{n:04d}", f"試験{n}課", mail="") for n in range(300)))
    given_tasks(office, *(a_task(f"T{n}", deadline=TUESDAY, department=f"{n:04d}") for n in range(300)))
    runner_of(office).keep_timetable(MORNING)
    set_clock(office.data_dir, "Asia/Tokyo", MORNING + timedelta(minutes=2))
    runner = runner_of(open_office(tmp_path / "config.toml", office.data_dir))

    with running(runner):
        wait_until(lambda: rows(office, "SELECT 1 FROM outbox LIMIT 1") != [])
        stopped_at = time.monotonic()

    assert time.monotonic() - stopped_at < SOON
    assert rows(office, "SELECT outcome, summary FROM job_run WHERE job_name = 'reminders'") == [
        ("done", "300通を作成")
    ]
