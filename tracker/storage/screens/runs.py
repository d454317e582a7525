"""What screens show of checks and jobs: the newest runs, failures."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, not_, or_, select

from tracker.domain.flags import CheckState
from tracker.storage.checks import CheckRun
from tracker.storage.job_runs import JobRun
from tracker.storage.screens.paging import Slice, slice_of
from tracker.storage.tables.runs import CheckRunRow, JobRunRow

_CHECK_RUN, _RUN = CheckRunRow.__table__, JobRunRow.__table__  # type: ignore[attr-defined]
_QUIET = and_(func.coalesce(_RUN.c.outcome, "") == "done", _RUN.c.summary == "", _RUN.c.job_name == "delivery")


def latest_check_runs(connection: Connection, today: date) -> dict[str, CheckRun]:
    """The latest run of each check up to a day."""
    rank = func.row_number().over(
        partition_by=_CHECK_RUN.c.check_name, order_by=(_CHECK_RUN.c.on_day.desc(), _CHECK_RUN.c.id.desc())
    )
    ranked = select(_CHECK_RUN, rank.label("rank")).where(_CHECK_RUN.c.on_day <= today).subquery()
    rows = connection.execute(select(ranked).where(ranked.c.rank == 1)).mappings()
    return {row["check_name"]: _as_check_run(row) for row in rows}


def job_runs_page(connection: Connection, job_name: str, page: int) -> Slice[JobRun]:
    """Runs, newest first; deliveries that had nothing to send are left out unless that job is asked for."""
    condition = _RUN.c.job_name == job_name if job_name else not_(_QUIET)
    return slice_of(connection, select(_RUN).where(condition).order_by(_RUN.c.id.desc()), _as_job_run, page)


def failed_runs(connection: Connection, since: datetime, limit: int) -> list[JobRun]:
    """Runs that failed since an instant, and those before it after which the job has not run again."""
    newest = select(func.max(_RUN.c.id)).group_by(_RUN.c.job_name)
    failed = and_(_RUN.c.outcome == "failed", or_(_RUN.c.started_at >= since, _RUN.c.id.in_(newest)))
    query = select(_RUN).where(failed).order_by(_RUN.c.id.desc()).limit(limit)
    return [_as_job_run(row) for row in connection.execute(query)]


def unended_runs(connection: Connection, now: datetime, deadline_of: Callable[[str], timedelta]) -> list[JobRun]:
    """Runs that began and have not ended in the time that they may take, the oldest first."""
    runs = connection.execute(select(_RUN).where(_RUN.c.ended_at.is_(None)).order_by(_RUN.c.id))
    return [run for run in map(_as_job_run, runs) if now - run.started_at > deadline_of(run.job_name)]


def _as_check_run(row: Any) -> CheckRun:
    facts = {name: row[name] for name in CheckRun.__annotations__}
    return CheckRun(**facts | {"state": CheckState(row["state"])})


def _as_job_run(row: Any) -> JobRun:
    return JobRun(*(row._mapping[name] for name in JobRun.__annotations__))
