"""混み合っています: what somebody sees whose turn to write did not come in time; what was typed stays and is sent by a click."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tracker.web.drafts import SECRET_FIELDS, is_typed
from tracker.web.forms import MOST_FIELDS, MOST_FILES_READ, line_of
from tracker.web.own_forms import TOKEN
from tracker.web.sign_in import sign_in_page
from tracker.web.visit import desk_of
from tracker.web.words import FIELDS

RETRY_SECONDS = "10"
NOT_YOU = "ただいま混み合っているため、ログインできませんでした。失敗には数えていません。少し待ってから、もう一度入力してください。"


async def busy_page(request: Request) -> Response:
    """A page of its own; to sign in, the form again."""
    form = await _typed(request)
    show = _sign_in_again if request.url.path == "/sign-in" else _send_again
    answer = await run_in_threadpool(show, request, form)
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


async def _typed(request: Request) -> FormData:
    """The form as it was read when it was taken; none for what is no form."""
    if request.method in ("GET", "HEAD"):
        return FormData()
    try:
        return await request.form(max_files=MOST_FILES_READ, max_fields=MOST_FIELDS)
    except HTTPException:
        return FormData()


def _sign_in_again(request: Request, form: FormData) -> Response:
    shown = {"wanted": str(form.get("next", "/")), "name": line_of(form, "name"), "draft": line_of(form, "draft")}
    return sign_in_page(request, 503, refusal=NOT_YOU, **shown)


def _send_again(request: Request, form: FormData) -> Response:
    fields = [(name, text) for name, text in form.multi_items() if isinstance(text, str) and name not in SECRET_FIELDS]
    facts = {
        "fields": [(name, text) for name, text in fields if name != TOKEN],
        "shown": [(FIELDS.get(name, "入力"), text) for name, text in fields if text and name != TOKEN and is_typed(name, text)],
        "had_files": any(isinstance(one, UploadFile) and one.filename for one in form.values()),
        "has_secrets": bool(SECRET_FIELDS & form.keys()),
        "is_form": request.method not in ("GET", "HEAD"),
    }  # fmt: skip
    return desk_of(request).answer(request, "errors/busy.html", 503, **facts)
