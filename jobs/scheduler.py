"""The alarm clock: APScheduler wakes the runner at the start and every minute; due times live in our tables."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from jobs.runner import Runner
from jobs.timetable import POST
from tracker.clock import machine_clock
from tracker.domain.errors import CommandRefused
from tracker.office import Office

LOCK_FILE = "serve.lock"
SECONDS_A_TICK = 60.0
SHORTEST_TICK = 0.2  # for an office whose clock runs fast


@contextmanager
def only_process(office: Office) -> Iterator[None]:
    """Be the only scheduler of an office, of its data directory and of its database, for the length of a `with`.

    The system and the database let go of their locks when the process dies.
    """
    with _only_one_of(office.data_dir), office.store.only_scheduler():
        yield


@contextmanager
def _only_one_of(data_dir: Path) -> Iterator[None]:
    with (data_dir / LOCK_FILE).open("a+b") as file:
        if not _lock(file.fileno()):
            raise CommandRefused(
                f"「{data_dir}」では、もう zesei serve が動いています。先にそちらを止めるか、別の --data-dir を指定してください。"
            )
        yield


@contextmanager
def running(runner: Runner) -> Iterator[None]:
    """Run jobs in the background for the length of a `with`: first what was left unfinished, then what is due.

    Two alarms: one for the jobs that look and write, one for those that talk to other machines, so that a mail
    server which falls silent holds up no check and no reminder.
    """
    clock = runner.office.clock
    runner.keep_timetable(clock.now())
    scheduler = BackgroundScheduler(timezone=clock.zone)
    seconds = max(SHORTEST_TICK, SECONDS_A_TICK / clock.pace)
    machine = machine_clock(str(clock.zone))
    desk = _Alarm(runner, [name for name in runner.jobs if name not in POST])
    post = _Alarm(runner, POST, lambda: scheduler.modify_job("post", next_run_time=machine.now()))
    for name, alarm in (("desk", desk), ("post", post)):
        scheduler.add_job(
            alarm.tick, "interval", seconds=seconds, id=name, next_run_time=machine.now(), coalesce=True,
            max_instances=1, misfire_grace_time=None,
        )  # fmt: skip
    runner.alarm = post.ring
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)  # while it waits it holds a lock that a ring needs
        for alarm in (desk, post):
            alarm.stop()


class _Alarm:
    """Ticks for some jobs; the first tick takes up again what a killed process left unfinished."""

    def __init__(self, runner: Runner, names: Collection[str], wake: Callable[[], object] = lambda: None) -> None:
        self._runner, self._names, self._wake = runner, names, wake
        self._is_first, self._is_over = True, False
        self._at_work, self._rung = Lock(), Event()

    def tick(self) -> None:
        """Run what is due, and again what became due by a ring meanwhile."""
        clock = self._runner.office.clock
        self._rung.set()
        while self._rung.is_set() and not self._is_over:
            with self._at_work:
                self._rung.clear()
                if self._is_first:
                    self._runner.resume(clock.now(), self._names)
                    self._is_first = False
                self._runner.tick(clock.now(), self._names)

    def ring(self) -> None:
        """Tick now, not in a minute: at once, or as soon as the tick that is at work is done."""
        self._rung.set()
        if not self._at_work.locked():
            with suppress(JobLookupError):  # the scheduler has been shut down
                self._wake()

    def stop(self) -> None:
        """No more ticks; the one that is at work is waited for."""
        self._is_over = True
        with self._at_work:
            pass


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
