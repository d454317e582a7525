"""The weekly report as of a day: what the trail, the registers and the checks say, made into the report's values."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jobs.reports.sums import NOTHING, ORDER, sums_of
from notifications.reports.weekly import (
    ChangeRow,
    CheckRow,
    ComingRow,
    DepartmentRow,
    DutyRow,
    ExceptionRow,
    FindingRow,
    LostRow,
    MeasureRow,
    RegisterRow,
    UnansweredRow,
    WeeklyReport,
    highlights_of,
)
from tracker.domain.audience import of_department
from tracker.domain.events import Occasion
from tracker.domain.past_records import LostLetter, SeenFlag
from tracker.domain.tasks import STANDING_WORDS, Task
from tracker.domain.telling import TaskThen
from tracker.office import Office
from tracker.storage.horizon import Horizon
from tracker.storage.past import Past
from tracker.storage.retelling import WEEK, Retelling
from tracker.storage.store import Records

COMING_DAYS = 14
UNKNOWN_DEPARTMENT = "所管課未定"
LOG_CHECK, LOG_DUTY = "overdue-log-analyses", "ログ分析"


@dataclass(frozen=True)
class Period:
    """The calendar week before the day of issue."""

    first: date
    last: date

    @classmethod
    def before(cls, day: date) -> "Period":
        """The last whole week, Monday to Sunday, before a day."""
        monday = day - timedelta(days=day.weekday() + 7)
        return cls(monday, monday + timedelta(days=6))


def weekly_report(
    records: Records, office: Office, occasion: Occasion, horizon: Horizon | None = None, subject: str = ""
) -> WeeklyReport:
    """The report's facts as of the occasion's day; with a horizon, as they were known when it was issued.

    `subject` (a code) limits it to that department's part.
    """
    at = horizon.at if horizon else occasion.at
    report = _Composer(Retelling.on(records, occasion.on_day, horizon), records, office, subject).report(at)
    if horizon is None or subject:
        return report
    return replace(report, trail_number=horizon.event, trail_seal=records.events.seal_of(horizon.event) or "")


def parts_of_departments(
    records: Records, office: Office, occasion: Occasion, horizon: Horizon, codes: Iterable[str]
) -> Iterator[tuple[str, WeeklyReport]]:
    """Each department's part of an issued report, by its code; the trail is told once for all of them."""
    told = Retelling.on(records, occasion.on_day, horizon)
    for code in codes:
        yield code, _Composer(told, records, office, code).report(horizon.at)


