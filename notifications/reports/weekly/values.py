"""What a weekly report holds: plain values, decided elsewhere, kept so that any week can be printed again."""

from dataclasses import dataclass
from datetime import date, datetime

Trend = tuple[tuple[date, int, int], ...]


@dataclass(frozen=True)
class Counts:
    """Open (the overdue among them), overdue; and what was done and what was added in the period."""

    open: int
    overdue: int
    done: int
    new: int


@dataclass(frozen=True)
class DepartmentRow:
    """One department's counts."""

    code: str
    name: str
    counts: Counts


@dataclass(frozen=True)
class MeasureRow:
    """One measure of an improvement plan; `state` is the word on the screen (期限超過, 対応中, 完了 …)."""

    title: str
    deadline: date | None
    deadline_printed: str
    state: str
    done_on: date | None


@dataclass(frozen=True)
class FindingRow:
    """One finding with its measures."""

    number: str
    subject: str
    clause: str
    counts: Counts
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class CheckRow:
    """One check as last run; `state` is clear, flagged, stale or failed, `as_of` the register's own day."""

    name: str
    title: str
    state: str
    last_run_on: date | None
    as_of: date | None
    counts: Counts
    open_flags: int
    excepted: int = 0  # seen as well, and silenced by an exception


@dataclass(frozen=True)
class ExceptionRow:
    """One exception in force; `seen` counts what it silences today."""

    check: str
    subject: str
    reason: str
    until: date
    approved_by: str
    granted_on: date
    seen: int


@dataclass(frozen=True)
class ComingRow:
    """One task whose deadline comes within two weeks."""

    deadline: date
    days_left: int
    title: str
    department: str


@dataclass(frozen=True)
class WeeklyReport:
    """The weekly report; `as_of_at` in the office's zone, `trend` (week end, open, overdue) oldest first."""

    office: str
    division: str
    period_from: date
    period_to: date
    issued_on: date
    as_of_at: datetime | None
    totals: Counts
    previous: Counts | None
    highlights: tuple[str, ...]
    departments: tuple[DepartmentRow, ...]
    findings: tuple[FindingRow, ...]
    checks: tuple[CheckRow, ...]
    coming: tuple[ComingRow, ...]
    trend: Trend
    previous_flags: int | None = None
    exceptions: tuple[ExceptionRow, ...] = ()

    @property
    def excepted_flags(self) -> int:
        """What exceptions silence today, in all checks."""
        return sum(check.excepted for check in self.checks)

    @property
    def open_flags(self) -> int:
        """What all checks together see today."""
        return sum(check.open_flags for check in self.checks)
