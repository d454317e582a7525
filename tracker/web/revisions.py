"""指導事項の修正: other words for a finding, its document or a measure that nobody has acted on yet."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.errors import CommandRefused, Refusal
from tracker.entering import (
    CHANGED,
    CLOSED,
    UNKNOWN,
    UNKNOWN_PLAN,
    UNREVISABLE,
    is_revisable,
    revise_finding,
    revise_plan,
    stamp_of,
    task_key,
)  # fmt: skip
from tracker.registers.typed_findings import Reading, TypedRefused, document_of, read_finding, read_plans
from tracker.storage.findings import FindingEntry, PlanEntry
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.display import link
from tracker.web.guidance import LOOK, Looked, document_fields, typed_fields
from tracker.web.routes import DIVISION, Routes
from tracker.web.visit import Turned, Visit, Visiting, not_found, visiting

routes = Routes()
CANNOT = "修正できません"


@routes.page("/revisions/new", who=DIVISION)
def new(visit: Visiting) -> HTMLResponse:
    """The form, filled with what stands there: of a finding, or with `branch` of one of its measures."""
    finding = _finding(visit, visit.asked("finding"))
    if not (branch := visit.asked("branch")):
        return _finding_form(visit, finding, _fields(finding))
    plan = _plan(visit, finding, branch)
    task = visit.records.tasks.find(task_key(finding.finding_no, branch))
    if not is_revisable(plan, task):
        raise Turned(409, UNREVISABLE, CANNOT)
    return _plan_form(visit, finding, plan, _plan_fields(plan))


@routes.form("/revisions", who=DIVISION)
def revise(act: Acting) -> Response:
    """Look over the other words, or enter them."""
    return _revise_plan(act) if act.line("branch") else _revise_finding(act)


def _revise_finding(act: Act) -> Response:
    typed = typed_fields(act) | {"reason": act.text("reason")}
    with visiting(act.request) as visit:
        old = _finding(visit, act.line("finding"))
        reading = Reading(typed, visit.department_names, visit.today)
        finding = replace(
            read_finding(reading, ()), finding_no=old.finding_no, source=old.source,
            departments_printed=old.departments_printed,
        )  # fmt: skip
        if old.guidance_kind is None and not typed["kind"]:  # entered before documents had a kind
            reading.troubles.pop("kind", None)
            finding = replace(finding, guidance_kind=None)
        if old.given_by is None and not typed["given_by"]:
            reading.troubles.pop("given_by", None)
            finding = replace(finding, given_by=None)
        if reading.troubles:
            return _finding_form(visit, old, typed, 422, troubles=reading.troubles)
        if act.line("step") == LOOK:
            return _finding_form(visit, old, typed, looked=Looked(finding, {}))

    def change(records: Records) -> str:
        revise_finding(records, act.line("stamp"), finding, act.text("reason"), act.occasion)
        return f"finding:{finding.finding_no}"

    try:
        event = act.carry_out(change)
    except Refusal as refusal:
        with visiting(act.request) as visit:
            now = _finding(visit, finding.finding_no)
            return _finding_form(visit, now, typed, _status(refusal), **_told(refusal), was=old)
    return RedirectResponse(link("findings", finding.finding_no, after=event), 303)


def _revise_plan(act: Act) -> Response:
    typed = {name: act.text(name) for name in ("action-1", "department-1", "deadline-1", "reason")}
    number, branch = act.line("finding"), act.line("branch")
    with visiting(act.request) as visit:
        finding = _finding(visit, number)
        plan = _plan(visit, finding, branch)
        reading = Reading(typed, visit.department_names, visit.today)
        plans = read_plans(reading, finding)
        if not plans:
            reading.troubles.setdefault("action-1", "改善策の内容を書いてください。")
        if reading.troubles:
            return _plan_form(visit, finding, plan, typed, 422, troubles=reading.troubles)
        if act.line("step") == LOOK:
            return _plan_form(visit, finding, plan, typed, looked=plans[0])

    def change(records: Records) -> str:
        revise_plan(records, act.line("stamp"), number, branch, plans[0], act.text("reason"), act.occasion)
        return f"finding:{number}"

    try:
        event = act.carry_out(change)
    except Refusal as refusal:
        with visiting(act.request) as visit:
            now = _plan(visit, finding, branch)
            return _plan_form(visit, finding, now, typed, _status(refusal), **_told(refusal))
    return RedirectResponse(link("findings", number, after=event), 303)


def _told(refusal: Refusal) -> dict[str, object]:
    return {
        "troubles": dict(refusal.troubles) if isinstance(refusal, TypedRefused) else {"": str(refusal)},
        "overtaken": isinstance(refusal, CommandRefused) and str(refusal) == CHANGED,
    }


def _status(refusal: Refusal) -> int:
    return 422 if isinstance(refusal, TypedRefused) else 409


def _finding(visit: Visit, number: str) -> FindingEntry:
    finding = visit.records.findings.find(number, visit.today)
    if finding is None:
        raise not_found(UNKNOWN.format(number))
    if visit.records.closings.of_finding(number):
        raise Turned(409, CLOSED, CANNOT)
    return finding


def _plan(visit: Visit, finding: FindingEntry, branch: str) -> PlanEntry:
    known = visit.records.findings.plans_of(finding.finding_no, visit.today)
    plan = next((one for one in known if one.branch == branch), None)
    if plan is None:
        raise not_found(UNKNOWN_PLAN)
    return plan


def _fields(finding: FindingEntry) -> dict[str, str]:
    return document_fields(finding) | {
        "finding_no": finding.finding_no, "clause": finding.clause_printed or "", "subject": finding.subject,
        "gist": finding.gist, "department": finding.department_code or "", "systems": finding.systems_printed or "",
    }  # fmt: skip


def _plan_fields(plan: PlanEntry) -> dict[str, str]:
    return {
        "action-1": plan.action, "department-1": plan.department_code or "", "deadline-1": plan.deadline_printed or "",
    }  # fmt: skip


def _finding_form(
    visit: Visit, finding: FindingEntry, typed: Mapping[str, str], status: int = 200, **facts: object
) -> HTMLResponse:
    known = visit.records.findings.known_on(visit.today)
    alike = [one for one in known if document_of(one) == document_of(finding) and one != finding]
    empty: dict[str, object] = {"troubles": {}, "looked": None, "overtaken": False, "was": finding}
    return visit.page(
        "guidance/revise.html", status, finding=finding, typed=typed, alike=alike, stamp=stamp_of(finding),
        nav="findings", law_names=(), **empty | facts,
    )  # fmt: skip


def _plan_form(
    visit: Visit, finding: FindingEntry, plan: PlanEntry, typed: Mapping[str, str], status: int = 200, **facts: object
) -> HTMLResponse:
    empty: dict[str, object] = {"troubles": {}, "looked": None, "overtaken": False}
    return visit.page(
        "guidance/revise_plan.html", status, finding=finding, plan=plan, typed=typed, stamp=stamp_of(plan),
        nav="findings", **empty | facts,
    )  # fmt: skip
