"""ログイン中の画面: where somebody is signed in, and ending what they do not know or no longer use."""

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.accounts import end_sessions, event_of
from tracker.domain.events import Happened
from tracker.web.acting import Acting
from tracker.web.routes import SIGNED_IN, Routes
from tracker.web.visit import Turned, Visiting

routes = Routes()
SAID = {
    "password": "パスワードを変えました。ほかの画面のログインは取り消しました。",
    "one": "ログインを取り消しました。",
    "all": "ほかのログインを、すべて取り消しました。",
}
GONE = "このログインは、もう終わっています。"


@routes.page("/sessions", who=SIGNED_IN)
def index(visit: Visiting) -> HTMLResponse:
    """The sessions of whoever is signed in that still go on."""
    times = visit.office.settings.accounts.times
    own = [one for one in visit.records.sessions.of_account(visit.account.name) if not one.is_over(visit.now, times)]
    return visit.page(
        "sessions/index.html", sessions=own, current=visit.desk.door.session_of(visit.request), nav="own",
        said=SAID.get(visit.asked("after"), ""), limits=visit.office.settings.accounts,
    )  # fmt: skip


@routes.form("/session-ends", who=SIGNED_IN)
def end(act: Acting) -> Response:
    """End one of one's own sessions, or all but this one."""
    session = act.desk.door.session_of(act.request)
    assert session is not None
    key, name = act.line("session"), act.account.name
    with act.desk.office.store.transaction() as records:
        if not key:
            end_sessions(records, name, act.occasion, but=session.key)
            return RedirectResponse("/sessions?after=all", 303)
        if records.sessions.account_name_of(key) != name or not records.sessions.end(key, act.occasion.at):
            raise Turned(404, GONE)
        records.events.append([event_of(Happened.SESSIONS_REVOKED, name, act.occasion, number=1)])
    return RedirectResponse("/sessions?after=one", 303)
