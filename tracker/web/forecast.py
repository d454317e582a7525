"""これから送る通知: what will go out in the next 30 days if nothing changes, as the newest forecast saw it."""

from itertools import groupby

from starlette.responses import HTMLResponse

from tracker.domain.letter_links import text_without
from tracker.web.routes import WATCHERS, Routes
from tracker.web.visit import Visiting, not_found, number_of

routes = Routes()
GONE = "この予定は、もうありません。予定は毎朝作り直されます。一覧を開き直してください。"


@routes.page("/forecast", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """The letters to come, by day."""
    letters = visit.records.forecasts.letters(visit.today)
    run = visit.newest_job_runs.get("forecast")
    return visit.page(
        "forecast/index.html",
        days=[(day, list(members)) for day, members in groupby(letters, key=lambda letter: letter.on_day)],
        count=len(letters),
        made_at=visit.records.forecasts.made_at() or (run.ended_at if run and run.outcome == "done" else None),
    )


@routes.page("/forecast/{number}", who=WATCHERS)
def show(visit: Visiting, number: str) -> HTMLResponse:
    """One letter to come, as it would read."""
    known = number_of(number)
    letter = None if known is None else visit.records.forecasts.find(known)
    if letter is None:
        raise not_found(GONE)
    return visit.page("forecast/show.html", letter=letter, text=text_without(letter.body_text))
