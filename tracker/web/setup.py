"""はじめの設定: the page that makes the first administrator, by a code that only who started the program was told."""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response

from tracker.accounts import add_account
from tracker.domain.accounts import Account, Role, account_name
from tracker.domain.errors import AccountRefused, CommandRefused
from tracker.signing_in import begin_session
from tracker.web.forms import Form, line_of
from tracker.web.guests import browser_of
from tracker.web.routes import ANYONE, Routes
from tracker.web.sign_in import let_in
from tracker.web.visit import Turned, desk_of

routes = Routes()
CODE_BYTES = 24
USED_UP = "このアドレスは使えません。最初の管理者がもう登録されているか、プログラムが起動し直されています。"
NOT_ALIKE = "二つのパスワードが違います。同じものを入力してください。"
FIELDS = ("name", "display_name")


@dataclass
class SetupCode:
    """The code of one start of the program, in memory and as a hash; it opens nothing after its use."""

    _hashed: str = field(default="", repr=False)

    def renew(self) -> str:
        """A new code; the one before it opens nothing any more."""
        code = secrets.token_urlsafe(CODE_BYTES)
        self._hashed = _hash(code)
        return code

    def opens(self, code: str) -> bool:
        """Whether this is the code."""
        return bool(self._hashed) and compare_digest(_hash(code), self._hashed)

    def use_up(self) -> None:
        """It opens nothing any more."""
        self._hashed = ""


@routes.page("/setup/{code}", who=ANYONE)
def show(request: Request, code: str) -> Response:
    """The form, for as long as there is nobody."""
    _only_with_code(request, code)
    return _page(request)


@routes.form("/setup/{code}", who=ANYONE)
def make(request: Request, code: str, form: Form) -> Response:
    """The first administrator, signed in at once."""
    _only_with_code(request, code)
    desk = desk_of(request)
    office, setup = desk.office, request.app.state.setup
    name, password = account_name(line_of(form, "name")), str(form.get("password", ""))
    account = Account(name, line_of(form, "display_name"), Role.ADMINISTRATOR)
    length, occasion = office.settings.accounts.password_length, office.occasion("はじめの設定")
    try:
        if password != str(form.get("again", "")):
            raise AccountRefused("again", NOT_ALIKE)
        add_account(office.store, account, password, occasion, length, must_change=False, only_first=True)
    except CommandRefused:
        setup.use_up()
        raise Turned(404, USED_UP) from None
    except AccountRefused as refusal:
        typed = {each: line_of(form, each) for each in FIELDS}
        return _page(request, 422, refusal=str(refusal), refused_field=refusal.field, typed=typed)
    setup.use_up()
    with office.store.transaction() as records:
        secret = begin_session(records, name, browser_of(request), "password", occasion)
    return let_in(request, secret, "/")


def _only_with_code(request: Request, code: str) -> None:
    setup: SetupCode = request.app.state.setup
    if not setup.opens(code):
        raise Turned(404, USED_UP)


def _page(request: Request, status: int = 200, **facts: object) -> Response:
    desk = desk_of(request)
    form: dict[str, object] = {"refusal": "", "refused_field": "", "typed": {}}
    shortest = desk.office.settings.accounts.password_length
    return desk.answer(request, "setup/show.html", status, shortest=shortest, **form | facts)


def _hash(code: str) -> str:
    return sha256(code.encode("utf-8", "replace")).hexdigest()
