"""例外: what checks leave in peace for a while, granted and revoked by the division."""

from collections.abc import Callable

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.deadlines import read_deadline
from tracker.domain.errors import DateUnreadable, Refusal, SubmissionRefused
from tracker.excepting import UNKNOWN, Asked, except_flag, revoke_exception
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.display import link
from tracker.web.flags import flag_page
from tracker.web.routes import DIVISION, WATCHERS, Routes
from tracker.web.tasks import check_titles
from tracker.web.visit import Visiting, not_found, visiting

routes = Routes()
OVER_SHOWN = 100
FIELDS = ("reason", "until", "approved_by")


@routes.page("/exceptions", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Every exception in force, the first to end first, and the newest of those that are over."""
    return visit.page(
        "exceptions/index.html",
        holding=visit.records.exceptions.all_holding(visit.today),
        over=visit.records.exceptions.over(visit.today, OVER_SHOWN),
        over_shown=OVER_SHOWN,
        flags={flag.exception_id: flag for flag in visit.records.flags.excepted_now()},
        titles=check_titles(visit),
    )


@routes.form("/exceptions", who=DIVISION)
def grant(act: Acting) -> Response:
    """Leave the subject of a flag in peace until a day."""
    number, office = act.number("flag"), act.desk.office

    def change(records: Records) -> str:
        typed = act.line("until")
        try:
            until = read_deadline(typed, act.occasion.on_day).day
        except DateUnreadable as trouble:
            raise SubmissionRefused("until", str(trouble)) from None
        asked = Asked(number, act.text("reason"), until, act.line("approved_by"), act.number("instead_of"))
        flag = except_flag(records, asked, office.calendar, act.occasion)
        return f"exception:{flag.check_name}/{flag.subject}"

    return _carry_out(act, number, "exception", change)


@routes.form("/revocations", who=DIVISION)
def revoke(act: Acting) -> Response:
    """End an exception before its day."""
    number, office = act.number("flag"), act.desk.office
    with visiting(act.request) as visit:
        if visit.records.exceptions.find(act.number("exception")) is None:
            raise not_found(UNKNOWN)

    def change(records: Records) -> str:
        exception = revoke_exception(
            records, act.number("exception"), act.text("reason"), office.calendar, act.occasion
        )
        return f"exception:{exception.check_name}/{exception.subject}"

    return _carry_out(act, number, "revocation", change)


def _carry_out(act: Act, flag: int, form: str, change: Callable[[Records], str]) -> Response:
    """Change the exception and go back to the flag; when refused, its page says why, with what was typed."""
    try:
        event = act.carry_out(change)
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        typed = {name: act.text(name) for name in FIELDS}
        facts = {"refusal": str(refusal), "refused_field": field, "refused_form": form, "typed": typed}
        with visiting(act.request) as visit:
            return flag_page(visit, flag, 422 if field else 409, **facts)
    return RedirectResponse(link("flags", flag, after=event), 303)
