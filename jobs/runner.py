"""Running jobs: claim a run, run it, write down how it ended, and try again on the same day what failed."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from jobs.timetable import ASKED, ASKED_CHECKS, ASKED_REPORTS, Timetable
from jobs.words.failures import failure_in_words
from tracker.domain.errors import CommandRefused, InputRefused
from tracker.domain.events import Occasion
from tracker.domain.pick_ups import MOST_PICK_UPS, killed
from tracker.office import Office
from tracker.seams import MEANT, caught
from tracker.storage.job_runs import JobRun, ScheduledJob
from tracker.storage.store import Records

log = logging.getLogger("zesei.jobs")
BY_SCHEDULE = "定時処理"
WHOLE = "処理全体"
QUIET_RUNS_KEPT = 60
ABANDONED_AFTER = timedelta(hours=1)  # a run by hand whose process is surely gone


@dataclass
class Attempt:
    """Whether something that was tried whole went through."""

    succeeded: bool = False


@dataclass
class Work:
    """What a job works with; it fills in what it did, and whose trouble it met."""

    office: Office
    occasion: Occasion
    run: JobRun
    summary: str = ""
    failures: dict[str, str] = field(default_factory=dict)
    wake_delivery: Callable[[], None] = lambda: None  # letters were queued: there is no need to wait for the minute
    again: Collection[str] | None = None  # the parts that failed before, when the run is tried again

    @contextmanager
    def attempt(self) -> Iterator["Attempt"]:
        """Work that is tried whole first; when it does not succeed, nothing is recorded: it is done in parts then."""
        attempt = Attempt()
        with caught(lambda _: log.info("%s: not all at once", self.run.job_name, exc_info=True)):
            yield attempt
            attempt.succeeded = True

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """One department's or check's share of the work: its trouble is recorded under its name, and stays its own."""

        def note(failure: BaseException) -> None:
            log.error("%s: %s", self.run.job_name, name, exc_info=failure)
            self.failures[name] = failure_in_words(failure)

        with caught(note):
            yield

    @contextmanager
    def at_risk(self, key: str) -> Iterator[None]:
        """What the program may die of, such as somebody's file: InputRefused when it did so twice, on whatever day.

        Counted before it begins; whoever is killed counts no more.
        """
        with self.office.store.transaction() as records:
            may_begin = records.pick_ups.begin(key, self.occasion.at)
        if not may_begin:
            raise InputRefused(killed())
        try:
            yield
        except MEANT:
            raise
        except BaseException:
            self._survived(key)
            raise
        self._survived(key)

    def _survived(self, key: str) -> None:
        with self.office.store.transaction() as records:
            records.pick_ups.end(key)

    def got_on(self, records: Records) -> None:
        """Called in the transaction that does some of the work for good: no later death is its second one there."""
        if self.run.attempts > 1:
            records.job_runs.got_on(self.run.id)

    def is_left(self, name: str) -> bool:
        """Whether a part is to be done: every one at first, then those that failed. What a ledger knows need not ask."""
        return self.again is None or name in self.again or WHOLE in self.again


Job = Callable[[Work], None]


@dataclass(frozen=True)
class Ending:
    """How a run ended, and when it is tried again if it is."""

    at: datetime
    summary: str
    failures: Mapping[str, str]
    retry_at: datetime | None = None

    def write(self, records: Records, run: JobRun) -> None:
        """Enter it into the ledger."""
        outcome = "failed" if self.failures else "done"
        records.job_runs.end(run, self.at, outcome, self.summary, self.failures, self.retry_at)
        records.job_runs.prune_quiet(run.job_name, QUIET_RUNS_KEPT)


class Runner:
    """Runs the jobs of one office, several at once when several threads ask for different ones."""

    def __init__(self, office: Office, jobs: Mapping[str, Job], timetable: Timetable) -> None:
        self.office, self.jobs, self.timetable = office, jobs, timetable
        self.goes_by_clock: Callable[[], bool] = lambda: True  # asked before each look: a clock that leapt holds all
        self.alarm: Callable[[], None] = lambda: None  # rings the scheduler when there is one
        self.may_claim: Callable[[Records], bool] = lambda _: True  # asked in the transaction that claims a run
        self._lock = Lock()
        self._at_work = set[int]()
        self._unwritten = dict[int, tuple[JobRun, Ending]]()  # ends that the database did not take

    def keep_timetable(self, now: datetime) -> None:
        """Enter jobs that are new or whose times changed; what is already due stays due."""
        with self.office.store.reading() as records:
            known = {job.name: job for job in records.job_runs.jobs()}
        missed = {name: job.next_run_at for name, job in known.items() if job.next_run_at <= now}
        words = {name: self.timetable.words(name) for name in self.jobs if name not in ASKED}
        changed = [name for name in words if name not in known or known[name].timetable != words[name]]
        if changed:
            with self.office.store.transaction() as records:
                for name in changed:
                    due = missed.get(name) or self.timetable.next_due(name, now)
                    records.job_runs.schedule(name, words[name], due)

    def resume(self, now: datetime, names: Collection[str] | None = None) -> None:
        """Run again what a killed process left unfinished; nothing that was already done is done twice.

        A run that was at work in two deaths and did nothing between them is closed as failed: it may be what the
        program died of.
        """
        wanted = self.jobs if names is None else names
        with self.office.store.reading() as records:
            unfinished = [run for run in records.job_runs.unfinished() if run.job_name in wanted]
        for run in unfinished:
            if run.id not in self._at_work and run.id not in self._unwritten:
                with self._own_trouble(run.job_name):
                    self._resume(run, now)

    def wanting(self, now: datetime) -> set[str]:
        """The names of jobs that have something to do: due, to be tried again, asked for, or with an end to be written."""
        with self.office.store.reading() as records:
            due = {job.name for job in records.job_runs.jobs() if job.next_run_at <= now}
            again = {run.job_name for run in records.job_runs.to_be_tried_again(now)}
        with self._lock:
            unwritten = {run.job_name for run, _ in self._unwritten.values()}
        return (due | again | unwritten | set(self._asked())) & self.jobs.keys()

    def tick(self, now: datetime, names: Collection[str] | None = None) -> None:
        """Claim and run everything that is due (of these names, when given); of several missed runs of one job, one.

        Then what failed earlier this day, and the checks and reports that somebody asked for. One's trouble stops no other.
        """
        if not self.goes_by_clock():
            return
        wanted = self.jobs if names is None else names
        self._write_ends(wanted)
        with self.office.store.reading() as records:
            due = [job for job in records.job_runs.jobs() if job.next_run_at <= now and job.name in wanted]
            failed = [run for run in records.job_runs.to_be_tried_again(now) if run.job_name in wanted]
        for job in sorted(due, key=lambda job: (job.next_run_at, self.timetable.order(job.name))):
            with self._own_trouble(job.name):
                if run := self._claim(job, now):
                    self._run(run, now)
        for run in failed:
            with self._own_trouble(run.job_name):
                self._try_again(run, now)
        for name in self._asked():
            if name in wanted and name in self.jobs:
                with self._own_trouble(name):
                    self._run_asked(name, now)

    def run_by_hand(self, name: str, occasion: Occasion) -> JobRun:
        """Run one job now, whatever the timetable says; CommandRefused for an unknown name."""
        if name not in self.jobs:
            raise CommandRefused(f"処理「{name}」はありません。次のどれかを指定してください: {'、'.join(self.jobs)}")
        with self.office.store.transaction() as records:
            run = records.job_runs.start(name, occasion.at, occasion.on_day, occasion.at, by_hand=True)
        return self._run(run, occasion.at)

    def run_at(self, name: str, due_at: datetime) -> JobRun:
        """Run one job as of a past instant, entered in the ledger as the scheduled run of that instant."""
        with self.office.store.transaction() as records:
            run = records.job_runs.start(name, due_at, self.office.clock.day_of(due_at), due_at)
        return self._run(run, due_at, ended_at=due_at)

    def _wake_delivery(self) -> None:
        """Make the delivery due at once, in whatever process it runs; when that cannot be written, it comes at the minute."""
        now = self.office.clock.now()
        with self._own_trouble("delivery"):
            with self.office.store.transaction() as records:
                records.job_runs.bring_forward("delivery", now)
            self.alarm()

    def _asked(self) -> list[str]:
        """The jobs that somebody waits for."""
        with self.office.store.reading() as records:
            waiting = {
                ASKED_CHECKS: records.run_requests.are_waiting(), ASKED_REPORTS: records.report_requests.are_waiting(),
            }  # fmt: skip
        return [name for name in ASKED if waiting[name]]

    def _run_asked(self, name: str, now: datetime) -> None:
        with self.office.store.transaction() as records:
            if not self.may_claim(records):
                return
            asked = records.job_runs.start(name, now, self.office.clock.day_of(now), now)
        self._run(asked, now)

    def _claim(self, job: ScheduledJob, now: datetime) -> JobRun | None:
        with self.office.store.transaction() as records:
            if not self.may_claim(records):
                return None
            following = self.timetable.next_due(job.name, now)
            return records.job_runs.claim(job, following, self.office.clock.day_of(now), now)

    def _resume(self, run: JobRun, now: datetime) -> None:
        if run.by_hand and now - run.started_at < ABANDONED_AFTER:
            return
        with self.office.store.transaction() as records:
            if not self.may_claim(records):
                return
            if run.attempts >= MOST_PICK_UPS:
                log.error("%s: died with the program %s times", run.job_name, run.attempts)
                Ending(now, "", {WHOLE: killed()}).write(records, run)
                return
            again = records.job_runs.take_over(run, now)
        self._run(again, now)

    def _try_again(self, run: JobRun, now: datetime) -> None:
        """The failed parts of a run, on the day it was for; the day after has runs of its own."""
        with self.office.store.transaction() as records:
            if not self.may_claim(records):
                return
            if self.office.clock.day_of(now) != run.on_day:
                records.job_runs.try_no_more(run)
                return
            again = records.job_runs.try_again(run, now)
        if again is not None:
            self._run(again, now)

    def _run(self, run: JobRun, now: datetime, ended_at: datetime | None = None) -> JobRun:
        by = "コマンド" if run.by_hand else BY_SCHEDULE
        again = frozenset(run.failures) if run.tries > 1 else None
        work = Work(
            self.office, Occasion(by, now, run.on_day), run, wake_delivery=self._wake_delivery, again=again
        )  # fmt: skip
        began = self.office.clock.now()
        self._at_work.add(run.id)
        try:
            with work.part(WHOLE):
                self.jobs[run.job_name](work)
            took = self.office.clock.now() - began
            retry_at = None if ended_at or run.by_hand else self._next_try(run, now + took, work.failures)
            at = ended_at or max(self.office.clock.now(), now)
            return self._end(run, Ending(at, work.summary, work.failures, retry_at))
        finally:
            self._at_work.discard(run.id)

    def _next_try(self, run: JobRun, now: datetime, failures: Mapping[str, str]) -> datetime | None:
        """When a run that failed is tried again; None when it is not, or not on its day any more."""
        wait = self.timetable.wait_after(run.job_name, run.tries)
        if not failures or wait is None or self.office.clock.day_of(now + wait) != run.on_day:
            return None
        return now + wait

    def _end(self, run: JobRun, ending: Ending) -> JobRun:
        """Write down how a run ended; what the database does not take now, it is given again at the next tick."""
        if run.by_hand:
            return self._written(run, ending)

        def keep(trouble: BaseException) -> None:
            log.error("%s: its end could not be written", run.job_name, exc_info=trouble)
            with self._lock:
                self._unwritten[run.id] = run, ending

        with caught(keep):
            return self._written(run, ending)
        return run

    def _written(self, run: JobRun, ending: Ending) -> JobRun:
        with self.office.store.transaction() as records:
            ending.write(records, run)
            return records.job_runs.find(run.id)

    def _write_ends(self, names: Collection[str]) -> None:
        with self._lock:
            waiting = [pair for pair in self._unwritten.values() if pair[0].job_name in names]
        for run, ending in waiting:
            with self._own_trouble(run.job_name):
                self._written(run, ending)
                with self._lock:
                    self._unwritten.pop(run.id, None)

    @contextmanager
    def _own_trouble(self, name: str) -> Iterator[None]:
        """What a job meets outside of its run, such as a database that takes nothing: it stops no other job."""
        with caught(lambda trouble: log.error("%s: put off", name, exc_info=trouble)):
            yield
