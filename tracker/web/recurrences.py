"""再指摘: a finding names an earlier one that it repeats; both pages show the link."""

from collections.abc import Callable

from starlette.responses import RedirectResponse, Response

from tracker.domain.errors import Refusal, SubmissionRefused
from tracker.domain.recurrences import note_recurrence, revoke_recurrence
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.display import link
from tracker.web.findings import finding_page
from tracker.web.routes import DIVISION, Routes
from tracker.web.visit import visiting

routes = Routes()


@routes.form("/recurrences", who=DIVISION)
def note(act: Acting) -> Response:
    """This finding repeats that earlier one."""

    def change(records: Records) -> None:
        known = {finding.finding_no: finding for finding in records.findings.known_on(act.occasion.on_day)}
        finding_no, earlier_no = act.line("finding"), act.line("earlier")
        if earlier_no in records.recurrences.earlier_than(finding_no):
            return  # a second click
        event = note_recurrence(
            finding_no, earlier_no, known, records.recurrences.later_than(finding_no), act.text("reason"), act.occasion
        )
        records.recurrences.note(finding_no, earlier_no, event)

    return _change(act, change)


@routes.form("/recurrences/removal", who=DIVISION)
def revoke(act: Acting) -> Response:
    """The link was a mistake."""

    def change(records: Records) -> None:
        finding_no, earlier_no = act.line("finding"), act.line("earlier")
        if earlier_no in records.recurrences.earlier_than(finding_no):
            records.recurrences.revoke(finding_no, earlier_no, revoke_recurrence(finding_no, earlier_no, act.occasion))

    return _change(act, change)


def _change(act: Act, change: Callable[[Records], None]) -> Response:
    finding_no = act.line("finding")
    try:
        with act.desk.office.store.transaction() as records:
            change(records)
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        typed = {"earlier": act.line("earlier"), "reason": act.text("reason"), "refusal": str(refusal), "field": field}
        with visiting(act.request) as visit:
            return finding_page(visit, finding_no, 422, recurrence_typed=typed)
    return RedirectResponse(f"{link('findings', finding_no)}#recurrences", 303)
