"""The run ledger: when each job is due, who claimed which run, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tracker.storage.tables.runs import JobRow, JobRunRow

_JOB, _RUN = JobRow.__table__, JobRunRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ScheduledJob:
    """A job and when it is due next."""

    name: str
    timetable: str
    next_run_at: datetime


@dataclass(frozen=True)
class JobRun:
    """One run of a job."""

    id: int
    job_name: str
    due_at: datetime
    on_day: date
    started_at: datetime
    ended_at: datetime | None
    attempts: int
    by_hand: bool
    outcome: str | None
    summary: str
    failures: Mapping[str, str] = field(default_factory=dict)
    tries: int = 1  # a failed run is tried again on its day
    retry_at: datetime | None = None


@dataclass(frozen=True)
class JobRuns:
    """The ledger, within one transaction."""

    connection: Connection

    def jobs(self) -> list[ScheduledJob]:
        """Every scheduled job."""
        rows = self.connection.execute(select(_JOB).order_by(_JOB.c.next_run_at, _JOB.c.name)).mappings()
        return [ScheduledJob(**row) for row in rows]

    def schedule(self, name: str, timetable: str, next_run_at: datetime) -> None:
        """Enter a job, or give it another due time because its timetable changed."""
        values = {"timetable": timetable, "next_run_at": next_run_at}
        if not self.connection.execute(update(_JOB).where(_JOB.c.name == name).values(**values)).rowcount:
            self.connection.execute(insert(_JOB).values(name=name, **values))

    def bring_forward(self, name: str, now: datetime) -> None:
        """Make a job due now that was due later."""
        later = (_JOB.c.name == name, _JOB.c.next_run_at > now)
        self.connection.execute(update(_JOB).where(*later).values(next_run_at=now))

    def claim(self, job: ScheduledJob, next_run_at: datetime, on_day: date, now: datetime) -> JobRun | None:
        """Claim the run that is due: one conditional update; None when another process had it."""
        moved = (
            update(_JOB).where(_JOB.c.name == job.name, _JOB.c.next_run_at == job.next_run_at)
            .values(next_run_at=next_run_at)
        )  # fmt: skip
        if self.connection.execute(moved).rowcount != 1:
            return None
        return self.start(job.name, job.next_run_at, on_day, now)

    def start(self, name: str, due_at: datetime, on_day: date, now: datetime, *, by_hand: bool = False) -> JobRun:
        """Write down that a run began."""
        facts = {"job_name": name, "due_at": due_at, "on_day": on_day, "started_at": now, "by_hand": by_hand}
        entered = self.connection.execute(insert(_RUN).values(attempts=1, summary="", failures={}, **facts))
        return self.find((entered.inserted_primary_key or (0,))[0])

    def unfinished(self) -> list[JobRun]:
        """Runs that began and never ended: their process died."""
        return self._select(_RUN.c.ended_at.is_(None))

    def take_over(self, run: JobRun, now: datetime) -> JobRun:
        """Begin an unfinished run again."""
        again = update(_RUN).where(_RUN.c.id == run.id).values(attempts=_RUN.c.attempts + 1, started_at=now)
        self.connection.execute(again)
        return self.find(run.id)

    def got_on(self, number: int) -> None:
        """Something of a run is done for good: a death after this is the first one at what comes next."""
        self.connection.execute(update(_RUN).where(_RUN.c.id == number, _RUN.c.attempts > 1).values(attempts=1))

    def put_down(self) -> None:
        """The last process was ended in order: what was at work then did not kill it."""
        at_work = (_RUN.c.ended_at.is_(None), _RUN.c.attempts > 0)
        self.connection.execute(update(_RUN).where(*at_work).values(attempts=_RUN.c.attempts - 1))

    def to_be_tried_again(self, now: datetime) -> list[JobRun]:
        """Failed runs whose next try has come."""
        return self._select(_RUN.c.retry_at <= now)

    def try_again(self, run: JobRun, now: datetime) -> JobRun | None:
        """Begin a failed run once more; None when another process did. Its `failures` say of which parts."""
        values = {"tries": run.tries + 1, "started_at": now, "ended_at": None, "outcome": None, "retry_at": None}
        again = update(_RUN).where(_RUN.c.id == run.id, _RUN.c.retry_at == run.retry_at).values(attempts=1, **values)
        return self.find(run.id) if self.connection.execute(again).rowcount else None

    def try_no_more(self, run: JobRun) -> None:
        """Leave a failed run as it is: its day is over."""
        self.connection.execute(update(_RUN).where(_RUN.c.id == run.id).values(retry_at=None))

    def end(
        self, run: JobRun, now: datetime, outcome: str, summary: str, failures: Mapping[str, str],
        retry_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Write down how a run ended, and when it is tried again if it is."""
        values = {"ended_at": now, "outcome": outcome, "summary": summary, "failures": dict(failures)}
        self.connection.execute(update(_RUN).where(_RUN.c.id == run.id).values(**values, retry_at=retry_at))

    def find(self, number: int) -> JobRun:
        """One run by its number."""
        return self._select(_RUN.c.id == number)[0]

    def newest(self, limit: int, name: str | None = None, offset: int = 0) -> list[JobRun]:
        """Runs, newest first."""
        query = select(_RUN).order_by(_RUN.c.id.desc()).limit(limit).offset(offset)
        query = query if name is None else query.where(_RUN.c.job_name == name)
        return [JobRun(**row) for row in self.connection.execute(query).mappings()]

    def latest_by_job(self) -> dict[str, JobRun]:
        """The newest run of each job."""
        newest = select(func.max(_RUN.c.id)).group_by(_RUN.c.job_name)
        return {run.job_name: run for run in self._select(_RUN.c.id.in_(newest))}

    def prune_quiet(self, name: str, keep: int) -> None:
        """Drop old runs of a frequent job that had nothing to do, beyond the newest ones."""
        quiet = select(_RUN.c.id).where(
            _RUN.c.job_name == name, _RUN.c.outcome == "done", _RUN.c.summary == ""
        ).order_by(_RUN.c.id.desc()).offset(keep)  # fmt: skip
        ids = list(self.connection.execute(quiet.limit(1000)).scalars())
        if ids:
            self.connection.execute(_RUN.delete().where(_RUN.c.id.in_(ids)))

    def _select(self, *conditions: Any) -> list[JobRun]:
        query = select(_RUN).where(*conditions).order_by(_RUN.c.id)
        return [JobRun(**row) for row in self.connection.execute(query).mappings()]
