"""報告: the page that a letter's signed link opens without sign-in, where a department answers to one task."""

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.errors import Refusal, SubmissionRefused
from tracker.domain.submissions import SubmissionKind
from tracker.settings import AnswerSettings
from tracker.web.answer_entry import take_answer
from tracker.web.answer_forms import MEGABYTE, TypedAnswer
from tracker.web.cases import Case, case_of, open_link
from tracker.web.forms import Form, files_of
from tracker.web.grounds import ground_of
from tracker.web.routes import ANYONE, Routes
from tracker.web.visit import Turned, Visit, Visiting, desk_of, visiting

routes = Routes()
NO_KIND = "どの報告かを読み取れませんでした。ページを開き直して、もう一度送ってください。"
NOT_BY_FIELD = ("", "round")  # refusals that concern the task's state and no field of the form


@routes.page("/submissions/{token}", who=ANYONE)
def show(visit: Visiting, token: str) -> HTMLResponse:
    """What is asked and how to answer; changes nothing, because mail programs open links on their own."""
    return _page(visit, case_of(visit, token))


async def _link_is_ours(request: Request, token: str) -> None:
    open_link(desk_of(request), token)


@routes.form(
    "/submissions/{token}", who=ANYONE, dependencies=[Depends(_link_is_ours)]
)  # before anything of the form is read
def answer(request: Request, token: str, form: Form) -> Response:
    """Take an answer; or show the page again, with what is missing beside its field."""
    uploads = files_of(form, "files")
    typed = TypedAnswer.of(form, uploads)
    if typed.kind not in set(SubmissionKind):
        raise Turned(400, NO_KIND, "受け付けられませんでした")
    try:
        take_answer(
            request,
            lambda visit: case_of(visit, token),
            typed,
            uploads,
            lambda v, case: _by_link(v, case, typed.officer),
        )
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        with visiting(request) as visit:
            case, status = case_of(visit, token), 409 if field in NOT_BY_FIELD else 422
            return _page(visit, case, status, typed=typed, refused_field=field, refusal=str(refusal))
    return RedirectResponse(request.url.path, 303)


def largest_form(settings: AnswerSettings) -> int:
    """How many bytes an answer with its files may have."""
    return settings.files * settings.file_mb * MEGABYTE + MEGABYTE


def _by_link(visit: Visit, case: Case, officer: str) -> str:
    return f"{visit.department(case.task.department_code)}（通知のリンク、{officer}）"


def _page(
    visit: Visit, case: Case, status: int = 200, *, typed: TypedAnswer = TypedAnswer(), refused_field: str = "",
    refusal: str = "",
) -> HTMLResponse:  # fmt: skip
    return visit.page(
        "submissions/show.html", status, case=case, task=case.task, ground=ground_of(visit, case.task), typed=typed,
        refused_field=refused_field, refusal=refusal, limits=visit.office.settings.answers,
    )  # fmt: skip
