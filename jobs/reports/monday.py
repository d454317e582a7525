"""The Monday job: the weekly report issued once, written to its files, and sent to the division and the departments."""

from jobs.letters import Composed, Post, queue_letters
from jobs.reports.issuing import issue
from jobs.reports.kinds import KINDS
from jobs.reports.weekly import parts_of_departments
from jobs.reports.writing import write_files
from jobs.runner import Work
from notifications.reports.weekly import WeeklyReport, weekly_from_json
from tracker.domain.dates import wareki
from tracker.domain.departments import Department, department_named
from tracker.domain.events import Occasion
from tracker.office import Office
from tracker.storage.horizon import Horizon
from tracker.storage.reports import WEEKLY, IssuedReport
from tracker.storage.store import Records

KIND = "weekly-report"


def issue_weekly_report(work: Work) -> None:
    """Store the report, write its files, and queue its letters; once a day."""
    office, occasion = work.office, work.occasion
    with office.store.transaction() as records:
        issued = issue_and_tell(records, office, occasion)
    hashes = write_files(office.data_dir, issued)
    with office.store.transaction() as records:
        records.reports.note_files(issued, hashes)
    work.summary = f"{wareki(issued.period_from)}からの週の報告" if issued.period_from else "週次報告"


def issue_and_tell(records: Records, office: Office, occasion: Occasion) -> IssuedReport:
    """The report of the occasion's day, issued and queued when it was not yet, in the caller's transaction."""
    earlier = records.reports.find(WEEKLY, occasion.on_day)
    if earlier is not None:
        return earlier
    report = issue(records, office, KINDS[WEEKLY], occasion).report
    horizon = Horizon.from_json(report.horizon)
    queue_letters(records, [_to_division(records, office, occasion, weekly_from_json(dict(report.facts)))], occasion)
    if office.settings.reports.to_departments:
        queue_letters(records, _to_departments(records, office, occasion, horizon), occasion)
    return report


def _to_division(records: Records, office: Office, occasion: Occasion, report: WeeklyReport) -> Composed:
    division = department_named(office.settings.office.division, records.departments(occasion.on_day))
    home = division or Department(code="", division="", name=office.settings.office.division_name)
    return _letter(office, occasion, report, home, office.settings.office.division_name, "")


def _to_departments(records: Records, office: Office, occasion: Occasion, horizon: Horizon) -> list[Composed]:
    """Each department's own part, to those that have something in it and an address."""
    homes = {one.code: one for one in records.departments(occasion.on_day) if one.email}
    return [
        _letter(office, occasion, own, homes[code], homes[code].full_name, code)
        for code, own in parts_of_departments(records, office, occasion, horizon, homes)
        if own.totals.open or own.changes
    ]


def _letter(
    office: Office, occasion: Occasion, report: WeeklyReport, home: Department, addressee: str, part: str
) -> Composed:
    post = Post(office, occasion)
    key = f"{KIND}/{occasion.on_day.isoformat()}{f'/{part}' if part else ''}"
    letter = post.stationery.write(KIND, report)
    return Composed(addressee, post.address(letter, KIND, key, home, addressee=addressee, to=home.email))
