"""Whether jobs may go by the clock: a leap ahead holds them back until it is confirmed or mended; a step back is told."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from jobs.timetable import NAMES, Timetable
from tracker.clock_watch import ClockWatch, read_watch, write_watch
from tracker.office import Office
from tracker.seams import caught

log = logging.getLogger("zesei.jobs")
LEAP = timedelta(days=1)
STEP_BACK = timedelta(minutes=10)
OFTEN = timedelta(seconds=30)


class ClockGuard:
    """Compares the wall clock with the monotonic one, and at the start with the last beat that was written down."""

    def __init__(self, office: Office, timetable: Timetable, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._office, self._timetable, self._monotonic = office, timetable, monotonic
        self._believed: datetime | None = None  # what the clock showed at `_seconds` of the monotonic one
        self._seconds = monotonic()
        self._was_held, self._lock = False, Lock()

    def lets_go_on(self) -> bool:
        """Whether jobs may run now; asked at each beat, by which a clock that was put right is noticed."""
        with self._lock:
            return self._looked(self._office.clock.now(), read_watch(self._office.data_dir))

    def _looked(self, now: datetime, watch: ClockWatch) -> bool:
        released = self._was_held and not watch.is_held
        expected = now if released else self._expected(now, watch)
        pace = max(1.0, self._office.clock.pace)  # measured is the machine's clock, also where days are short
        if now - expected > LEAP * pace:
            self._hold(watch, expected, now)
            return False
        went_back = now < expected - STEP_BACK * pace
        if went_back:
            log.error("the clock went back, from %s to %s", expected, now)
            watch = replace(watch, back_from=expected, back_to=now)
        if went_back or released or watch.is_held or self._believed is None:
            self._put_right(now)
        self._believed, self._seconds, self._was_held = now, self._monotonic(), False
        self._note(watch, now, is_news=went_back or watch.is_held)
        return True

    def _note(self, watch: ClockWatch, now: datetime, *, is_news: bool) -> None:
        """Write the beat down, but not for each of the jobs that ask in one minute."""
        if is_news or watch.beat_at is None or not timedelta() <= now - watch.beat_at < OFTEN:
            self._is_written(replace(watch, beat_at=now, leapt_from=None, leapt_to=None))

    def _is_written(self, watch: ClockWatch) -> bool:
        """Write it down if it can be: on a full disk the clock is watched all the same, and jobs go on."""
        with caught(lambda trouble: log.error("the clock's beat was not written down", exc_info=trouble)):
            write_watch(self._office.data_dir, watch)
            return True
        return False

    def _expected(self, now: datetime, watch: ClockWatch) -> datetime:
        """What the clock should show; at the first look, what it showed when a beat was last written down."""
        if self._believed is None:
            return watch.leapt_from or watch.beat_at or now
        return self._believed + timedelta(seconds=(self._monotonic() - self._seconds) * self._office.clock.pace)

    def _hold(self, watch: ClockWatch, expected: datetime, now: datetime) -> None:
        if self._believed is None:
            self._believed, self._seconds = expected, self._monotonic()
        if not watch.is_held:
            log.error("the clock leapt from %s to %s: letters and jobs wait until somebody confirms it", expected, now)
        # What is not written down is confirmed by nobody: it must not look as if it had been.
        self._was_held = self._is_written(replace(watch, leapt_from=watch.leapt_from or expected, leapt_to=now))

    def _put_right(self, now: datetime) -> None:
        """Due times and retries that were computed while the clock was ahead; the run after next is no sign of that."""
        mail = self._office.settings.mail
        longest = timedelta(minutes=max(mail.back_off_minutes) + 2 * mail.lease_minutes)
        with self._office.store.transaction() as records:
            for job in records.job_runs.jobs():
                if job.name in NAMES:
                    following = self._timetable.next_due(job.name, now)
                    if job.next_run_at > self._timetable.next_due(job.name, following):
                        records.job_runs.schedule(job.name, job.timetable, following)
            records.outbox.bring_back(now, now + longest)
