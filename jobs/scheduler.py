"""The alarm clock: APScheduler wakes the runner at the start and every minute; due times live in our tables."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from jobs.runner import Runner
from jobs.timetable import POST
from tracker.clock import machine_clock
from tracker.domain.errors import CommandRefused

LOCK_FILE = "serve.lock"
SECONDS_A_TICK = 60.0
SHORTEST_TICK = 0.2  # for an office whose clock runs fast


@contextmanager
def only_process(data_dir: Path) -> Iterator[None]:
    """Hold the data directory's lock: one scheduler a directory. The system lets go of it when the process dies."""
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
    at_once = machine_clock(str(clock.zone)).now()
    desk = [name for name in runner.jobs if name not in POST]
    for name, own in (("desk", desk), ("post", POST)):
        scheduler.add_job(
            _ticking(runner, own), "interval", seconds=seconds, id=name, next_run_time=at_once, coalesce=True,
            max_instances=1, misfire_grace_time=None,
        )  # fmt: skip

    def ring() -> None:
        scheduler.modify_job("post", next_run_time=machine_clock(str(clock.zone)).now())

    runner.alarm = ring
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=True)


def _ticking(runner: Runner, names: Collection[str]) -> Callable[[], None]:
    """A tick for some jobs; the first one takes up again what a killed process left unfinished."""
    clock = runner.office.clock
    is_first = True

    def tick() -> None:
        nonlocal is_first
        if is_first:
            runner.resume(clock.now(), names)
            is_first = False
        runner.tick(clock.now(), names)

    return tick


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
