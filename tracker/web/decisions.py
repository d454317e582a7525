"""判断: what the division decides on an answer, and what it does with a task of its own accord."""

from collections.abc import Callable

from starlette.responses import RedirectResponse, Response

from tracker.answering import Move, Ruling, decide, move
from tracker.domain import moves
from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, Refusal, SubmissionRefused
from tracker.domain.submissions import Decision
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.display import link
from tracker.web.routes import DIVISION, Routes
from tracker.web.tasks import task_page
from tracker.web.visit import Turned, visiting

routes = Routes()
UNKNOWN_DECISION = "どうするかを読み取れませんでした。画面を開き直してください。"


@routes.form("/decisions", who=DIVISION)
def decide_on_answer(act: Acting) -> Response:
    """Accept an answer, or send it back."""
    word = act.line("decision")
    if word not in (Decision.ACCEPTED, Decision.SENT_BACK):
        raise Turned(400, UNKNOWN_DECISION, "受け付けられませんでした")
    department = _known_department(act)
    ruling = Ruling(
        act.number("submission"), act.number("version"), Decision(word), act.text("reason"), department or None
    )
    return _carry_out(act, word, lambda records: decide(records, ruling, act.occasion).key)


@routes.form("/completions", who=DIVISION)
def complete(act: Acting) -> Response:
    """Done, as the division knows otherwise."""
    return _move(act, "completion", lambda task: moves.complete(task, act.text("note"), act.occasion))


@routes.form("/extensions", who=DIVISION)
def change_deadline(act: Acting) -> Response:
    """Another deadline."""
    typed = act.line("deadline")

    def change(records: Records) -> str:
        try:
            deadline = read_date(typed).day if typed else None
        except DateUnreadable as trouble:
            raise SubmissionRefused("deadline", str(trouble)) from None
        return _moved(act, records, lambda t: moves.change_deadline(t, deadline, act.text("reason"), act.occasion))

    return _carry_out(act, "extension", change)


@routes.form("/handovers", who=DIVISION)
def hand_over(act: Acting) -> Response:
    """Another department's task."""
    department = _known_department(act)
    return _move(act, "handover", lambda task: moves.hand_over(task, department, act.occasion))


@routes.form("/withdrawals", who=DIVISION)
def withdraw(act: Acting) -> Response:
    """No longer asked for."""
    return _move(act, "withdrawal", lambda task: moves.withdraw(task, act.text("reason"), act.occasion))


@routes.form("/reopenings", who=DIVISION)
def reopen(act: Acting) -> Response:
    """Open again: the completion or the withdrawal was a mistake."""
    return _move(act, "reopening", lambda task: moves.reopen(task, act.text("reason"), act.occasion))


def _move(act: Act, form: str, change: Move) -> Response:
    return _carry_out(act, form, lambda records: _moved(act, records, change))


def _moved(act: Act, records: Records, change: Move) -> str:
    return move(records, act.line("task"), act.number("version"), change).key


def _carry_out(act: Act, form: str, change: Callable[[Records], str]) -> Response:
    """Change a task and go back to it; when refused, its page says why beside the field, with what was typed."""
    key = act.line("task")
    try:
        event = act.carry_out(lambda records: f"task:{change(records)}")
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        typed = {name: act.text(name) for name in ("reason", "note", "deadline", "department")}
        facts = {"refusal": str(refusal), "refused_field": field, "refused_form": form, "typed": typed}
        with visiting(act.request) as visit:
            return task_page(visit, key, 422 if field else 409, **facts)
    return RedirectResponse(link("tasks", key, after=event), 303)


def _known_department(act: Act) -> str:
    """The department chosen; one that does not live today counts as none."""
    chosen = act.line("department")
    with visiting(act.request) as visit:
        return chosen if any(chosen == department.code for department in visit.living_departments) else ""
