"""指導の入力: a document of the Commission and its findings, typed in, looked over, then entered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.dates import short_wareki
from tracker.domain.errors import Refusal
from tracker.entering import UNKNOWN, add_plan, close_finding, enter_guidance, reopen_finding
from tracker.law import laws
from tracker.registers.typed_findings import MOST_PLANS, Reading, ReadPlan, TypedRefused, read_finding, read_plans
from tracker.storage.findings import FindingEntry
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.display import link
from tracker.web.findings import finding_page
from tracker.web.routes import DIVISION, Routes
from tracker.web.visit import Visit, Visiting, not_found, visiting

routes = Routes()
FIELDS = (
    "kind", "given_by", "given_on", "document_no", "finding_no", "law", "clause", "subject", "gist", "department", "systems",
)  # fmt: skip
PLAN_FIELDS = ("action", "department", "deadline")
LOOK = "look"
COMMISSION = "個人情報保護委員会"


@dataclass(frozen=True)
class Looked:
    """What was read of the form, shown before it is entered."""

    finding: FindingEntry
    plans: Mapping[int, ReadPlan]


@routes.page("/guidance/new", who=DIVISION)
def new(visit: Visiting) -> HTMLResponse:
    """The form; with `like`, a further finding of the same document."""
    like = visit.records.findings.find(visit.asked("like"), visit.today)
    typed = {"given_by": COMMISSION} if like is None else document_fields(like)
    return form_page(visit, typed)


@routes.form("/guidance", who=DIVISION)
def enter(act: Acting) -> Response:
    """Look over what was typed, or enter it."""
    typed = typed_fields(act)
    with visiting(act.request) as visit:
        reading, finding, plans = _read(visit, typed)
        if reading.troubles:
            return form_page(visit, typed, 422, troubles=reading.troubles, blocks=_blocks(typed))
        if act.line("step") == LOOK:
            looked = Looked(finding, {plan.number: plan for plan in plans})
            return form_page(visit, typed, looked=looked, blocks=_blocks(typed))
    try:
        event = act.carry_out(lambda records: _entered(records, finding, plans, act))
    except Refusal as refusal:
        troubles = refusal.troubles if isinstance(refusal, TypedRefused) else {"": str(refusal)}
        with visiting(act.request) as visit:
            return form_page(visit, typed, 422, troubles=troubles, blocks=_blocks(typed))
    return RedirectResponse(link("findings", finding.finding_no, after=event), 303)


@routes.form("/plans", who=DIVISION)
def add(act: Acting) -> Response:
    """One more measure of a finding: looked over, or entered as a task."""
    number = act.line("finding")
    typed = {name: act.text(name) for name in ("action-1", "department-1", "deadline-1")}
    with visiting(act.request) as visit:
        finding = visit.records.findings.find(number, visit.today)
        if finding is None:
            raise not_found(UNKNOWN.format(number))
        reading = Reading(typed, visit.department_names, visit.today)
        plans = read_plans(reading, finding)
        if not plans:
            reading.troubles.setdefault("action-1", "改善策の内容を書いてください。")
        if reading.troubles or act.line("step") == LOOK:
            looked = plans[0] if plans and not reading.troubles else None
            status = 422 if reading.troubles else 200
            return finding_page(visit, number, status, troubles=reading.troubles, typed=typed, looked=looked)

    def change(records: Records) -> str:
        return f"task:{add_plan(records, number, plans[0], act.occasion)}"

    return carry_out(act, number, change, typed)


@routes.form("/finding-closings", who=DIVISION)
def close(act: Acting) -> Response:
    """Hold a finding to be answered in full."""
    number = act.line("finding")

    def change(records: Records) -> str:
        close_finding(records, number, act.text("note"), act.occasion)
        return f"finding:{number}"

    return carry_out(act, number, change, {"note": act.text("note")}, "closing")


@routes.form("/finding-reopenings", who=DIVISION)
def reopen(act: Acting) -> Response:
    """Take the closing of a finding back."""
    number = act.line("finding")

    def change(records: Records) -> str:
        reopen_finding(records, number, act.text("reason"), act.occasion)
        return f"finding:{number}"

    return carry_out(act, number, change, {"reason": act.text("reason")}, "reopening")


def form_page(visit: Visit, typed: Mapping[str, str], status: int = 200, **facts: object) -> HTMLResponse:
    """The form with what was typed; `facts` say what was read of it or what is wrong with it."""
    empty: dict[str, object] = {"troubles": {}, "looked": None, "blocks": 1, "most": MOST_PLANS}
    names = [name for law in laws() if law.kind == "law" for name in (law.aliases[0], law.name)]
    return visit.page("guidance/new.html", status, typed=typed, law_names=names, nav="findings", **empty | facts)


def typed_fields(act: Act) -> dict[str, str]:
    """The fields of the form as they were typed."""
    plans = [f"{name}-{number}" for number in range(1, MOST_PLANS + 1) for name in PLAN_FIELDS]
    return {name: act.text(name) for name in (*FIELDS, *plans)}


def document_fields(finding: FindingEntry) -> dict[str, str]:
    """What a form says of the document that a finding stands in."""
    return {
        "kind": finding.guidance_kind or "", "given_by": finding.given_by or "",
        "given_on": short_wareki(finding.given_on) if finding.given_on else "", "document_no": finding.document_no or "",
        "law": finding.law,
    }  # fmt: skip


def carry_out(
    act: Act, number: str, change: Callable[[Records], str], typed: Mapping[str, str], form: str = "plan"
) -> Response:
    """Change a finding and go back to its page; when refused, the page says why, with what was typed."""
    try:
        event = act.carry_out(change)
    except Refusal as refusal:
        troubles = dict(refusal.troubles) if isinstance(refusal, TypedRefused) else {}
        field = getattr(refusal, "field", "")
        facts = {"troubles": troubles or {f"{form}-{field}" if field else "": str(refusal)}, "typed": typed}
        with visiting(act.request) as visit:
            return finding_page(visit, number, 422 if troubles or field else 409, **facts)
    return RedirectResponse(link("findings", number, after=event), 303)


def _read(visit: Visit, typed: Mapping[str, str]) -> tuple[Reading, FindingEntry, list[ReadPlan]]:
    reading = Reading(typed, visit.department_names, visit.today)
    taken = [finding.finding_no for finding in visit.records.findings.known_on(visit.today)]
    finding = read_finding(reading, taken)
    return reading, finding, read_plans(reading, finding)


def _entered(records: Records, finding: FindingEntry, plans: list[ReadPlan], act: Act) -> str:
    enter_guidance(records, finding, plans, act.occasion)
    return f"finding:{finding.finding_no}"


def _blocks(typed: Mapping[str, str]) -> int:
    """How many blocks of measures the form shows: those that are filled in, and one more."""
    filled = [n for n in range(1, MOST_PLANS + 1) if typed.get(f"action-{n}") or typed.get(f"deadline-{n}")]
    return min(MOST_PLANS, max(filled, default=0) + 1)