class _Composer:
    def __init__(self, told: Retelling, records: Records, office: Office, department: str) -> None:
        self.told, self.office, self.own = told, office, department
        self.day, self.past = told.day, told.past
        self.names = self.past.departments()
        self.titles = {entry.name: entry.title for entry in records.checks.catalogue()}
        self.week_ago = told.week_ago
        self.sums = sums_of(told, department)

    def report(self, at: datetime) -> WeeklyReport:
        settings, period = self.office.settings.office, Period.before(self.day)
        weeks = self.told.weeks
        own_weeks = () if self.own else tuple((end.day, end.open, end.overdue) for end in weeks)
        flags = self._flags(self.past.flags())
        report = WeeklyReport(
            office=settings.name, division=settings.division_name,
            period_from=period.first, period_to=period.last, issued_on=self.day,
            as_of_at=at.astimezone(self.office.clock.zone),
            totals=self.sums.all, previous=self.sums.before, highlights=(), departments=self._departments(),
            findings=self._findings(), checks=self._checks(flags), coming=self._coming(), trend=own_weeks,
            previous_flags=sum(not flag.silenced for flag in self._flags(self.week_ago.flags())),
            exceptions=self._exceptions(flags), since=self.day - WEEK, duties=self._duties(flags),
            changes=self._changes(), unanswered=self._unanswered(), registers=self._registers(), lost=self._lost(),
            department=self._name(self.own) if self.own else "", previous_coming=self._coming_a_week_ago(),
            previous_stale=self._stale_a_week_ago(), previous_lost=len(self._lost_of(self.week_ago)),
        )  # fmt: skip
        return replace(report, highlights=highlights_of(report))

    def _name(self, code: str | None) -> str:
        return self.names.get(code or "", code or UNKNOWN_DEPARTMENT)

    def _is_own(self, code: str | None) -> bool:
        return not self.own or code == self.own

    def _flags(self, seen: Iterable[SeenFlag]) -> list[SeenFlag]:
        tasks = self.told.retold.tasks
        return [flag for flag in seen if not self.own or self._is_own(_department_of(tasks.get(flag.task_key)))]

    def _departments(self) -> tuple[DepartmentRow, ...]:
        told_on, answered_on = self.past.told_on(), self.told.retold.answered_on
        rows = [
            DepartmentRow(code or "", self._name(code), counts, answered_on.get(code), told_on.get(code))
            for code, counts in self.sums.by_department.items()
        ]
        return tuple(sorted((row for row in rows if row.counts != NOTHING), key=lambda row: row.code))

    def _findings(self) -> tuple[FindingRow, ...]:
        measures = self.told.of_findings()
        rows = []
        for finding in self.past.findings():
            own = [task for task in measures.get(finding.finding_no, ()) if self._is_own(task.department_code)]
            if own or not self.own:
                clause = finding.clause_printed or finding.clause or ""
                counts = self.sums.by_finding.get(finding.finding_no, NOTHING)
                shown = tuple(_measure(task, self.day) for task in own)
                rows.append(FindingRow(finding.finding_no, finding.subject, clause, counts, shown))
        return tuple(rows)

    def _checks(self, flags: Sequence[SeenFlag]) -> tuple[CheckRow, ...]:
        if self.own:
            return ()
        runs = self.past.check_runs()
        open_now = Counter(flag.check for flag in flags if not flag.silenced)
        excepted = Counter(flag.check for flag in flags if flag.silenced)
        order = [*self.titles, *sorted(set(runs) - set(self.titles))]
        return tuple(
            CheckRow(
                name, self.titles.get(name, name), str(run.state), run.on_day, run.as_of,
                self.sums.by_check.get(name, NOTHING), open_now[name], excepted[name],
            )
            for name in order if (run := runs.get(name)) is not None
        )  # fmt: skip

    def _exceptions(self, flags: Sequence[SeenFlag]) -> tuple[ExceptionRow, ...]:
        seen = Counter((flag.check, flag.subject) for flag in flags if flag.silenced)
        return tuple(
            ExceptionRow(
                self.titles.get(one.check, one.check), one.subject, one.reason, one.until, one.approved_by,
                one.granted_on, seen[one.check, one.subject],
            )
            for one in self.past.exceptions if not self.own or seen[one.check, one.subject]
        )  # fmt: skip

    def _coming(self) -> tuple[ComingRow, ...]:
        first, last = self.day.isoformat(), (self.day + timedelta(days=COMING_DAYS)).isoformat()
        rows = [
            ComingRow(task.deadline, (task.deadline - self.day).days, task.title, self._name(task.department_code))
            for task in self._open(lambda then: then.deadline is not None and first <= then.deadline <= last)
            if task.deadline is not None
        ]
        return tuple(sorted(rows, key=lambda row: (row.deadline, row.department, row.title)))

    def _coming_a_week_ago(self) -> int:
        day = self.day - WEEK
        first, last = day.isoformat(), (day + timedelta(days=COMING_DAYS)).isoformat()
        return sum(
            was.is_open and was.deadline is not None and first <= was.deadline <= last and self._is_own(was.department)
            for was in self.told.retold.before.values()
        )

    def _stale_a_week_ago(self) -> int:
        if self.own:
            return 0
        ages = self.week_ago.register_ages(self.week_ago.check_runs().values())
        return sum(one.is_stale(self.week_ago.day) for one in ages)

    def _unanswered(self) -> tuple[UnansweredRow, ...]:
        today = self.day.isoformat()
        late = self._open(lambda then: then.answered_on is None and then.is_overdue(today))
        reminded = self.past.reminded([task.key for task in late])
        rows = []
        for task in late:
            assert task.deadline is not None
            times, last = reminded.get(task.key, (0, None))
            over = (self.day - task.deadline).days
            rows.append(UnansweredRow(task.title, self._name(task.department_code), task.deadline, over, times, last))
        return tuple(sorted(rows, key=lambda row: (row.deadline, row.department, row.title)))

    def _open(self, wanted: Callable[[TaskThen], bool]) -> list[Task]:
        """Open tasks that are wanted, in the order of their keys."""
        keys = [
            key for key, then in self.told.retold.tasks.items()
            if then.is_open and wanted(then) and self._is_own(then.department)
        ]  # fmt: skip
        return [self.told.task(key) for key in sorted(keys)]

    def _changes(self) -> tuple[ChangeRow, ...]:
        rows = []
        for key in sorted(self.sums.changed):
            if self._is_own(self.told.retold.tasks[key].department):
                task = self._shown(self.told.task(key))
                for change, earlier in self.sums.changed[key]:
                    before = date.fromisoformat(earlier) if earlier else None
                    name = self._name(task.department_code)
                    rows.append(ChangeRow(change, task.title, name, task.deadline, before, task.closing_note))
        return tuple(sorted(rows, key=lambda row: (ORDER.index(row.change), row.deadline or date.max, row.department)))

    def _shown(self, task: Task) -> Task:
        """In a department's part, without what stayed on the task from another department's time."""
        return of_department(self.own).task(task, self.past.events_of([task.key])) if self.own else task

    def _duties(self, flags: Sequence[SeenFlag]) -> tuple[DutyRow, ...]:
        owed = Counter(flag.subject for flag in flags if flag.check == LOG_CHECK and not flag.silenced)
        last = dict[str, tuple[date, date | None]]()
        for row in self.past.rows("ログ分析報告"):
            if row.reported_on and row.reported_on <= self.day:
                last[row.system_code] = max(
                    last.get(row.system_code, (date.min, None)), (row.period_to, row.reported_on)
                )
        rows = []
        for system in self.past.rows("システム"):
            if (system.is_specific or system.log_cycle) and self._is_own(system.department_code):
                period_to, reported_on = last.get(system.code, (None, None))
                name, cycle = self._name(system.department_code), system.log_cycle or "周期なし"
                rows.append(DutyRow(LOG_DUTY, system.name, name, cycle, period_to, reported_on, owed[system.code]))
        return tuple(sorted(rows, key=lambda row: (-row.owed, row.system)))

    def _registers(self) -> tuple[RegisterRow, ...]:
        if self.own:
            return ()
        ages = self.past.register_ages(self.past.check_runs().values())
        return tuple(
            RegisterRow(
                one.stem, one.as_of, None if one.as_of is None else (self.day - one.as_of).days, one.max_age_days,
                one.is_stale(self.day),
            )
            for one in ages
        )  # fmt: skip

    def _lost(self) -> tuple[LostRow, ...]:
        return tuple(LostRow(one.addressee, one.subject, one.on_day, one.lost_on) for one in self._lost_of(self.past))

    def _lost_of(self, past: Past) -> list[LostLetter]:
        return [one for one in past.lost_letters() if self._is_own(one.department_code)]


def _measure(task: Task, day: date) -> MeasureRow:
    return MeasureRow(
        task.title,
        task.deadline,
        task.deadline_printed,
        STANDING_WORDS[task.standing(day)],
        task.completed_on,
        task.opened_on,
        task.first_deadline,
    )


def _department_of(then: TaskThen | None) -> str | None:
    return None if then is None else then.department
