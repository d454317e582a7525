"""The weekly report: facts as of a day, counted from tasks and flags, made into values, issued and queued."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from jobs.letters import Composed, Post, queue_letters
from jobs.runner import Work
from notifications.reports.weekly import (
    CheckRow,
    ComingRow,
    Counts,
    DepartmentRow,
    ExceptionRow,
    FindingRow,
    MeasureRow,
    WeeklyReport,
    highlights_of,
    render_weekly_html,
    weekly_to_json,
)  # fmt: skip
from tracker.domain.dates import wareki
from tracker.domain.departments import Department, department_named, display_names
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.exceptions import FlagException
from tracker.domain.flags import Flag
from tracker.domain.tasks import STANDING_WORDS, Origin, Task
from tracker.office import Office
from tracker.storage.database import to_json
from tracker.storage.reports import IssuedReport
from tracker.storage.store import Records

KIND = "weekly-report"
REPORT_FOLDER = "reports"
TREND_WEEKS = 12
COMING_DAYS = 14
UNKNOWN_DEPARTMENT = "所管課未定"


@dataclass(frozen=True)
class Period:
    """The calendar week before the day of issue; what happened on the day of issue is counted with it."""

    first: date
    last: date
    issued_on: date

    @classmethod
    def before(cls, day: date) -> "Period":
        """The last whole week, Monday to Sunday, before a day."""
        monday = day - timedelta(days=day.weekday() + 7)
        return cls(monday, monday + timedelta(days=6), day)

    def holds(self, day: date | None) -> bool:
        """Whether a day is counted in this report."""
        return day is not None and self.first <= day <= self.issued_on


@dataclass(frozen=True)
class _Flags:
    """What the checks saw on a day by check, parted by the exceptions that held then."""

    exceptions: tuple[FlagException, ...]
    open: Mapping[str, list[Flag]]
    excepted: Mapping[str, list[Flag]]

    @classmethod
    def on(cls, records: Records, day: date) -> "_Flags":
        exceptions = tuple(records.exceptions.all_holding(day))
        silenced = {(one.check_name, one.subject) for one in exceptions}
        parts = defaultdict[str, list[Flag]](list), defaultdict[str, list[Flag]](list)
        for flag in records.flags.open_on(day):
            parts[(flag.check_name, flag.subject) in silenced][flag.check_name].append(flag)
        return cls(exceptions, *parts)


def weekly_report(records: Records, office: Office, occasion: Occasion) -> WeeklyReport:
    """The report's facts as of the occasion's day."""
    today = occasion.on_day
    period = Period.before(today)
    tasks = records.tasks.as_on(records.tasks.alive_between(today - timedelta(weeks=TREND_WEEKS), today), today)
    names = {one.code: one.full_name for one in records.departments_ever(today).values()}
    names |= display_names(records.departments(today))
    last_week = today - timedelta(weeks=1)
    flags = _Flags.on(records, today)
    report = WeeklyReport(
        office=office.settings.office.name, division=office.settings.office.division_name,
        period_from=period.first, period_to=period.last, issued_on=today,
        as_of_at=occasion.at.astimezone(office.clock.zone),
        totals=_counts(tasks, period), previous=_counts(tasks, Period.before(last_week)), highlights=(),
        departments=_department_rows(tasks, names, period),
        findings=_finding_rows(records, tasks, period),
        checks=_check_rows(records, tasks, period, flags),
        coming=_coming_rows(tasks, names, today), trend=_trend(tasks, today),
        previous_flags=sum(map(len, _Flags.on(records, last_week).open.values())),
        exceptions=_exception_rows(records, flags),
    )  # fmt: skip
    return replace(report, highlights=highlights_of(report))


def issue_weekly_report(work: Work) -> None:
    """The Monday job: store the report, write it to DIR/reports, and queue it for the division; once a day."""
    office, occasion = work.office, work.occasion
    with office.store.transaction() as records:
        if records.reports.find(occasion.on_day) is None:
            issue(records, office, occasion)
        issued = records.reports.find(occasion.on_day)
    assert issued is not None
    _write_files(office.data_dir / REPORT_FOLDER, issued)
    work.summary = f"{wareki(issued.period_from)}からの週の報告"


def issue(records: Records, office: Office, occasion: Occasion) -> None:
    """Store the report of the occasion's day and queue it for the division, in the caller's transaction."""
    report = weekly_report(records, office, occasion)
    page = render_weekly_html(report)
    sha256 = hashlib.sha256(page.encode()).hexdigest()
    records.reports.issue(
        IssuedReport(
            occasion.on_day, report.period_from, report.period_to, occasion.at, weekly_to_json(report), page, sha256
        )
    )
    division = department_named(office.settings.office.division, records.departments(occasion.on_day))
    name = office.settings.office.division_name
    home = division or Department(code="", division="", name=name)
    key, post = f"{KIND}/{occasion.on_day.isoformat()}", Post(office, occasion)
    queued = post.address(post.stationery.write(KIND, report), KIND, key, home, addressee=name, to=home.email)
    queue_letters(records, [Composed(name, queued)], occasion)
    records.events.append([Event(Happened.REPORT_ISSUED, f"report:{occasion.on_day}", occasion, {"sha256": sha256})])


def _write_files(folder: Path, report: IssuedReport) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"weekly-{report.on_day}.html").write_text(report.page, encoding="utf-8")
    (folder / f"weekly-{report.on_day}.json").write_text(to_json(dict(report.facts)), encoding="utf-8")


def _counts(tasks: Iterable[Task], period: Period) -> Counts:
    """What was withdrawn on the day it was opened never was anybody's: an exception silenced it at its first sight."""
    day, tasks = period.issued_on, list(tasks)
    still_open = [task for task in tasks if _open_on(task, day)]
    return Counts(
        open=len(still_open),
        overdue=sum(task.deadline is not None and task.deadline < day for task in still_open),
        done=sum(period.holds(task.completed_on) for task in tasks),
        new=sum(period.holds(task.opened_on) and task.withdrawn_on != task.opened_on for task in tasks),
    )


