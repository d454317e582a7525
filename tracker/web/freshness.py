"""How old each register is, and what that means for the checks that read it."""

from collections import defaultdict
from dataclasses import dataclass

from tracker.domain.flags import CheckState
from tracker.domain.registers import FINDING, IMPROVEMENT_PLAN, REGISTERS, Register
from tracker.storage.checks import CatalogueEntry, CheckRun
from tracker.storage.screens.flags import changes_of_checks
from tracker.storage.screens.registers import newest_imports
from tracker.storage.screens.runs import latest_check_runs
from tracker.storage.screens.sums import seen_flags
from tracker.storage.versions import Import
from tracker.web.visit import Visit
from tracker.web.words import CHECK_STATES, LATE_CHECK, NEVER_CHECKED, Mark

WRITTEN_AS_THEY_COME = (FINDING, IMPROVEMENT_PLAN)  # guidance comes when it comes: such a register does not age
DAYS_WITHOUT_CHECK = 2  # the check of yesterday is today's until this morning's has run


@dataclass(frozen=True)
class RegisterAge:
    """A register, its import that holds today, and its age in days; `limit` None means that it does not age."""

    register: Register
    newest: Import | None
    days: int | None
    limit: int | None

    @property
    def is_old(self) -> bool:
        """Older than a check accepts; a register that is missing is not old."""
        return self.days is not None and self.limit is not None and self.days > self.limit

    @property
    def is_trouble(self) -> bool:
        """Whether a check that reads it cannot judge."""
        return self.newest is None or self.is_old


@dataclass(frozen=True)
class CheckLine:
    """A check as it stands this morning: what it last saw, and why that may mean nothing."""

    entry: CatalogueEntry
    run: CheckRun | None
    ages: tuple[RegisterAge, ...]
    open_flags: int
    mark: Mark
    trouble: str
    new: int = 0  # flags first seen on the day of its last run
    gone: int = 0  # flags that it saw no more on that day

    @property
    def is_loud(self) -> bool:
        """Whether its answer cannot be relied on."""
        return self.mark.tone == "bad"

    @property
    def groups(self) -> list[tuple[RegisterAge, ...]]:
        """The registers it reads, those of the same day together."""
        days = dict.fromkeys(age.newest.as_of if age.newest else None for age in self.ages)
        return [tuple(a for a in self.ages if (a.newest.as_of if a.newest else None) == day) for day in days]


def register_ages(visit: Visit) -> dict[str, RegisterAge]:
    """Every register by its stem, in the order of import."""
    newest = newest_imports(visit.connection, visit.today)
    return {register.stem: _age(visit, register, newest.get(register.stem)) for register in REGISTERS}


def check_lines(visit: Visit, ages: dict[str, RegisterAge]) -> list[CheckLine]:
    """Every check that this office runs."""
    runs = latest_check_runs(visit.connection, visit.today)
    flags = {check: sum(own.values()) for check, own in seen_flags(visit.connection).items()}
    changes = changes_of_checks(visit.connection, {run.on_day for run in runs.values()})
    lines = []
    for entry in visit.records.checks.catalogue():
        run = runs.get(entry.name)
        own = tuple(ages[stem] for stem in entry.reads if stem in ages)
        mark, trouble = _judge(visit, entry, run, own)
        new, gone = changes.get((entry.name, run.on_day), (0, 0)) if run else (0, 0)
        lines.append(CheckLine(entry, run, own, flags.get(entry.name, 0), mark, trouble, new, gone))
    return lines


def registers_read(checks: list[CheckLine]) -> list[RegisterAge]:
    """Every register that some check reads, once."""
    return list({age.register.stem: age for line in checks for age in line.ages}.values())


def _age(visit: Visit, register: Register, newest: Import | None) -> RegisterAge:
    ages = register not in WRITTEN_AS_THEY_COME
    limit = visit.office.settings.register_settings(register.stem).max_age_days if ages else None
    return RegisterAge(register, newest, (visit.today - newest.as_of).days if newest else None, limit)


def _judge(
    visit: Visit, entry: CatalogueEntry, run: CheckRun | None, ages: tuple[RegisterAge, ...]
) -> tuple[Mark, str]:
    if failure := _failure(visit, entry, run):
        return CHECK_STATES[CheckState.FAILED], failure
    if run is None:
        return NEVER_CHECKED, "まだ一度も検査していません。"
    if troubles := _sentences(ages):
        return CHECK_STATES[CheckState.STALE], troubles + "この検査の結果は当てになりません。"
    if run.state is CheckState.STALE:
        return CHECK_STATES[CheckState.STALE], "検査した後に台帳が取り込まれました。次の検査で判定します。"
    if (days := (visit.today - run.on_day).days) >= DAYS_WITHOUT_CHECK:
        return LATE_CHECK, f"{days}日間、検査していません。「処理」のページで検査の予定を確かめてください。"
    return CHECK_STATES[run.state], ""


def _failure(visit: Visit, entry: CatalogueEntry, run: CheckRun | None) -> str:
    """What the newest run of the check job says went wrong with this check, unless it has succeeded since."""
    job = visit.newest_job_runs.get("checks")
    if job is None or job.outcome != "failed" or (run and run.ended_at and run.ended_at > job.started_at):
        return ""
    own = job.failures.get(entry.title) or job.failures.get("処理全体", "")
    return f"検査に失敗しました（{own}）。" if own else ""


def _sentences(ages: tuple[RegisterAge, ...]) -> str:
    """What is wrong with the registers, those with the same trouble in one sentence."""
    troubles = defaultdict[str, str](str)
    for age in ages:
        if age.is_trouble:
            old = f"が{age.days}日前のままです（上限{age.limit}日）。"
            troubles[old if age.newest else "が取り込まれていません。"] += f"「{age.register.stem}」"
    return "".join(f"台帳{names}{trouble}" for trouble, names in troubles.items())
