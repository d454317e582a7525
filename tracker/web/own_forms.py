"""Forms come from our own pages: the browser says so where it can, and the form carries a token of whoever sends it."""

from starlette.requests import Request

from tracker.web.forms import Form, line_of
from tracker.web.security import comes_from_elsewhere
from tracker.web.visit import Turned, desk_of

REFUSED = "受け付けませんでした"
FOREIGN = "この操作は、是正の画面以外のページから送られたため、受け付けませんでした。何も変わっていません。"
NOT_YOURS = (
    "この画面は、開き直す前のものか、ほかの利用者がログインしていたときのものです。何も変わっていません。"
    "画面を開き直して、もう一度行ってください。"
)
TOKEN = "csrf_token"


async def only_from_our_pages(request: Request) -> None:
    """Raise Turned for a form that another site's page sent."""
    if comes_from_elsewhere(request):
        raise Turned(403, FOREIGN, REFUSED)


async def only_with_token(request: Request, form: Form) -> None:
    """Raise Turned for a form that was not written for whoever is signed in."""
    door = desk_of(request).door
    session = door.session_of(request)
    assert session is not None, "asked before who may send it"
    if not door.is_from(line_of(form, TOKEN), session):
        raise Turned(403, NOT_YOURS, REFUSED)
