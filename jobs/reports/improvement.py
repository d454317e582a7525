"""The improvement report to the regulator as of a day, set beside the last one that was issued."""

from datetime import date

from dateutil.relativedelta import relativedelta

from jobs.reports.findings import ToldFinding, shown_numbers, told_findings
from notifications.reports.improvement import (
    ImprovementReport,
    ReportedFinding,
    changes_between,
    improvement_from_json,
)
from tracker.domain.events import Occasion
from tracker.law import threshold
from tracker.office import Office
from tracker.storage.horizon import Horizon
from tracker.storage.retelling import Retelling
from tracker.storage.store import Records

KIND = "improvement"
REGULATOR = "個人情報保護委員会"


def improvement_report(
    records: Records, office: Office, occasion: Occasion, horizon: Horizon | None = None, subject: str = ""
) -> ImprovementReport:
    """The report's facts as of the occasion's day; with a horizon, as they were known when it was issued.

    Findings that somebody else gave (auditors, the council) are not reported to the regulator.
    """
    at = horizon.at if horizon else occasion.at
    found = told_findings(Retelling.on(records, occasion.on_day, horizon, weeks=1), office)
    found = [one for one in found if REGULATOR in (one.entry.given_by or REGULATOR)]
    numbers = shown_numbers(found)
    findings = tuple(_reported(one, numbers[one.entry.finding_no]) for one in found)
    issued = records.reports.latest(KIND, subject, occasion.on_day, known_at=at)
    previous = improvement_from_json(dict(issued.facts)) if issued else None
    rule, remains = threshold("improvement-report-months"), any(one.remaining for one in findings)
    return ImprovementReport(
        office=office.settings.office.name, division=office.settings.office.division_name, on_day=occasion.on_day,
        as_of_at=at.astimezone(office.clock.zone), findings=findings, previous_on=previous.on_day if previous else None,
        changes=changes_between(previous.findings, findings) if previous else (),
        next_on=office.calendar.open_day_until(_later(occasion.on_day, rule.number)) if remains else None, next_basis=rule.title,
    )  # fmt: skip


def _later(day: date, months: int) -> date:
    return day + relativedelta(months=months)


def _reported(one: ToldFinding, number: str) -> ReportedFinding:
    entry = one.entry
    return ReportedFinding(
        number=number, law=entry.law, clause=entry.clause_printed or "", subject=entry.subject, gist=entry.gist,
        department=one.department, measures=one.measures,
        given_on=None if entry.source else entry.given_on,  # of a council paper it is the paper's own day
        document_no=entry.document_no or "",
    )  # fmt: skip
