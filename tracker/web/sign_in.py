"""ログイン: the form to sign in, shown where somebody is needed and nobody is there; and signing out."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.authorities import AuthorityUnreachable, Customs, NotVouched, refuse_administrator
from tracker.authorities.ldap import directory_passwords
from tracker.domain.errors import AccountRefused, TooManyAtOnce
from tracker.domain.events import Occasion
from tracker.domain.sessions import Session
from tracker.office import Office
from tracker.signing_in import Authenticate, begin_session, own_passwords, sign_in
from tracker.web.acting import Acting
from tracker.web.drafts import Drawer, draft_of
from tracker.web.forms import Form, line_of
from tracker.web.guests import PROXY, browser_of, local_path
from tracker.web.own_forms import TOKEN
from tracker.web.routes import ANYONE, SIGNED_IN, Routes
from tracker.web.visit import Desk, Turned, desk_of, visiting

routes = Routes()
STALE = "ログインの画面が古くなっていました。もう一度入力してください。"
RAN_OUT = "ログインしていないか、時間がたってログインが切れていたため、送られた内容は受け付けていません。"
KEPT = "ログインが切れていました。入力した内容は残っています。ログインし直すと、確かめてから送れます。"
STRANGER = "「{name}」は、是正の利用者として登録されていないか、利用を止めています。管理者に連絡してください。"
RETRY_AFTER = "10"  # seconds
SIGNED_OUT = "ログアウトしました。"


@routes.page("/sign-in", who=ANYONE)
def show(request: Request) -> Response:
    """The form; whoever is signed in goes on to where they wanted to go."""
    desk = inside_desk(request)
    wanted = local_path(request.query_params.get("next", "/"))
    if desk.door.session_of(request):
        return RedirectResponse(wanted, 303)
    said = SIGNED_OUT if "out" in request.query_params else ""
    return sign_in_page(request, 200, wanted=wanted, said=said)


@routes.form("/sign-in", who=ANYONE)
def enter(request: Request, form: Form) -> Response:
    """Begin a session; the one that the browser had before ends."""
    desk = inside_desk(request)
    name, password, wanted = line_of(form, "name"), form.get("password"), local_path(str(form.get("next", "/")))
    sealed = line_of(form, "draft")
    shown = {"wanted": wanted, "name": name, "draft": sealed}
    if not desk.door.is_start_token(request, line_of(form, TOKEN)):
        return sign_in_page(request, 403, refusal=STALE, **shown)
    office, occasion = desk.office, desk.office.occasion(name)
    typed = password if isinstance(password, str) else ""
    try:
        ways = password_ways(office, occasion)
        secret = sign_in(office.store, ways, name, typed, browser_of(request), occasion, office.settings.accounts)
    except AccountRefused as refusal:
        return refused_page(request, refusal, **shown)
    return let_in(request, secret, wanted, sealed)


def let_in(request: Request, secret: str, wanted: str, sealed: str = "") -> Response:
    """Into the page that was wanted, or to what the same account had typed; the session before this one ends."""
    desk = desk_of(request)
    end_session(desk, desk.door.session_of(request))
    session = desk.door.begin(request, secret)
    draft = Drawer(desk.office).open(sealed, desk.office.clock.now()) if sealed else None
    if draft and draft.writer == session.account.name and not session.must_change_password:
        answer: Response = desk.answer(request, "drafts/show.html", draft=draft)
    else:
        answer = RedirectResponse(wanted, 303)
    desk.door.let_in(request, answer, secret)
    return answer


@routes.form("/sign-out", who=SIGNED_IN)
def leave(act: Acting) -> Response:
    """End the session."""
    end_session(act.desk, act.desk.door.session_of(act.request))
    answer = RedirectResponse("/sign-in?out=1", 303)
    act.desk.door.let_out(act.request, answer)
    return answer


def password_ways(office: Office, occasion: Occasion) -> tuple[Authenticate, ...]:
    """Who is asked whether a password is right, in this order."""
    own = own_passwords(office.store)
    directory = office.settings.ldap
    return (own, directory_passwords(directory, office.store, occasion, customs_of(office))) if directory else (own,)


def customs_of(office: Office) -> Customs:
    """What the office allows those whom another authority vouches for."""
    oidc = office.settings.oidc
    return Customs(office.settings.accounts.administrators_by_password, bool(oidc and oidc.takes_over))


def refused_page(request: Request, refusal: AccountRefused, **facts: object) -> HTMLResponse:
    """The form with the sentence that says why."""
    told = {AuthorityUnreachable: 503, TooManyAtOnce: 503, NotVouched: 403}.get(type(refusal))
    answer = sign_in_page(request, told or (422 if refusal.field else 429), refusal=str(refusal), **facts)
    if isinstance(refusal, TooManyAtOnce):
        answer.headers["retry-after"] = RETRY_AFTER
    return answer


def sign_in_page(request: Request, status: int, **facts: object) -> HTMLResponse:
    """The form, tied to this browser."""
    desk = desk_of(request)
    start = desk.door.start_of(request)
    shown: dict[str, object] = {
        "wanted": "/",
        "name": "",
        "refusal": "",
        "said": "",
        "draft": "",
        "shown": desk.shown,
        "homes": _homes(request) if desk.shown else {},
        "oidc": desk.office.settings.oidc,
    }
    own = {"csrf_token": desk.door.start_token_of(start)}
    answer = desk.answer(request, "sign_in/show.html", status, **shown | facts | own)
    desk.door.keep_start(request, answer, start)
    return answer


def _homes(request: Request) -> dict[str, str]:
    """The departments' names by code, for the accounts that an example office shows."""
    with visiting(request) as visit:
        return visit.department_names


