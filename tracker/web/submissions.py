"""報告: the page that a letter's signed link opens without sign-in, where a department answers to one task."""

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.accounts import ROLE_WORDS, Account, Role
from tracker.domain.departments import department_named
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
NOT_WITH_THIS_ROLE = "「{role}」の役割でログインしている間は、所管課の回答のページを開けません。所管課の方は、先にログアウトしてください。"
NOT_BY_FIELD = ("", "round")  # refusals that concern the task's state and no field of the form


def _refuse_watchers(request: Request) -> None:
    """Raise Turned for who is signed in and may only watch."""
    account = desk_of(request).account_of(request)
    if account is not None and account.role in (Role.AUDITOR, Role.ADMINISTRATOR):
        raise Turned(403, NOT_WITH_THIS_ROLE.format(role=ROLE_WORDS[account.role]), "回答できません")


@routes.page("/submissions/{token}", who=ANYONE, dependencies=[Depends(_refuse_watchers)])
def show(visit: Visiting, token: str) -> HTMLResponse:
    """What is asked and how to answer; changes nothing, because mail programs open links on their own."""
    return _page(visit, case_of(visit, token))


def _stand_in(visit: Visit, case: Case) -> Account | None:
    """Who of the division is signed in, and so answers in the place of a department that is not the division itself."""
    account = visit.desk.account_of(visit.request)
    if account is None or account.role is not Role.DIVISION:
        return None
    own = department_named(visit.office.settings.office.division, visit.departments)
    return None if own is not None and own.code == case.task.department_code else account


def _link_is_ours(request: Request, token: str) -> None:
    with visiting(request) as visit:
        open_link(visit, token)


@routes.form(
    "/submissions/{token}", who=ANYONE, dependencies=[Depends(_refuse_watchers), Depends(_link_is_ours)]
)  # before anything of the form is read
def answer(request: Request, token: str, form: Form) -> Response:
    """Take an answer; or show the page again, with what is missing beside its field."""
    uploads = files_of(form, "files")
    with visiting(request) as visit:
        stand_in = _stand_in(visit, case_of(visit, token))
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
            stand_in.name if stand_in else "",
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
        stand_in=_stand_in(visit, case), division=visit.office.settings.office.division_name,
    )  # fmt: skip
