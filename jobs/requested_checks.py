"""Checks that somebody asked for with a click: each request run once, whatever happens to the process meanwhile."""

from jobs.check_results import CheckResult
from jobs.check_runs import look
from jobs.checking import Checker, write_catalogue
from jobs.checks import all_checks
from jobs.checks.check import Check
from jobs.runner import Work
from tracker.domain.events import Occasion
from tracker.domain.flags import CheckState
from tracker.domain.pick_ups import killed
from tracker.storage.checks import CheckRun
from tracker.storage.run_requests import RunRequest

GONE = "この検査は、もうありません。"
STATES = {
    CheckState.CLEAR: "異常はありません", CheckState.FLAGGED: "検知があります", CheckState.STALE: "台帳が古く、判定できません",
    CheckState.FAILED: "検査できませんでした",
}  # fmt: skip


def run_requested_checks(work: Work) -> None:
    """Run what was asked for since the last tick; a killed run is taken up where it stopped."""
    write_catalogue(work.office.store)
    with work.office.store.transaction() as records:
        requests = records.run_requests.begin(work.run.id)
    known = {check.name: check for check in all_checks()}
    told = list[str]()
    for request in requests:
        check = known.get(request.check_name)
        with work.part(f"{check.title if check else request.check_name}の依頼"):
            told.append(_carry_out(work, request, check))
    work.summary = "、".join(told)


def _carry_out(work: Work, request: RunRequest, check: Check | None) -> str:
    name = check.title if check else request.check_name
    with work.office.store.transaction() as records:
        may_begin = records.run_requests.pick_up(request.id, work.occasion.at)
    if not may_begin:
        outcome, summary = "failed", killed()
        work.failures[f"{name}の依頼"] = summary
    elif check is None:
        outcome, summary = "failed", GONE
    else:
        outcome, summary = _run(work, request, check)
    with work.office.store.transaction() as records:
        records.run_requests.end(request.id, work.office.clock.now(), outcome, summary)
    return f"{name}: {summary}"


def _run(work: Work, request: RunRequest, check: Check) -> tuple[str, str]:
    """Run the check, unless it was run for this very request before the process was killed."""
    with work.office.store.reading() as records:
        earlier = records.checks.run_in(check.name, work.run.id)
    if earlier is not None:
        return _outcome(earlier.state), _summary(earlier)
    today = work.office.clock.day_of(work.occasion.at)  # a run taken up days later looks at today all the same
    occasion = Occasion(f"{request.asked_by}（検査の依頼）", work.occasion.at, today)
    checker = Checker(work.office.settings, work.office.calendar, occasion, today, request.asked_by)
    result = look(work, checker, check, work.run.id)
    return _outcome(result.state), _summary(_as_run(result))


def _as_run(result: CheckResult) -> CheckRun:
    return CheckRun(
        result.name, result.on, result.state, result.examined, len(result.flags), result.opened, result.cleared,
        message=result.message, excepted=len(result.exceptions),
    )  # fmt: skip


def _outcome(state: CheckState) -> str:
    return "failed" if state is CheckState.FAILED else "done"


def _summary(run: CheckRun) -> str:
    if run.state in (CheckState.STALE, CheckState.FAILED):
        return f"{STATES[run.state]}。{run.message}"
    excepted = f"（ほか例外 {run.excepted}件）" if run.excepted else ""
    return f"{STATES[run.state]}。検知中 {run.flagged}件{excepted}、新規 {run.opened}件、解消 {run.cleared}件"