async def without_sign_in(request: Request) -> Response:
    """What nobody gets: from a page the way to sign in and back; for a form the page to sign in."""
    desk = await run_in_threadpool(inside_desk, request)
    is_page = request.method in ("GET", "HEAD")
    sealed = "" if is_page else await draft_of(request)
    return await run_in_threadpool(_to_sign_in, request, desk, sealed, is_page=is_page)


def _to_sign_in(request: Request, desk: Desk, sealed: str, *, is_page: bool) -> Response:
    if named := desk.door.named_by_proxy(request):
        return _let_in_by_proxy(request, named, _here(request) if is_page else "/", sealed)
    if is_page:
        return RedirectResponse(f"/sign-in?{urlencode({'next': _here(request)})}", 303)
    return sign_in_page(request, 401, refusal=KEPT if sealed else RAN_OUT, draft=sealed)


def _let_in_by_proxy(request: Request, name: str, wanted: str, sealed: str) -> Response:
    office = desk_of(request).office
    try:
        with office.store.transaction() as records:
            if known := records.accounts.find(name):
                refuse_administrator(known.account, customs_of(office))
            secret = begin_session(records, name, browser_of(request), PROXY, office.occasion(name))
    except NotVouched as refusal:
        raise Turned(403, str(refusal)) from None
    except AccountRefused:
        raise Turned(403, STRANGER.format(name=name)) from None
    return let_in(request, secret, wanted, sealed)


def _here(request: Request) -> str:
    return local_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))


def end_session(desk: Desk, session: Session | None) -> None:
    """End a session, when there is one."""
    if session is None:
        return
    with desk.office.store.transaction() as records:
        records.sessions.end(session.key, desk.office.clock.now())


def inside_desk(request: Request) -> Desk:
    """The desk of the whole application."""
    desk = desk_of(request)
    with desk.office.store.reading() as records:
        if records.accounts.is_empty():
            raise Turned(503, NOBODY_YET, "準備中です")
    return desk


NOBODY_YET = (
    "利用者がまだ登録されていません。zesei serve を動かした画面に示されたアドレスを開いて、最初の管理者を登録してください。"
    "コマンド zesei user add でも登録できます。"
)
