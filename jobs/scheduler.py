"""The alarm clock: it wakes the runner at the start and every minute; due times live in our tables."""

import logging
import os
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread

from jobs.clock_guard import ClockGuard
from jobs.lanes import Lane
from jobs.lease import Lease
from jobs.outgoing_ping import ping
from jobs.runner import Runner
from jobs.timetable import AFTER
from tracker.domain.errors import CommandRefused
from tracker.office import Office
from tracker.seams import caught

log = logging.getLogger("zesei.jobs")
LOCK_FILE = "serve.lock"
SECONDS_A_TICK = 60.0
PING_DEADLINE = timedelta(minutes=1)
SHORTEST_TICK = 0.2  # for an office whose clock runs fast


@contextmanager
def only_process(office: Office) -> Iterator[Lease]:
    """Be the only scheduler of an office, of its data directory and of its database, for the length of a `with`.

    The system lets go of the file when the process dies, and of the row whoever finds its process dead.
    """
    lease = Lease(office)
    with _only_one_of(office.data_dir):
        lease.take()
        with lease.beating():
            yield lease


@contextmanager
def _only_one_of(data_dir: Path) -> Iterator[None]:
    with (data_dir / LOCK_FILE).open("a+b") as file:
        if not _lock(file.fileno()):
            raise CommandRefused(
                f"「{data_dir}」では、もう zesei serve が動いています。先にそちらを止めるか、別の --data-dir を指定してください。"
            )
        yield


@contextmanager
def running(runner: Runner, lease: Lease | None = None) -> Iterator[None]:
    """Run jobs in the background for the length of a `with`: first what was left unfinished, then what is due.

    Each job has a thread of its own, so that a mail server or an address that falls silent holds up no other.
    """
    if lease is not None:
        runner.may_claim = lease.holds
    clock = runner.office.clock
    runner.goes_by_clock = ClockGuard(runner.office, runner.timetable).lets_go_on
    runner.keep_timetable(clock.now())
    alarm = _Alarm(runner, lease, max(SHORTEST_TICK, SECONDS_A_TICK / clock.pace))
    runner.alarm = partial(alarm.ring, {"delivery"})
    alarm.start()
    try:
        yield
    finally:
        alarm.stop(runner.office.settings.timetable.grace_seconds)


class _Alarm:
    """Looks what is due, by the machine's monotonic clock, and lets each job begin in its lane."""

    def __init__(self, runner: Runner, lease: Lease | None, seconds: float) -> None:
        self._runner, self._lease, self._seconds = runner, lease, seconds
        self._lanes = {
            name: Lane(name, runner.timetable.deadline_of(name), partial(self._work, name), partial(self._ended, name))
            for name in runner.jobs
        }
        self._bell, self._lock, self._is_over = Event(), Lock(), False
        self._ping = Lane("ping", PING_DEADLINE, lambda _: self._pinged(), lambda: None)
        self._thread = Thread(target=self._tick_on, name="alarm clock", daemon=True)
        self._rung = set[str]()  # jobs that need not wait for the minute

    def start(self) -> None:
        """Tick at once, and from then on."""
        self._thread.start()

    def ring(self, names: Collection[str]) -> None:
        """Let some jobs look now, not in a minute: at once, or as soon as their run that is at work has ended."""
        with self._lock:
            self._rung |= set(names)
        self._bell.set()

    def stop(self, grace: float) -> None:
        """No more ticks. What is at work is waited for, but not for ever: it is taken up again at the next start."""
        self._is_over = True
        self._bell.set()
        last = time.monotonic() + grace
        self._thread.join(grace)  # it may be about to let a job begin
        while (left := [name for name, lane in self._lanes.items() if lane.is_at_work]) and time.monotonic() < last:
            time.sleep(0.02)
        if left:
            log.warning("left at work, and taken up again at the next start: %s", ", ".join(left))

    def _tick_on(self) -> None:
        next_tick = time.monotonic()
        while not self._is_over:
            self._bell.clear()
            is_tick = time.monotonic() >= next_tick
            if is_tick:
                next_tick = time.monotonic() + self._seconds
            with caught(lambda trouble: log.error("a tick did not look", exc_info=trouble)):
                self._look(self._lanes.keys() if is_tick else self._rung_for())
                if is_tick:
                    self._noticed()
            self._bell.wait(max(0.0, next_tick - time.monotonic()))

    def _noticed(self) -> None:
        """Say that there was a tick: in the database, and to a watchdog when there is one."""
        if self._lease is not None:
            self._lease.note_tick()
        if self._runner.office.settings.health.ping and not self._ping.is_at_work:
            self._ping.begin()

    def _pinged(self) -> None:
        with caught(lambda trouble: log.warning("the watchdog was not reached: %s", type(trouble).__name__)):
            ping(self._runner.office)

    def _rung_for(self) -> set[str]:
        """Those that were rung and can begin; the others are rung again by the end of what they wait for."""
        with self._lock:
            now = {name for name in self._rung if not self._lanes[name].is_at_work}
            self._rung -= now
        return now

    def _look(self, names: Collection[str]) -> None:
        if self._lease is not None:
            if not self._lease.is_held:
                return
            if self._lease.was_lost:
                self._lease.was_lost = False
                for lane in self._lanes.values():
                    lane.is_first = True
        self._tell_stuck()
        if not self._runner.goes_by_clock():
            return
        wanted = self._runner.wanting(self._runner.office.clock.now())
        wanted |= {name for name, lane in self._lanes.items() if lane.is_first}
        for name in self._lanes:
            lane = self._lanes[name]
            if self._is_over:
                return
            if name in names and name in wanted and not lane.is_at_work and not self._is_held_up(lane, wanted):
                lane.begin()

    def _is_held_up(self, lane: Lane, wanted: Collection[str]) -> bool:
        """Whether one that goes first has not ended yet."""
        first = [self._lanes[name] for name in AFTER.get(lane.name, ()) if name in self._lanes]
        return any(lane.may_wait_for(one) for one in first if one.is_at_work or one.name in wanted)

    def _tell_stuck(self) -> None:
        for lane in self._lanes.values():
            if lane.is_stuck and not lane.is_told:
                lane.is_told = True
                log.error("%s: at work for longer than its deadline; nobody waits for it", lane.name)

    def _work(self, name: str, is_first: bool) -> None:
        now = self._runner.office.clock.now
        with caught(lambda trouble: log.error("%s: put off", name, exc_info=trouble)):
            if is_first:
                self._runner.resume(now(), [name])
            self._runner.tick(now(), [name])

    def _ended(self, name: str) -> None:
        """Those that go after it may go now; and it goes again when it was rung meanwhile."""
        after = {other for other, first in AFTER.items() if name in first and other in self._lanes}
        self.ring(after)


def _lock(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
