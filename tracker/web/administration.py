"""今日 for an administrator: whether the jobs run and everybody can sign in; nothing of what the tasks are about."""

from datetime import timedelta
from typing import Any

from starlette.responses import HTMLResponse

from tracker.clock_watch import read_watch
from tracker.domain.accounts import Account, Role
from tracker.health.examining import as_of_now
from tracker.signing_in import subject_of_name
from tracker.storage.accounts import KnownAccount
from tracker.storage.screens.runs import failed_runs, unended_runs
from tracker.web.visit import Visit

RUNS_SINCE = timedelta(days=7)
PATIENCE = timedelta(minutes=15)
SHOWN = 10


def administrators_page(visit: Visit) -> HTMLResponse:
    """The administrator's first page."""
    accounts = visit.records.accounts.all()
    open_to = [one for one in accounts if one.disabled_at is None]
    night, examined = as_of_now(visit.office, visit.records)
    return visit.page(
        "today/administrator.html", night=night, examined=examined, accounts=accounts, disabled=len(accounts) - len(open_to),
        divisions=sum(one.account.role is Role.DIVISION for one in open_to), locked=locked_of(visit, accounts),
        failures=failed_runs(visit.connection, visit.now - RUNS_SINCE, SHOWN),
        clock=read_watch(visit.office.data_dir),
        sleeping=[job for job in visit.records.job_runs.jobs() if job.next_run_at < visit.now - PATIENCE],
        **trouble_at_work(visit),
    )  # fmt: skip


def trouble_at_work(visit: Visit) -> dict[str, Any]:
    """Runs that began and do not end, and uploads that failed."""
    deadline_of = visit.office.settings.timetable.deadline_of
    return {
        "unended": unended_runs(visit.connection, visit.now, deadline_of),
        "failed_uploads": visit.records.uploads.failed_since(visit.now - RUNS_SINCE, SHOWN),
    }


def locked_of(visit: Visit, accounts: list[KnownAccount]) -> list[Account]:
    """Those that cannot be tried now, because too many tries failed."""
    locked = visit.records.tries.locked(visit.now, visit.office.settings.accounts.by_name)
    return [one.account for one in accounts if subject_of_name(one.account.name) in locked]
