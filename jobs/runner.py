"""Running jobs: claim a run, run it, write down how it ended; the one place where everything is caught."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jobs.timetable import ASKED, ASKED_CHECKS, ASKED_REPORTS, Timetable
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Occasion
from tracker.office import Office
from tracker.storage.job_runs import JobRun, ScheduledJob

log = logging.getLogger("zesei.jobs")
BY_SCHEDULE = "定時処理"
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

    @contextmanager
    def attempt(self) -> Iterator["Attempt"]:
        """Work that is tried whole first; when it does not succeed, nothing is recorded: it is done in parts then."""
        attempt = Attempt()
        try:
            yield attempt
            attempt.succeeded = True
        except Exception:
            log.info("%s: not all at once", self.run.job_name, exc_info=True)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """One department's or check's share of the work: its trouble is recorded under its name, and stays its own."""
        try:
            yield
        except Exception as failure:
            log.exception("%s: %s", self.run.job_name, name)
            self.failures[name] = f"{type(failure).__name__}: {failure}"


Job = Callable[[Work], None]


class Runner:
    """Runs the jobs of one office."""

    def __init__(self, office: Office, jobs: Mapping[str, Job], timetable: Timetable) -> None:
        self.office, self.jobs, self.timetable = office, jobs, timetable
        self.alarm: Callable[[], None] = lambda: None  # rings the scheduler when there is one

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
        """Run again what a killed process left unfinished; nothing that was already done is done twice."""
        wanted = self.jobs if names is None else names
        with self.office.store.reading() as records:
            unfinished = [run for run in records.job_runs.unfinished() if run.job_name in wanted]
        for run in unfinished:
            if run.by_hand and now - run.started_at < ABANDONED_AFTER:
                continue
            with self.office.store.transaction() as records:
                again = records.job_runs.take_over(run, now)
            self._run(again, now)

    def tick(self, now: datetime, names: Collection[str] | None = None) -> None:
        """Claim and run everything that is due (of these names, when given); of several missed runs of one job, one.

        Then the checks and reports that somebody asked for, when there are any.
        """
        wanted = self.jobs if names is None else names
        with self.office.store.reading() as records:
            due = [job for job in records.job_runs.jobs() if job.next_run_at <= now and job.name in wanted]
        for job in sorted(due, key=lambda job: (job.next_run_at, self.timetable.order(job.name))):
            if run := self._claim(job, now):
                self._run(run, now)
        for name in self._asked():
            if name in wanted and name in self.jobs:
                with self.office.store.transaction() as records:
                    asked = records.job_runs.start(name, now, self.office.clock.day_of(now), now)
                self._run(asked, now)

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
        """Make the delivery due at once, in whatever process it runs."""
        now = self.office.clock.now()
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

    def _claim(self, job: ScheduledJob, now: datetime) -> JobRun | None:
        with self.office.store.transaction() as records:
            following = self.timetable.next_due(job.name, now)
            return records.job_runs.claim(job, following, self.office.clock.day_of(now), now)

    def _run(self, run: JobRun, now: datetime, ended_at: datetime | None = None) -> JobRun:
        by = "コマンド" if run.by_hand else BY_SCHEDULE
        work = Work(self.office, Occasion(by, now, run.on_day), run, wake_delivery=self._wake_delivery)
        with work.part("処理全体"):
            self.jobs[run.job_name](work)
        outcome = "failed" if work.failures else "done"
        with self.office.store.transaction() as records:
            records.job_runs.end(
                run, ended_at or max(self.office.clock.now(), now), outcome, work.summary, work.failures
            )
            records.job_runs.prune_quiet(run.job_name, QUIET_RUNS_KEPT)
            return records.job_runs.find(run.id)
