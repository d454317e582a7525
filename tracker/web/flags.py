"""検知: what the checks saw in the registers."""

from starlette.responses import HTMLResponse

from tracker.storage.screens.flags import FlagFilter, flags_page
from tracker.web.routes import WATCHERS, Routes
from tracker.web.tasks import check_titles
from tracker.web.visit import Visiting
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
