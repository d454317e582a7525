"""Checks as parts of a job or a command: one's trouble is its own answer, and stops no other."""

from collections.abc import Sequence

from jobs.check_results import CheckResult
from jobs.checking import Checker, write_catalogue
from jobs.checks import all_checks
from jobs.checks.check import Check
from jobs.runner import Work
from tracker.domain.events import Occasion
from tracker.domain.flags import CheckState
from tracker.office import Office
from tracker.storage.checks import CheckRun
from tracker.storage.job_runs import JobRun


def check_by_command(office: Office, occasion: Occasion, checks: Sequence[Check]) -> list[CheckResult]:
    """Run checks as parts of one command, which leaves no entry in the run ledger."""
    run = JobRun(0, "check", occasion.at, occasion.on_day, occasion.at, None, 1, by_hand=True, outcome=None, summary="")
    checker = Checker(office.settings, office.calendar, occasion, office.clock.today())
    work = Work(office, occasion, run)
    return [look(work, checker, check) for check in checks]


def run_checks(work: Work) -> None:
    """The check job: every check on the day's registers; one check's trouble stays its own."""
    write_catalogue(work.office.store)
    today = work.office.clock.day_of(work.occasion.at)  # not the run's own day: that may be long past
    checker = Checker(work.office.settings, work.office.calendar, work.occasion, today)
    with work.office.store.reading() as records:
        left = [check for check in all_checks() if _is_left(work, records.checks.run_in(check.name, work.run.id))]
    results = [look(work, checker, check, work.run.id) for check in left]
    opened, cleared = sum(r.opened for r in results), sum(r.cleared for r in results)
    stale = sum(r.state is CheckState.STALE for r in results)
    work.summary = f"新たに検知 {opened}件、解消 {cleared}件" + (f"、台帳が古い検査 {stale}件" if stale else "")


def _is_left(work: Work, earlier: CheckRun | None) -> bool:
    """A check that failed is run once more when its run is tried again."""
    return earlier is None or (work.again is not None and earlier.state is CheckState.FAILED)


def look(work: Work, checker: Checker, check: Check, job_run_id: int | None = None) -> CheckResult:
    """Run one check as a part of its own: its trouble is its answer, and stops no other check."""
    with work.part(check.title):
        return checker.run(work.office.store, check, job_run_id)
    trouble = work.failures[check.title].partition("\n")[0]  # a database adds its statement below
    with work.part(f"{check.title}の記録"):
        return checker.record_failure(work.office.store, check, trouble, job_run_id)
    return CheckResult.failure(check, checker.on, trouble)
