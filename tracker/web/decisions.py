"""判断: what the division decides on an answer, and what it does with a task of its own accord."""

from starlette.responses import Response

from tracker.answering import Ruling, decide
from tracker.domain import effects, measures, moves
from tracker.domain.dates import read_date
from tracker.domain.decisions import Effect, MeasureDecision
from tracker.domain.errors import DateUnreadable, SubmissionRefused
from tracker.domain.submissions import Decision
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.deciding import carry_out, custom_of, move_task, moved
from tracker.web.routes import DIVISION, Routes
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
    return carry_out(act, word, lambda records: decide(records, ruling, act.occasion, custom_of(act)).key)


@routes.form("/completions", who=DIVISION)
def complete(act: Acting) -> Response:
    """Done, as the division knows otherwise."""
    return move_task(act, "completion", lambda task: moves.complete(task, act.text("note"), act.occasion))


@routes.form("/extensions", who=DIVISION)
def change_deadline(act: Acting) -> Response:
    """Another deadline."""
    typed = act.line("deadline")

    def change(records: Records) -> str:
        try:
            deadline = read_date(typed).day if typed else None
        except DateUnreadable as trouble:
            raise SubmissionRefused("deadline", str(trouble)) from None
        return moved(act, records, lambda t: moves.change_deadline(t, deadline, act.text("reason"), act.occasion))

    return carry_out(act, "extension", change)


@routes.form("/handovers", who=DIVISION)
def hand_over(act: Acting) -> Response:
    """Another department's task."""
    department = _known_department(act)
    return move_task(act, "handover", lambda task: moves.hand_over(task, department, act.occasion))


@routes.form("/withdrawals", who=DIVISION)
def withdraw(act: Acting) -> Response:
    """No longer asked for; or decided that the measure is not taken."""
    is_decided = act.line("measure") == MeasureDecision.NOT_TAKEN
    return move_task(
        act, "withdrawal", lambda task: moves.withdraw(task, act.text("reason"), act.occasion, is_decided=is_decided)
    )


@routes.form("/reopenings", who=DIVISION)
def reopen(act: Acting) -> Response:
    """Open again: the completion or the withdrawal was a mistake."""
    return move_task(act, "reopening", lambda task: moves.reopen(task, act.text("reason"), act.occasion))


@routes.form("/considerations", who=DIVISION)
def consider(act: Acting) -> Response:
    """検討中 to the outside."""
    return move_task(act, "consideration", lambda task: measures.consider(task, act.text("reason"), act.occasion))


@routes.form("/settlements", who=DIVISION)
def settle(act: Acting) -> Response:
    """No longer 検討中."""
    return move_task(act, "settlement", lambda task: measures.settle(task, act.text("reason"), act.occasion))


@routes.form("/effect-checks", who=DIVISION)
def check_effect(act: Acting) -> Response:
    """What the look some months after completion found."""
    word = act.line("effect")
    effect = Effect(word) if word in set(Effect) else Effect.UNKNOWN
    return move_task(act, "effect", lambda task: effects.check_effect(task, effect, act.text("note"), act.occasion))


def _known_department(act: Act) -> str:
    """The department chosen; one that does not live today counts as none."""
    chosen = act.line("department")
    with visiting(act.request) as visit:
        return chosen if any(chosen == department.code for department in visit.living_departments) else ""
