"""Where a form on a task leads: to the page it was sent from, with what happened or with what was refused."""

from starlette.responses import RedirectResponse, Response

from tracker.web.acting import Act
from tracker.web.display import link
from tracker.web.own_tasks import RefusedForm, own_page, own_task_page
from tracker.web.tasks import task_page
from tracker.web.visit import visiting

LIST = "list"


def back_to(act: Act, key: str, event: int) -> Response:
    """To the department's list or the task's page, which says what happened."""
    if act.account.is_of_department and act.line("from") == LIST:
        return RedirectResponse(f"/?after={event}", 303)
    return RedirectResponse(link("tasks", key, after=event), 303)


def turned_back(act: Act, refused: RefusedForm) -> Response:
    """The page again, with the refusal beside its field: 422 for what was typed, 409 for the state of things."""
    status = 422 if refused.field_name and refused.field_name != "round" else 409
    with visiting(act.request) as visit:
        if not act.account.is_of_department:
            return task_page(
                visit, refused.key, status, refusal=refused.sentence, refused_field=refused.field_name,
                refused_form=refused.form, typed=dict(refused.texts),
            )  # fmt: skip
        if act.line("from") == LIST:
            return own_page(visit, refused, status)
        return own_task_page(visit, refused.key, refused, status)
