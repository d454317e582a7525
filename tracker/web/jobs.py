"""処理: when each scheduled job runs, and how its runs ended."""

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.actions.clock import confirm_clock
from tracker.storage.screens.runs import job_runs_page
from tracker.web.acting import Acting
from tracker.web.administration import trouble_at_work
from tracker.web.display import link
from tracker.web.routes import ADMINISTRATORS, WATCHERS, Routes
from tracker.web.visit import Visiting
from tracker.web.words import JOBS

routes = Routes()


@routes.form("/clock", who=ADMINISTRATORS)
def accept(act: Acting) -> Response:
    """The clock leapt and is right: jobs and letters go on."""
    confirm_clock(act.desk.office, act.occasion)
    return RedirectResponse(link(), 303)


@routes.page("/jobs", who=WATCHERS | ADMINISTRATORS)
def index(visit: Visiting) -> HTMLResponse:
    """Scheduled jobs, their last runs, and the newest runs of all."""
    asked = visit.chosen("job", JOBS)
    return visit.page(
        "jobs/index.html",
        jobs=visit.records.job_runs.jobs(),
        latest=visit.newest_job_runs,
        asked=asked,
        slice=job_runs_page(visit.connection, asked, visit.page_number),
        **trouble_at_work(visit),
    )
