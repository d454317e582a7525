"""The follow-up form as of a day: each finding with the 措置区分 that its measures make."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from jobs.reports.findings import ToldFinding, told_findings
from notifications.reports.follow_up import FollowUpForm, FollowUpRow
from notifications.reports.measures import Measure
from tracker.domain.decisions import Approval, Approver
from tracker.domain.events import Occasion
from tracker.domain.measures import MeasureStatus, measure_status
from tracker.office import Office
from tracker.storage.horizon import Horizon
from tracker.storage.retelling import Retelling
from tracker.storage.store import Records

OPINIONS = ("助言",)  # what should be considered is an 意見, what must be mended a 指摘
APPROVERS = {
    Approver.NOT_SAID: "", Approver.SECTION_CHIEF: "係長決定", Approver.CHIEF: "課長決定", Approver.DIRECTOR: "部長決定",
    Approver.DEPUTY_HEAD: "副市区町村長決定", Approver.HEAD: "市区町村長決定",
}  # fmt: skip


def follow_up_form(
    records: Records, office: Office, occasion: Occasion, horizon: Horizon | None = None, subject: str = ""
) -> FollowUpForm:
    """The form's facts as of the occasion's day; with a horizon, as they were known when it was issued."""
    at = horizon.at if horizon else occasion.at
    found = told_findings(Retelling.on(records, occasion.on_day, horizon, weeks=1), office)
    rows = tuple(map(_row, found))
    counted = Counter(row.status for row in rows)
    return FollowUpForm(
        office=office.settings.office.name, division=office.settings.office.division_name, on_day=occasion.on_day,
        as_of_at=at.astimezone(office.clock.zone), rows=rows,
        counts=tuple((str(status), counted[str(status)]) for status in MeasureStatus),
    )  # fmt: skip


def finding_status(statuses: Sequence[MeasureStatus | None]) -> MeasureStatus:
    """The 措置区分 of a finding from those of its measures; None stands for one that should not have been there.

    Nothing left and something taken is A 措置完了, nothing left and nothing taken D 不措置. While something is left,
    one measure taken or under way makes it B 措置中, else one planned C 措置予定, else it is E 検討中; so is a finding
    without measures. The form that this follows gives a 措置区分 for each finding and does not say how several measures
    make one: the rule is ours, and stands below the form.
    """
    known = set(filter(None, statuses))
    left = known & {MeasureStatus.UNDER_WAY, MeasureStatus.PLANNED, MeasureStatus.CONSIDERED}
    if not left:
        rank = (MeasureStatus.TAKEN, MeasureStatus.NOT_TAKEN)
        return next((status for status in rank if status in known), MeasureStatus.CONSIDERED)
    if known & {MeasureStatus.TAKEN, MeasureStatus.UNDER_WAY}:
        return MeasureStatus.UNDER_WAY
    return MeasureStatus.PLANNED if MeasureStatus.PLANNED in known else MeasureStatus.CONSIDERED


def _row(one: ToldFinding) -> FollowUpRow:
    entry, status = one.entry, finding_status([measure_status(task) for task in one.tasks])
    approval = max((task.approval for task in one.tasks), key=lambda each: each.on or date.min, default=Approval())
    return FollowUpRow(
        number=entry.finding_no, law=entry.law, clause=entry.clause_printed or "",
        kind="意見" if entry.guidance_kind in OPINIONS else "指摘", department=one.department, subject=entry.subject,
        gist=entry.gist, status=str(status), measures=one.measures, month=_month(status, one.measures),
        decided_on=approval.on, decided_by=APPROVERS[approval.by], document_no=approval.document_no,
    )  # fmt: skip


def _month(status: MeasureStatus, measures: Sequence[Measure]) -> date | None:
    if status is MeasureStatus.TAKEN:
        return max((one.done_on for one in measures if one.done_on), default=None)
    if status in (MeasureStatus.UNDER_WAY, MeasureStatus.PLANNED):
        return max((one.deadline for one in measures if one.state.is_open and one.deadline), default=None)
    return None
