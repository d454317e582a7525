"""報告: the page that a letter's signed link opens without sign-in, where a department answers to one task."""

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.accounts import ROLE_WORDS, Account, Role
from tracker.domain.errors import Refusal, SubmissionRefused
from tracker.domain.submissions import LONGEST_NAME, SubmissionKind
from tracker.settings import AnswerSettings
from tracker.web.answer_entry import take_answer
from tracker.web.answer_forms import MEGABYTE, TypedAnswer
from tracker.web.cases import Case, case_of, open_link
from tracker.web.forms import Form, files_of
from tracker.web.grounds import ground_of
from tracker.web.routes import ANYONE, Routes
from tracker.web.visit import Desk, Turned, Visit, Visiting, desk_of, visiting

routes = Routes()
NO_KIND = "どの報告かを読み取れませんでした。ページを開き直して、もう一度送ってください。"
IN_PLACE = "（{division}が所管課に代わって）"
NOT_WITH_THIS_ROLE = "「{role}」の役割でログインしている間は、所管課の回答のページを開けません。"
NOT_BY_FIELD = ("", "round")  # refusals that concern the task's state and no field of the form


@routes.page("/submissions/{token}", who=ANYONE)
def show(visit: Visiting, token: str) -> HTMLResponse:
    """What is asked and how to answer; changes nothing, because mail programs open links on their own."""
    return _page(visit, case_of(visit, token))


def stand_in_of(request: Request) -> Account | None:
    """Who of the division is signed in and so answers in a department's place; who only watches is turned away."""
    account = desk_of(request).account_of(request)
    if account is None or account.is_of_department:
        return None
    if account.role is not Role.DIVISION:
        raise Turned(403, NOT_WITH_THIS_ROLE.format(role=ROLE_WORDS[account.role]), "回答できません")
    return account


def _link_is_ours(request: Request, token: str) -> None:
    stand_in_of(request)
    with visiting(request) as visit:
        open_link(visit, token)


@routes.form(
    "/submissions/{token}", who=ANYONE, dependencies=[Depends(_link_is_ours)]
)  # before anything of the form is read
def answer(request: Request, token: str, form: Form) -> Response:
    """Take an answer; or show the page again, with what is missing beside its field."""
    uploads, stand_in = files_of(form, "files"), stand_in_of(request)
    typed = TypedAnswer.of(form, uploads, None if stand_in is None else _named(desk_of(request), stand_in))
    if typed.kind not in set(SubmissionKind):
        raise Turned(400, NO_KIND, "受け付けられませんでした")
    try:
        take_answer(
            request,
            lambda visit: case_of(visit, token),
            typed,
            uploads,
            lambda v, case: _by_link(v, case, typed.officer, stand_in),
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


def _by_link(visit: Visit, case: Case, officer: str, stand_in: Account | None) -> str:
    department = visit.department(case.task.department_code)
    if stand_in is not None:
        return f"{stand_in.display_name}（{department}に代わって、通知のリンク）"
    return f"{department}（通知のリンク、{officer}）"


def _named(desk: Desk, stand_in: Account) -> str:
    """Under which name the answer stands: nobody types the name of somebody else."""
    division = desk.office.settings.office.division_name[: LONGEST_NAME // 2]
    said = IN_PLACE.format(division=division)
    return stand_in.display_name[: LONGEST_NAME - len(said)] + said


def _page(
    visit: Visit, case: Case, status: int = 200, *, typed: TypedAnswer = TypedAnswer(), refused_field: str = "",
    refusal: str = "",
) -> HTMLResponse:  # fmt: skip
    return visit.page(
        "submissions/show.html", status, case=case, task=case.task, ground=ground_of(visit, case.task), typed=typed,
        refused_field=refused_field, refusal=refusal, limits=visit.office.settings.answers,
        stand_in=stand_in_of(visit.request), division=visit.office.settings.office.division_name,
    )  # fmt: skip
