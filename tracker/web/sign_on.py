"""庁内の認証（SSO）: to the issuer and back, without a password of ours."""

from dataclasses import asdict

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tracker.authorities import NotVouched, account_of
from tracker.authorities.oidc import NOT_TAKEN, Errand, SignOn
from tracker.domain.errors import AccountRefused
from tracker.links import office_secret
from tracker.signing_in import begin_session
from tracker.web.guests import browser_of, local_path
from tracker.web.routes import ANYONE, Routes
from tracker.web.sign_in import customs_of, inside_desk, let_in, refused_page
from tracker.web.visit import Desk, not_found

routes = Routes()
COOKIE, SALT, PATH = "zesei-sign-on", "zesei.sign-on", "/sign-in/oidc"
BY = "庁内の認証（SSO）"
STRANGER = "庁内の認証はできましたが、是正の利用者として登録されていません。管理者に連絡してください。"


@routes.page("/sign-in/oidc", who=ANYONE, methods=("GET",))
def leave_for_issuer(request: Request) -> Response:
    """To the issuer; the browser keeps what it must bring back."""
    desk = inside_desk(request)
    sign_on, errand = _sign_on(desk), Errand.fresh()
    wanted = local_path(request.query_params.get("next", "/"))
    try:
        answer = RedirectResponse(sign_on.address(errand), 303)
    except AccountRefused as refusal:
        return refused_page(request, refusal, wanted=wanted)
    kept = str(_serializer(desk).dumps({**asdict(errand), "next": wanted}))
    answer.set_cookie(
        COOKIE, kept, max_age=600, path=PATH, httponly=True, samesite="lax", secure=desk.door.is_https(request)
    )
    return answer


@routes.page("/sign-in/oidc/return", who=ANYONE, methods=("GET",))
def come_back(request: Request) -> Response:
    """From the issuer, with a code for what this browser left for."""
    desk = inside_desk(request)
    sign_on = _sign_on(desk)
    try:
        errand, wanted = _kept(desk, request)
        occasion = desk.office.occasion(BY)
        person = sign_on.person(request.query_params.get("code", ""), errand, occasion.at)
        account = account_of(desk.office.store, person, occasion, customs_of(desk.office))
        if account is None:
            raise NotVouched("", STRANGER)
        with desk.office.store.transaction() as records:
            secret = begin_session(records, account.name, browser_of(request), "oidc", occasion)
    except AccountRefused as refusal:
        answer: Response = refused_page(request, refusal)
    else:
        answer = let_in(request, secret, wanted)
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


def _kept(desk: Desk, request: Request) -> tuple[Errand, str]:
    """What this browser left with; NotVouched when it brings back another state, or an error of the issuer."""
    try:
        kept = _serializer(desk).loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        raise NotVouched("", NOT_TAKEN) from None
    wanted = kept.pop("next")
    errand = Errand(**kept)
    if request.query_params.get("state") != errand.state or not request.query_params.get("code"):
        raise NotVouched("", NOT_TAKEN)
    return errand, local_path(wanted)


def _sign_on(desk: Desk) -> SignOn:
    settings = desk.office.settings
    if settings.oidc is None:
        raise not_found("庁内の認証（SSO）は設定されていません。")
    return SignOn(settings.oidc, f"{(settings.web.address or '').rstrip('/')}{PATH}/return")


def _serializer(desk: Desk) -> URLSafeSerializer:
    return URLSafeSerializer(office_secret(desk.office.data_dir), salt=SALT)
