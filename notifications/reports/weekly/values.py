"""What a weekly report holds: plain values, decided elsewhere, kept so that any week can be printed again."""

from dataclasses import dataclass
from datetime import date, datetime

Trend = tuple[tuple[date, int, int], ...]


@dataclass(frozen=True)
class Counts:
    """Open, the overdue among them; and what has changed since a week before: done, new, newly overdue, and the rest.

    Open then, and new, and reopened, less done and withdrawn, is open now. For a department what was handed to it counts
    as `moved`, what was handed away as less than nothing.
    """

    open: int
    overdue: int
    done: int
    new: int
    newly_overdue: int = 0
    reopened: int = 0
    withdrawn: int = 0
    extended: int = 0
    moved: int = 0
    answered: int = 0  # of what is open: the division has to look at it


@dataclass(frozen=True)
class DepartmentRow:
    """One department's counts; the days on which it answered last and was reminded last."""

    code: str
    name: str
    counts: Counts
    answered_on: date | None = None
    told_on: date | None = None


@dataclass(frozen=True)
class MeasureRow:
    """One measure of an improvement plan; `state` is the word on the screen (期限超過, 対応中, 完了 …)."""

    title: str
    deadline: date | None
    deadline_printed: str
    state: str
    done_on: date | None
    opened_on: date | None = None
    first_deadline: date | None = None


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
class DutyRow:
    """One recurring duty of one system: its cycle, the last period that was reported, and what is owed."""

    duty: str
    system: str
    department: str
    cycle: str
    last_period_to: date | None
    reported_on: date | None
    owed: int


@dataclass(frozen=True)
class ChangeRow:
    """One task that stands otherwise than a week ago; `change` is new, overdue, done, extended, reopened, withdrawn, moved.

    `deadline` is today's, `earlier` the one of a week ago where it was extended; `where` names the department or finding.
    """

    change: str
    title: str
    department: str
    deadline: date | None
    earlier: date | None = None
    note: str = ""


@dataclass(frozen=True)
class UnansweredRow:
    """One overdue task whose department has not answered: by how many days, how often reminded and when last."""

    title: str
    department: str
    deadline: date
    days_over: int
    reminded: int
    reminded_on: date | None


@dataclass(frozen=True)
class RegisterRow:
    """One register that checks read: from when it is, how many days that is, and how many it may be."""

    stem: str
    as_of: date | None
    age_days: int | None
    max_age_days: int
    stale: bool


@dataclass(frozen=True)
class LostRow:
    """One letter that had not reached somebody by then."""

    addressee: str
    subject: str
    on_day: date
    lost_on: date


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
    since: date | None = None  # the day that `previous` and the changes are counted from
    duties: tuple[DutyRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    unanswered: tuple[UnansweredRow, ...] = ()
    registers: tuple[RegisterRow, ...] = ()
    lost: tuple[LostRow, ...] = ()
    previous_coming: int | None = None
    previous_stale: int | None = None
    previous_lost: int | None = None
    department: str = ""  # whose part it is; nothing: the whole office
    trail_number: int = 0  # the newest entry of the trail when it was issued, and its seal
    trail_seal: str = ""

    @property
    def excepted_flags(self) -> int:
        """What exceptions silence today, in all checks."""
        return sum(check.excepted for check in self.checks)

    @property
    def stale(self) -> tuple[RegisterRow, ...]:
        """Registers too old for the checks that read them."""
        return tuple(row for row in self.registers if row.stale)

    @property
    def open_flags(self) -> int:
        """What all checks together see today."""
        return sum(check.open_flags for check in self.checks)
