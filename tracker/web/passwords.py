"""パスワード: somebody's own, changed by themselves; where an administrator gave it, before anything else."""

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.accounts import change_password, found
from tracker.domain.errors import AccountRefused, Refusal, TooManyAtOnce
from tracker.domain.passwords import LONGEST_PASSWORD
from tracker.signing_in import count_try, forgive_tries, no_try_when_busy, owe_try
from tracker.storage.turns import Busy
from tracker.web.acting import Act, Acting
from tracker.web.guests import browser_of
from tracker.web.routes import SIGNED_IN, Routes
from tracker.web.visit import Visit, Visiting, visiting

routes = Routes()
NOT_ALIKE = "二つの新しいパスワードが違います。同じものを入力してください。"


@routes.page("/password", who=SIGNED_IN)
def show(visit: Visiting) -> HTMLResponse:
    """The form."""
    return _page(visit)


@routes.form("/password", who=SIGNED_IN)
def change(act: Acting) -> Response:
    """Another password; the account's other sessions end."""
    try:
        _change(act)
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, AccountRefused) else ""
        with visiting(act.request) as visit:
            return _page(visit, 422 if field else 409, refusal=str(refusal), refused_field=field)
    return RedirectResponse("/sessions?after=password", 303)


def _change(act: Act) -> None:
    office, session = act.desk.office, act.desk.door.session_of(act.request)
    assert session is not None
    old, new, again = (str(act.form.get(field, "")) for field in ("old", "password", "again"))
    if new != again:
        raise AccountRefused("again", NOT_ALIKE)
    name, address = act.account.name, browser_of(act.request).address
    count_try(office.store, name, address, act.occasion, office.settings.accounts)
    try:
        length = office.settings.accounts.password_length
        with no_try_when_busy(office.store, name, address):
            change_password(office.store, name, old, new, act.occasion, length, session.key)
    except AccountRefused as refusal:
        if refusal.field == "old" or isinstance(refusal, TooManyAtOnce):
            raise
        _forgive(act, name, address)
        raise
    _forgive(act, name, address)


def _forgive(act: Act, name: str, address: str) -> None:
    store = act.desk.office.store
    try:
        with store.transaction() as records:
            forgive_tries(records, name, address)
    except Busy:  # what was asked for is done and answered
        owe_try(store, name, address)


def _page(visit: Visit, status: int = 200, refusal: str = "", refused_field: str = "") -> HTMLResponse:
    session = visit.desk.door.session_of(visit.request)
    known = found(visit.records, visit.account.name)
    return visit.page(
        "passwords/show.html", status, refusal=refusal, refused_field=refused_field, known=known, nav="own",
        must_change=bool(session and session.must_change_password), longest=LONGEST_PASSWORD,
        shortest=visit.office.settings.accounts.password_length,
    )  # fmt: skip
