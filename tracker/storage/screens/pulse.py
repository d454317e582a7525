"""Whether the scheduler lives, the post moves and every run ends: facts for health, each an instant or a list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from tracker.storage.job_runs import JobRun
from tracker.storage.scheduler_lease import SchedulerLease
from tracker.storage.screens.runs import unended_runs
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.runs import JobRow, JobRunRow

_JOB, _RUN, _OUTBOX = JobRow.__table__, JobRunRow.__table__, OutboxRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Pulse:
    """What the records say of the jobs. The first two are the machine's time, the others the office's."""

    beat_at: datetime | None  # the scheduler's last sign of life; None when there is no scheduler
    ticked_at: datetime | None  # when it last looked what is due, to some seconds
    delivered_at: datetime | None  # the end of the last pass of the delivery
    oldest_waiting: datetime | None  # since when the letter waits that should have been tried first
    stuck: tuple[JobRun, ...]  # at work for longer than they may be, or begun by a process that died
    late: tuple[str, ...]  # jobs that should have begun a while ago


def pulse(
    connection: Connection, now: datetime, deadline_of: Callable[[str], timedelta], patience: timedelta
) -> Pulse:  # fmt: skip
    """As it is at the office's `now`; `patience` is how far behind its due time a job may be."""
    scheduler = SchedulerLease(connection).holder()
    ends = select(func.max(_RUN.c.ended_at)).where(_RUN.c.job_name == "delivery")
    waiting = select(func.min(_OUTBOX.c.next_attempt_at)).where(_OUTBOX.c.next_attempt_at <= now)
    late = select(_JOB.c.name).where(_JOB.c.next_run_at < now - patience).order_by(_JOB.c.next_run_at)
    return Pulse(
        scheduler.beat_at if scheduler else None, scheduler.ticked_at if scheduler else None, connection.execute(ends).scalar_one(),
        connection.execute(waiting).scalar_one(), tuple(unended_runs(connection, now, deadline_of)),
        tuple(connection.execute(late).scalars()),
    )  # fmt: skip
