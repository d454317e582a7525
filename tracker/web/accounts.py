"""利用者: who may sign in, as the administrator looks after it."""

from collections.abc import Callable

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.accounts import (
    UNKNOWN,
    add_account,
    change_account,
    disable,
    enable,
    end_sessions,
    set_password,
    unlock,
)  # fmt: skip
from tracker.domain.accounts import Account, Role, account_name
from tracker.domain.errors import AccountRefused, Refusal
from tracker.domain.events import Occasion
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.administration import locked_of
from tracker.web.display import link
from tracker.web.routes import ADMINISTRATORS, Routes
from tracker.web.visit import Visit, Visiting, not_found, visiting

routes = Routes()
Change = Callable[[Records, str, Occasion], object]
FIELDS = ("name", "display_name", "role", "department")
EVENTS_SHOWN = 50


@routes.page("/accounts", who=ADMINISTRATORS)
def index(visit: Visiting) -> HTMLResponse:
    """Everybody, and the form to add somebody."""
    return _index(visit)


@routes.page("/accounts/{name}", who=ADMINISTRATORS)
def show(visit: Visiting, name: str) -> HTMLResponse:
    """One account: what may be changed, where it is signed in, what happened to it."""
    return _page(visit, name)


@routes.form("/accounts", who=ADMINISTRATORS)
def add(act: Acting) -> Response:
    """A new account, with a password that is changed at the first sign-in."""
    account = _typed(act, account_name(act.line("name")))
    length = act.desk.office.settings.accounts.password_length
    try:
        password = str(act.form.get("password", ""))
        if not password and not act.desk.office.settings.has_other_sign_ins:
            raise AccountRefused("password", "仮のパスワードを入力してください。")
        _refuse_unknown_department(act, account)
        add_account(act.desk.office.store, account, password, act.occasion, length)
    except AccountRefused as refusal:
        typed = {field: act.line(field) for field in FIELDS}
        with visiting(act.request) as visit:
            return _index(visit, 422, refusal=str(refusal), refused_field=refusal.field, typed=typed)
    return _back(act, account.name)


@routes.form("/accounts/{name}/role", who=ADMINISTRATORS)
def change(act: Acting, name: str) -> Response:
    """Another display name, role or department."""

    def carry_out() -> None:
        account = _typed(act, name)
        _refuse_unknown_department(act, account)
        with act.desk.office.store.transaction() as records:
            change_account(records, account, act.number("version"), act.occasion)

    return _carry_out(act, name, "role", carry_out)


@routes.form("/accounts/{name}/password", who=ADMINISTRATORS)
def give_password(act: Acting, name: str) -> Response:
    """A password that is changed at the next sign-in."""
    office, password = act.desk.office, str(act.form.get("password", ""))
    length = office.settings.accounts.password_length
    return _carry_out(act, name, "password", lambda: set_password(office.store, name, password, act.occasion, length))


@routes.form("/accounts/{name}/closure", who=ADMINISTRATORS)
def close(act: Acting, name: str) -> Response:
    """Nobody gets in by it any more."""
    return _change(act, name, "closure", disable)


@routes.form("/accounts/{name}/reopening", who=ADMINISTRATORS)
def reopen(act: Acting, name: str) -> Response:
    """It may be used again."""
    return _change(act, name, "reopening", enable)


@routes.form("/accounts/{name}/unlocking", who=ADMINISTRATORS)
def open_lock(act: Acting, name: str) -> Response:
    """It may be tried again at once."""
    return _change(act, name, "unlocking", unlock)


@routes.form("/accounts/{name}/session-ends", who=ADMINISTRATORS)
def end(act: Acting, name: str) -> Response:
    """Wherever it is signed in, it no longer is."""
    return _change(act, name, "session-ends", end_sessions)


def _change(act: Act, name: str, form: str, change: Change) -> Response:
    def carry_out() -> None:
        with act.desk.office.store.transaction() as records:
            change(records, name, act.occasion)

    return _carry_out(act, name, form, carry_out)


def _carry_out(act: Act, name: str, form: str, change: Callable[[], None]) -> Response:
    """Change an account and go back to it; when refused, its page says why beside the field, with what was typed."""
    try:
        change()
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, AccountRefused) else ""
        typed = {each: act.line(each) for each in FIELDS} if form == "role" else {}
        facts = {"refusal": str(refusal), "refused_field": field, "refused_form": form, "typed": typed}
        with visiting(act.request) as visit:
            return _page(visit, name, 422 if field else 409, **facts)
    return _back(act, name)


def _back(act: Act, name: str) -> Response:
    with act.desk.office.store.reading() as records:
        events = records.events.about(f"account:{name}")
    return RedirectResponse(link("accounts", name, after=events[0].id if events else ""), 303)


def _typed(act: Act, name: str) -> Account:
    """The account as the form says; a role that nobody has is a refusal of its field."""
    word, department = act.line("role"), act.line("department")
    if word not in set(Role):
        return Account(name, act.line("display_name"), Role.MEMBER, None)
    return Account(name, act.line("display_name"), Role(word), department or None)


def _refuse_unknown_department(act: Act, account: Account) -> None:
    if act.line("role") not in set(Role):
        raise AccountRefused("role", "役割を選んでください。")
    with visiting(act.request) as visit:
        if account.department_code and account.department_code not in visit.department_names:
            raise AccountRefused("department", "所管課を一覧から選んでください。")


def _index(visit: Visit, status: int = 200, **facts: object) -> HTMLResponse:
    form: dict[str, object] = {"refusal": "", "refused_field": "", "typed": {}, "refused_form": "add"}
    accounts = visit.records.accounts.all()
    return visit.page(
        "accounts/index.html", status, accounts=accounts, locked={one.name for one in locked_of(visit, accounts)},
        settings=visit.office.settings, **form | facts,
    )  # fmt: skip


def _page(visit: Visit, name: str, status: int = 200, **facts: object) -> HTMLResponse:
    known = visit.records.accounts.find(name)
    if known is None:
        raise not_found(UNKNOWN.format(name=name))
    form: dict[str, object] = {"refusal": "", "refused_field": "", "refused_form": "", "typed": {}}
    times, events = visit.office.settings.accounts.times, visit.records.events.about(f"account:{name}")
    sessions = [one for one in visit.records.sessions.of_account(name) if not one.is_over(visit.now, times)]
    newest = events[0] if events and str(events[0].id) == visit.asked("after") else None
    return visit.page(
        "accounts/show.html", status, known=known, sessions=sessions, is_locked=bool(locked_of(visit, [known])),
        events=events[:EVENTS_SHOWN], newest=newest, settings=visit.office.settings, **form | facts,
    )  # fmt: skip