def _open_on(task: Task, day: date) -> bool:
    closed_on = task.completed_on or task.withdrawn_on
    return task.opened_on <= day and (closed_on is None or closed_on > day)


def _department_rows(tasks: list[Task], names: dict[str, str], period: Period) -> tuple[DepartmentRow, ...]:
    by_code = defaultdict[str, list[Task]](list)
    for task in tasks:
        by_code[task.department_code or ""].append(task)
    rows = [
        DepartmentRow(code, names.get(code, code or UNKNOWN_DEPARTMENT), _counts(own, period))
        for code, own in sorted(by_code.items())
    ]
    return tuple(row for row in rows if row.counts != Counts(0, 0, 0, 0))


def _finding_rows(records: Records, tasks: list[Task], period: Period) -> tuple[FindingRow, ...]:
    day = period.issued_on
    by_finding = defaultdict[str, list[Task]](list)
    for task in records.tasks.of_origin(Origin.FINDING):
        if task.opened_on <= day:
            by_finding[task.origin_ref].append(task)
    return tuple(
        FindingRow(
            finding.finding_no, finding.subject, finding.clause or finding.clause_printed or "",
            _counts(by_finding[finding.finding_no], period),
            tuple(_measure(task, day) for task in sorted(by_finding[finding.finding_no], key=lambda task: task.key)),
        )
        for finding in records.findings.known_on(day)
    )  # fmt: skip


def _measure(task: Task, day: date) -> MeasureRow:
    closed = not _open_on(task, day)
    then = task if closed else replace(task, completed_on=None, withdrawn_on=None)
    done_on = task.completed_on if closed else None
    state = STANDING_WORDS[then.standing(day)]
    return MeasureRow(task.title, task.deadline, task.deadline_printed, state, done_on)


def _check_rows(records: Records, tasks: list[Task], period: Period, flags: _Flags) -> tuple[CheckRow, ...]:
    by_check = defaultdict[str, list[Task]](list)
    for task in tasks:
        if task.origin is Origin.FLAG:
            by_check[task.origin_ref.split("/", 1)[0]].append(task)
    rows = []
    for entry in records.checks.catalogue():
        run = records.checks.latest_run(entry.name, until=period.issued_on)
        state, ran_on, as_of = (str(run.state), run.on_day, run.as_of) if run else ("stale", None, None)
        counts, is_open, excepted = (
            _counts(by_check[entry.name], period), len(flags.open[entry.name]), len(flags.excepted[entry.name]),
        )  # fmt: skip
        rows.append(CheckRow(entry.name, entry.title, state, ran_on, as_of, counts, is_open, excepted))
    return tuple(rows)


def _exception_rows(records: Records, flags: _Flags) -> tuple[ExceptionRow, ...]:
    titles = {entry.name: entry.title for entry in records.checks.catalogue()}
    return tuple(
        ExceptionRow(
            titles.get(one.check_name, one.check_name), one.subject, one.reason, one.until, one.approved_by,
            one.granted_on, sum(flag.subject == one.subject for flag in flags.excepted[one.check_name]),
        )
        for one in flags.exceptions
    )  # fmt: skip


def _coming_rows(tasks: list[Task], names: dict[str, str], today: date) -> tuple[ComingRow, ...]:
    rows = [
        ComingRow(task.deadline, left, task.title, names.get(task.department_code or "", UNKNOWN_DEPARTMENT))
        for task in tasks
        if task.deadline is not None and _open_on(task, today) and 0 <= (left := (task.deadline - today).days) <= COMING_DAYS
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.deadline, row.department)))


def _trend(tasks: list[Task], today: date) -> tuple[tuple[date, int, int], ...]:
    days = [today - timedelta(weeks=weeks) for weeks in range(TREND_WEEKS - 1, -1, -1)]
    counted = [(day, _counts(tasks, Period.before(day))) for day in days]
    return tuple((day, counts.open, counts.overdue) for day, counts in counted)
