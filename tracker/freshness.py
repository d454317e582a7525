"""How old each register is, and what that means for the checks that read it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tracker.domain.flags import CheckState
from tracker.domain.registers import FINDING, IMPROVEMENT_PLAN, REGISTERS, Register
from tracker.settings import Settings
from tracker.storage.checks import CatalogueEntry, CheckRun
from tracker.storage.job_runs import JobRun
from tracker.storage.screens.registers import newest_imports
from tracker.storage.screens.runs import latest_check_runs
from tracker.storage.screens.sums import excepted_flags, seen_flags
from tracker.storage.store import Records
from tracker.storage.versions import Import

WRITTEN_AS_THEY_COME = (FINDING, IMPROVEMENT_PLAN)  # guidance comes when it comes: such a register does not age
DAYS_WITHOUT_CHECK = 2  # the check of yesterday is today's until this morning's has run


class CheckStanding(StrEnum):
    """How a check stands on a day: how its last run ended, unless that run means nothing any more."""

    CLEAR = "clear"
    FLAGGED = "flagged"
    STALE = "stale"
    FAILED = "failed"
    LATE = "late"
    NEVER = "never"


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
class JudgedCheck:
    """A check as it stands this morning: what it last saw, and why that may mean nothing."""

    entry: CatalogueEntry
    run: CheckRun | None
    ages: tuple[RegisterAge, ...]
    open_flags: int
    standing: CheckStanding
    trouble: str
    excepted: int = 0  # seen as well, and silenced by an exception

    @property
    def groups(self) -> list[tuple[RegisterAge, ...]]:
        """The registers it reads, those of the same day together."""
        days = dict.fromkeys(age.newest.as_of if age.newest else None for age in self.ages)
        return [tuple(a for a in self.ages if (a.newest.as_of if a.newest else None) == day) for day in days]


def ages_of_registers(records: Records, settings: Settings, today: date) -> dict[str, RegisterAge]:
    """Every register by its stem, in the order of import."""
    newest = newest_imports(records.connection, today)
    return {register.stem: _age(settings, today, register, newest.get(register.stem)) for register in REGISTERS}


def judge_checks(
    records: Records, today: date, ages: Mapping[str, RegisterAge], job_runs: Mapping[str, JobRun]
) -> list[JudgedCheck]:
    """Every check that this office runs; `job_runs` is the newest run of each job."""
    runs = latest_check_runs(records.connection, today)
    seen, excepted = seen_flags(records.connection), excepted_flags(records.connection)
    judged = []
    for entry in records.checks.catalogue():
        run = runs.get(entry.name)
        own = tuple(ages[stem] for stem in entry.reads if stem in ages)
        newest = max((age.newest.imported_at for age in ages.values() if age.newest), default=None)
        standing, trouble = _judge(entry, run, own, today, job_runs.get("checks"), newest)
        flags, silenced = (sum(count.get(entry.name, {}).values()) for count in (seen, excepted))
        judged.append(JudgedCheck(entry, run, own, flags, standing, trouble, silenced))
    return judged


def _age(settings: Settings, today: date, register: Register, newest: Import | None) -> RegisterAge:
    ages = register not in WRITTEN_AS_THEY_COME
    limit = settings.register_settings(register.stem).max_age_days if ages else None
    return RegisterAge(register, newest, (today - newest.as_of).days if newest else None, limit)


def _judge(
    entry: CatalogueEntry,
    run: CheckRun | None,
    ages: tuple[RegisterAge, ...],
    today: date,
    job: JobRun | None,
    newest: datetime | None,
) -> tuple[CheckStanding, str]:
    if failure := _failure(entry, run, job):
        return CheckStanding.FAILED, failure
    if run is None:
        return CheckStanding.NEVER, "まだ一度も検査していません。"
    if troubles := _sentences(ages):
        return CheckStanding.STALE, troubles + "この検査の結果は当てになりません。"
    if run.state is CheckState.STALE:
        if run.message and newest and run.ended_at and newest <= run.ended_at:  # nothing came in since
            return CheckStanding.STALE, f"{run.message}この検査の結果は当てになりません。"
        return CheckStanding.STALE, "検査した後に台帳が取り込まれました。次の検査で判定します。"
    if (days := (today - run.on_day).days) >= DAYS_WITHOUT_CHECK:
        return CheckStanding.LATE, f"{days}日間、検査していません。「処理」のページで検査の予定を確かめてください。"
    return CheckStanding(run.state), ""


def _failure(entry: CatalogueEntry, run: CheckRun | None, job: JobRun | None) -> str:
    """What the newest run of the check job says went wrong with this check, unless it has succeeded since."""
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
