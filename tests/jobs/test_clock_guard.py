"""A clock that leaps: nothing goes out by it until it is mended or somebody says that it is right; a step back is told."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.clock_guard import ClockGuard
from jobs.registry import runner_of
from jobs.runner import Runner
from tests.jobs.situations import TOKYO, a_letter, an_occasion, an_office, letters, queued
from tracker.actions.clock import confirm_clock
from tracker.clock import OfficeClock
from tracker.clock_watch import WATCH_FILE, read_watch
from tracker.office import Office
from tracker.storage.job_runs import JobRun

NINE = datetime(2024, 3, 18, 0, tzinfo=UTC)  # nine on a Monday in Tokyo
A_MINUTE, A_YEAR = timedelta(minutes=1), timedelta(days=366)


@dataclass(frozen=True)
class SetClock(OfficeClock):
    """A wall clock that somebody sets; `hands` is what it shows."""

    hands: tuple[list[datetime], ...] = ()

    def now(self) -> datetime:
        return self.hands[0][0]


class Machine:
    """A machine whose two clocks are its own, and the scheduler that runs on it."""

    def __init__(self, office: Office) -> None:
        self.shown, self.seconds = [NINE], 0.0
        self.office = replace(office, clock=SetClock(TOKYO, hands=(self.shown,)))
        self.runner = self.started()

    def started(self) -> Runner:
        runner = runner_of(self.office)
        runner.goes_by_clock = ClockGuard(self.office, runner.timetable, lambda: self.seconds).lets_go_on
        runner.keep_timetable(self.shown[0])
        return runner

    def minutes_pass(self, number: int = 1) -> None:
        for _ in range(number):
            self.seconds += 60
            self.shown[0] += A_MINUTE
            self.runner.tick(self.shown[0])

    def is_set(self, by: timedelta) -> None:
        self.shown[0] += by

    def due(self) -> dict[str, datetime]:
        with self.office.store.reading() as records:
            return {job.name: job.next_run_at for job in records.job_runs.jobs()}


def _runs(machine: Machine) -> list[JobRun]:
    with machine.office.store.reading() as records:
        return records.job_runs.newest(1_000)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(an_office(tmp_path))
    machine.minutes_pass(2)
    return machine


def test_a_minute_in_a_wrong_year_sends_nothing_and_moves_no_due_time(machine: Machine) -> None:
    before = machine.due()

    machine.is_set(A_YEAR)
    queued(machine.office, a_letter(queued_at=NINE + A_YEAR))
    machine.minutes_pass()
    assert read_watch(machine.office.data_dir).is_held
    assert letters(machine.office)[0].accepted_at is None
    machine.is_set(-A_YEAR)
    machine.minutes_pass()

    assert {name: due for name, due in machine.due().items() if name != "delivery"} == {
        name: due for name, due in before.items() if name != "delivery"
    }
    assert letters(machine.office)[0].accepted_at == machine.shown[0]
    assert {run.on_day for run in _runs(machine)} == {NINE.date()}
    assert not read_watch(machine.office.data_dir).is_held
    assert machine.due()["delivery"] == machine.shown[0] + A_MINUTE


def test_an_hour_back_silences_nothing_and_is_told(machine: Machine) -> None:
    machine.is_set(timedelta(hours=-1))
    queued(machine.office, a_letter(queued_at=machine.shown[0]))

    machine.minutes_pass(2)

    assert letters(machine.office)[0].accepted_at == machine.shown[0]
    assert read_watch(machine.office.data_dir).back_to == machine.shown[0] - A_MINUTE
    assert machine.due()["checks"] > machine.shown[0] + timedelta(hours=20)  # today's run is not made twice


def test_a_month_off_is_confirmed_once_and_then_everything_missed_is_made_up(machine: Machine) -> None:
    machine.seconds, machine.shown[0] = 5.0, NINE + timedelta(days=30)
    queued(machine.office, a_letter(queued_at=machine.shown[0]))
    machine.runner = machine.started()

    machine.minutes_pass(3)
    assert letters(machine.office)[0].accepted_at is None
    confirm_clock(machine.office, an_occasion(machine.shown[0].date()))
    machine.minutes_pass()

    assert letters(machine.office)[0].accepted_at == machine.shown[0]
    machine.runner = machine.started()
    machine.minutes_pass()
    assert not read_watch(machine.office.data_dir).is_held
    assert machine.due()["checks"] < machine.shown[0] + timedelta(days=1)


def test_in_an_office_whose_days_are_short_the_machines_own_clock_is_what_is_measured(tmp_path: Path) -> None:
    machine = Machine(an_office(tmp_path))
    pace = 20_000.0
    machine.office = replace(machine.office, clock=SetClock(TOKYO, pace=pace, hands=(machine.shown,)))
    guard = ClockGuard(machine.office, machine.runner.timetable, lambda: machine.seconds)
    assert guard.lets_go_on()

    machine.is_set(timedelta(days=20))  # stopped for a minute and a half of the machine
    again = ClockGuard(machine.office, machine.runner.timetable, lambda: machine.seconds)
    assert again.lets_go_on()
    machine.seconds += 0.05  # a busy machine looks at one clock later than at the other
    assert again.lets_go_on()

    assert read_watch(machine.office.data_dir).back_from is None
    machine.is_set(timedelta(days=2) * pace)
    assert not again.lets_go_on()


def test_a_wrong_year_that_was_confirmed_is_put_right_with_the_clock(machine: Machine) -> None:
    machine.is_set(A_YEAR)
    machine.minutes_pass()
    confirm_clock(machine.office, an_occasion(machine.shown[0].date()))
    queued(machine.office, a_letter(queued_at=machine.shown[0]))
    with machine.office.store.transaction() as records:
        records.outbox.claim(machine.shown[0], timedelta(minutes=10), 10)  # its process dies
    machine.minutes_pass()
    assert min(machine.due().values()) > NINE + timedelta(days=365)

    machine.is_set(-A_YEAR)
    machine.minutes_pass(2)

    assert max(machine.due().values()) < machine.shown[0] + timedelta(days=8)
    assert letters(machine.office)[0].accepted_at == machine.shown[0]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"beat_at": 1}', '{"beat_at": "yesterday"}'])
def test_a_note_of_the_clock_that_cannot_be_read_stops_nothing(machine: Machine, content: str) -> None:
    (machine.office.data_dir / WATCH_FILE).write_text(content, encoding="utf-8")
    queued(machine.office, a_letter(queued_at=machine.shown[0]))

    machine.minutes_pass()

    assert letters(machine.office)[0].accepted_at == machine.shown[0]


def test_a_beat_that_cannot_be_written_stops_nothing_and_a_leap_is_held_all_the_same(machine: Machine) -> None:
    watch = machine.office.data_dir / WATCH_FILE
    watch.unlink()
    watch.mkdir()  # as little can be written there as on a full disk
    queued(machine.office, a_letter(queued_at=machine.shown[0]))

    machine.minutes_pass()
    assert letters(machine.office)[0].accepted_at == machine.shown[0]

    before = len(_runs(machine))
    machine.is_set(A_YEAR)
    machine.minutes_pass(3)

    assert len(_runs(machine)) == before
    machine.is_set(-A_YEAR)
    machine.minutes_pass()
    assert len(_runs(machine)) > before
