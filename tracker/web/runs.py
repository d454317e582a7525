"""検査の依頼: somebody asks for a check to be run now; the scheduler does it within the minute."""

from starlette.responses import RedirectResponse, Response

from tracker.web.acting import Acting
from tracker.web.display import link
from tracker.web.routes import DIVISION, Routes
from tracker.web.tasks import check_titles
from tracker.web.visit import not_found, visiting

routes = Routes()


@routes.form("/runs", who=DIVISION)
def ask(act: Acting) -> Response:
    """Ask for one check; a second click finds the request of the first."""
    name = act.line("check")
    with visiting(act.request) as visit:
        if name not in check_titles(visit):
            raise not_found(f"検査「{name}」はありません。")
    with act.desk.office.store.transaction() as records:
        records.run_requests.ask(name, act.occasion)
    return RedirectResponse(f"{link('checks', name)}#run", 303)
