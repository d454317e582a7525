"""検知: what the checks saw in the registers."""

from starlette.responses import HTMLResponse

from tracker.law import contract_items
from tracker.storage.screens.flags import FlagFilter, flags_page
from tracker.web.outcomes import exception_outcome
from tracker.web.routes import WATCHERS, Routes
from tracker.web.tasks import check_titles
from tracker.web.timeline import timeline
from tracker.web.visit import Visit, Visiting, not_found, number_of
from tracker.web.words import FLAG_TABS

routes = Routes()


@routes.page("/flags", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Flags, the open ones by default."""
    titles = check_titles(visit)
    wanted = FlagFilter(
        check=visit.chosen("check", titles),
        department=visit.asked("department"),
        standing=visit.chosen("standing", dict(FLAG_TABS), "open"),
        seen_on=visit.day_asked("seen"),
        cleared_on=visit.day_asked("cleared"),
    )
    slice_ = flags_page(visit.connection, wanted, visit.page_number)
    return visit.page("flags/index.html", slice=slice_, wanted=wanted, titles=titles)


@routes.page("/flags/{number}", who=WATCHERS)
def show(visit: Visiting, number: str) -> HTMLResponse:
    """One flag: what was seen, its task, and whether an exception silences it."""
    return flag_page(visit, number_of(number) or 0)


def flag_page(visit: Visit, number: int, status: int = 200, **facts: object) -> HTMLResponse:
    """A flag's page; `facts` say what was refused of a form on it."""
    flag = visit.records.flags.find(number)
    if flag is None:
        raise not_found("この検知はありません。検知の一覧から選び直してください。")
    exceptions = visit.records.exceptions.of_subject(flag.check_name, flag.subject)
    events = visit.records.events.about(f"exception:{flag.check_name}/{flag.subject}")
    holding = next((one for one in exceptions if one.holds_on(visit.today)), None)
    form = {"refusal": "", "refused_field": "", "refused_form": "", "typed": {}}
    return visit.page(
        "flags/show.html",
        status,
        flag=flag,
        task=visit.records.tasks.find(flag.task_key),
        holding=holding,
        alike=len(visit.records.flags.open_of_subject(flag.check_name, flag.subject)),
        titles=check_titles(visit),
        clauses={item.key: item for item in contract_items()},
        timeline=timeline(visit, events, ()),
        outcome=exception_outcome(visit, holding, events),
        **form | facts,
    )
