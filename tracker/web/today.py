"""今日: the division's morning page."""

from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import HTMLResponse

from tracker.clock_watch import read_watch
from tracker.domain.accounts import Role
from tracker.domain.departments import Department
from tracker.domain.successions import lives_on, succession_of
from tracker.domain.tallies import EVERY
from tracker.domain.trends import Frame, trend_picture
from tracker.health.examining import told_to_division
from tracker.storage.job_runs import ScheduledJob
from tracker.storage.screens.effects import effects_to_check
from tracker.storage.screens.letters import TROUBLED_DAYS, troubled_count, troubled_letters
from tracker.storage.screens.runs import failed_runs
from tracker.storage.screens.submissions import waiting_answers
from tracker.storage.screens.sums import OpenWork, open_work, seen_flags, summed_standings, summed_trend
from tracker.storage.screens.today import must_act, with_flags_and_letters
from tracker.web.administration import administrators_page, trouble_at_work
from tracker.web.freshness import CheckLine, check_lines, register_ages, registers_read
from tracker.web.own_tasks import own_page
from tracker.web.routes import SIGNED_IN, Routes
from tracker.web.visit import Visit, Visiting

routes = Routes()
TREND_WEEKS = 12
FRAME = Frame(width=560, height=130, left=30, right=110, top=12, bottom=24, label_gap=16)
RUNS_SINCE = timedelta(days=7)
SHOWN, DEPARTMENTS_SHOWN, EFFECTS_SHOWN = 10, 20, 50
PATIENCE = timedelta(minutes=15)  # how far behind its due time a job may be before the page says so


@dataclass(frozen=True)
class CheckSummary:
    """The checks in half a sentence."""

    state: str  # none / done / part / late
    unsure: int
    flags: int
    excepted: int


@routes.page("/", who=SIGNED_IN)
def show(visit: Visiting) -> HTMLResponse:
    """What whoever is signed in came for."""
    if visit.account.role is Role.ADMINISTRATOR:
        return administrators_page(visit)
    if visit.account.is_of_department:
        return own_page(visit)
    return _morning(visit)


def _morning(visit: Visit) -> HTMLResponse:
    """What is overdue, who must act, what the last checks saw, how old the registers are."""
    ages = register_ages(visit)
    checks = check_lines(visit, ages)
    work = open_work(visit.connection, visit.today)
    acting = must_act(work)
    shown = acting if visit.asked("departments") == "all" else acting[:DEPARTMENTS_SHOWN]
    return visit.page(
        "today/show.html",
        counts=summed_standings(visit.connection, EVERY, EVERY, visit.today),
        waiting=waiting_answers(visit.connection, SHOWN),
        unreachable=_unreachable(visit, work),
        without_heir=_without_heir(visit, work),
        acting=with_flags_and_letters(visit.connection, shown, seen_flags(visit.connection)),
        acting_count=len(acting),
        checks=checks,
        summary=_summary(visit, checks),
        checked_at=max((line.run.ended_at for line in checks if line.run and line.run.ended_at), default=None),
        checked_on=min((line.run.on_day for line in checks if line.run), default=None),
        ages=list(ages.values()),
        old=[age for age in ages.values() if age.is_old],
        missing=[age for age in registers_read(checks) if age.newest is None],
        trend=trend_picture(_trend(visit), FRAME),
        letters=troubled_letters(visit.connection, visit.today - TROUBLED_DAYS, SHOWN),
        letter_count=troubled_count(visit.connection, visit.today - TROUBLED_DAYS),
        failures=failed_runs(visit.connection, visit.now - RUNS_SINCE, SHOWN),
        sleeping=_sleeping(visit),
        **trouble_at_work(visit),
        troubled_proof=told_to_division(visit.records),
        clock=read_watch(visit.office.data_dir),
        effects=effects_to_check(visit.connection, visit.today, EFFECTS_SHOWN),
    )


def _unreachable(visit: Visit, work: list[OpenWork]) -> list[tuple[Department, int]]:
    """Departments that no mail reaches although they have something to do, and how much."""
    counts = {one.code: one.open for one in work}
    return [(d, counts[d.code]) for d in visit.living_departments if counts.get(d.code) and not (d.email or "").strip()]


def _without_heir(visit: Visit, work: list[OpenWork]) -> int:
    """Open tasks of no department, and of ended ones whose successor is not clear."""
    ever = visit.former_departments
    return sum(
        one.open
        for one in work
        if one.code is None
        or not (lives_on(ever.get(one.code), visit.today) or succession_of(one.code, ever, visit.today).heir)
    )


def _summary(visit: Visit, checks: list[CheckLine]) -> CheckSummary:
    days = [line.run.on_day for line in checks if line.run]
    state = "none" if not days else "done" if min(days) == visit.today else "late"
    if state == "done" and len(days) < len(checks):
        state = "part"
    return CheckSummary(
        state,
        sum(line.is_loud for line in checks),
        sum(line.open_flags for line in checks),
        sum(line.excepted for line in checks),
    )


def _trend(visit: Visit) -> list[tuple[date, int, int]]:
    """Eleven Sundays and today; nothing when there never was a task."""
    sunday = visit.today - timedelta(days=visit.today.weekday() + 1)
    days = [sunday - timedelta(weeks=weeks) for weeks in range(TREND_WEEKS - 2, -1, -1)]
    weeks = summed_trend(visit.connection, [*days, visit.today])
    return [(week.day, week.open, week.overdue) for week in weeks] if any(week.open for week in weeks) else []


def _sleeping(visit: Visit) -> list[ScheduledJob]:
    """Jobs that should have run by now: nothing looks, reminds or sends while they do not."""
    return [job for job in visit.records.job_runs.jobs() if job.next_run_at < visit.now - PATIENCE]
