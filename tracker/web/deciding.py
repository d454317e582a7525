"""How a form of the division changes a task: one transaction, then back to the task with what came of it."""

from collections.abc import Callable

from starlette.responses import RedirectResponse, Response

from tracker.answering import Custom, Move, move
from tracker.domain.dates import read_date
from tracker.domain.decisions import Approval, Approver
from tracker.domain.errors import DateUnreadable, RecordChanged, Refusal, SubmissionRefused
from tracker.storage.store import Records
from tracker.web.acting import Act
from tracker.web.conflicts import KEPT, conflict_of, same_act, since_seen
from tracker.web.display import link
from tracker.web.tasks import task_page
from tracker.web.visit import visiting


def carry_out(act: Act, form: str, change: Callable[[Records], str]) -> Response:
    """Change a task and go back to it; when refused, its page says why beside the field, with what was typed.

    A second click goes where the first one led; a page that was overtaken is shown beside what is there now.
    """
    key = act.line("task")
    try:
        event = act.carry_out(lambda records: f"task:{change(records)}")
    except RecordChanged as refusal:
        return _overtaken(act, form, key, str(refusal))
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        facts = {"refusal": str(refusal), "refused_field": field, "refused_form": form, "typed": typed_in(act)}
        with visiting(act.request) as visit:
            return task_page(visit, key, 422 if field else 409, **facts)
    return RedirectResponse(link("tasks", key, after=event), 303)


def move_task(act: Act, form: str, change: Move) -> Response:
    """Change a task as the page saw it."""
    return carry_out(act, form, lambda records: moved(act, records, change))


def moved(act: Act, records: Records, change: Move) -> str:
    """The key of the task that was changed."""
    return move(records, act.line("task"), act.number("version"), change, custom_of(act)).key


def custom_of(act: Act) -> Custom:
    """The approval that was typed, and the office's rule for looking at effects; SubmissionRefused for a day unread."""
    word = act.line("approver")
    approver = Approver(word) if word in set(Approver) else Approver.NOT_SAID
    try:
        on = read_date(act.line("approved_on")).day if act.line("approved_on") else None
    except DateUnreadable as trouble:
        raise SubmissionRefused("approved_on", str(trouble)) from None
    return Custom(Approval(on, approver, act.line("document_no")), act.desk.office.settings.effects.rule())


def typed_in(act: Act) -> dict[str, str]:
    """What stands in the form, to be shown again."""
    return {name: act.text(name) for name in KEPT}


def _overtaken(act: Act, form: str, key: str, sentence: str) -> Response:
    with visiting(act.request) as visit:
        since = since_seen(visit, act, key)
        if first := same_act(act, form, since):
            return RedirectResponse(link("tasks", key, after=first.id), 303)
        facts = {"refusal": sentence, "refused_form": form, "typed": typed_in(act)}
        return task_page(visit, key, 409, conflict=conflict_of(visit, act, form, since), **facts)
