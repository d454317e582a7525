"""取込みの確認: a council paper or a spreadsheet is sent, looked over, and accepted; until then nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.dates import read_date
from tracker.domain.errors import CommandRefused, DateUnreadable, InputRefused, LinkRefused
from tracker.domain.events import Occasion
from tracker.domain.uploads import HELD
from tracker.guidance_import import Outlook, accept, look_ahead, refuse_other_files
from tracker.links import office_secret
from tracker.office import Office
from tracker.registers.importing import Importer
from tracker.registers.troubles import FilesRefused
from tracker.uploads.folder import KeptFileLost, SentFile, UploadsFolder
from tracker.uploads.tokens import Held, HeldTokens, hash_of
from tracker.uploads.working import UploadWorker
from tracker.web.acting import Act, Acting
from tracker.web.display import link
from tracker.web.forms import file_name, files_of
from tracker.web.routes import DIVISION, Routes
from tracker.web.visit import Turned, Visit, Visiting, visiting

routes = Routes()
MOST_FILES, MOST_MB = 2, 10
LARGEST_FORM = (MOST_FILES * MOST_MB + 1) << 20
NO_FILE = "ファイルを選んでください。"
TOO_MANY = "一度に送れるのは2件までです（指導事項と改善策）。"
LATER = "今日より後の日です。ファイルを出力した日を書いてください。"
GONE = "取込みの確認はありません"


@dataclass(frozen=True)
class Bad:
    """What a file is refused with: sentences, and bad cells with row and column."""

    sentences: tuple[str, ...]
    cells: Sequence[object] = ()


@routes.page("/previews/new", who=DIVISION)
def new(visit: Visiting) -> HTMLResponse:
    """Where files are chosen."""
    return _choice(visit)


@routes.form("/previews", who=DIVISION)
async def hold(act: Acting) -> Response:
    """Hold the files and show what they would make."""
    return await run_in_threadpool(_hold, act)


@routes.page("/previews/{token}", who=DIVISION)
def show(visit: Visiting, token: str) -> HTMLResponse:
    """What the files would make, or everything that is wrong with them."""
    held = _open(visit, token)
    return _page(visit, held, token)


@routes.form("/acceptances", who=DIVISION)
def take(act: Acting) -> Response:
    """Import what was looked over, by the code of `zesei import`."""
    token = act.line("token")
    with visiting(act.request) as visit:
        held = _open(visit, token)
        if act.line("files") != hash_of(held.files):
            raise Turned(409, "確認したファイルと違います。もう一度確かめてください。", GONE)
    office = act.desk.office
    try:
        with _folder(act.request).laid_out(held.files) as paths:
            outlook = accept(office.store, _importer(office, held, act.occasion), paths, act.line("stamp"))
    except KeptFileLost as refusal:
        raise Turned(409, str(refusal), GONE) from None
    except (InputRefused, CommandRefused) as refusal:
        with visiting(act.request) as visit:
            return _page(visit, held, token, 409, refusal=str(refusal))
    number = outlook.added[0].finding_no if len(outlook.added) == 1 else ""
    return RedirectResponse(link("findings", number) if number else link("findings", taken=len(outlook.new_tasks)), 303)


def _hold(act: Act) -> Response:
    office, files, now = act.desk.office, files_of(act.form, "files"), act.desk.office.clock.now()
    _worker(act.request).tidy()
    typed = act.line("as_of")
    troubles = {"files": NO_FILE} if not files else {"files": TOO_MANY} if len(files) > MOST_FILES else {}
    as_of = None
    try:
        as_of = read_date(typed).day if typed else None
        if as_of and as_of > act.occasion.on_day:
            troubles["as_of"] = LATER
    except DateUnreadable as trouble:
        troubles["as_of"] = str(trouble)
    if not troubles:
        try:
            sent = [SentFile(file_name(one.filename), one.size or 0, one.file) for one in files]
            refuse_other_files([Path(file.name) for file in sent])
            kept = _folder(act.request).keep(sent, min(MOST_MB, office.settings.limits.file_mb))
            token = _tokens(office).token(Held(kept, act.account.name, now + HELD, as_of))
            return RedirectResponse(link("previews", token), 303)
        except InputRefused as refusal:
            troubles["files"] = str(refusal)
    with visiting(act.request) as visit:
        return _choice(visit, 422, troubles=troubles, typed={"as_of": typed})


def _page(visit: Visit, held: Held, token: str, status: int = 200, *, refusal: str = "") -> HTMLResponse:
    outlook, bad = _looked(visit, held)
    return visit.page(
        "previews/show.html", status if outlook else 422, held=held, token=token, outlook=outlook, bad=bad,
        files_hash=hash_of(held.files), refusal=refusal, nav="findings",
    )  # fmt: skip


def _looked(visit: Visit, held: Held) -> tuple[Outlook | None, Bad | None]:
    office = visit.office
    occasion = Occasion(visit.account.display_name, visit.now, visit.today)
    try:
        with _folder(visit.request).laid_out(held.files) as paths:
            return look_ahead(office.store, _importer(office, held, occasion), paths), None
    except KeptFileLost as refusal:
        raise Turned(410, str(refusal), GONE) from None
    except FilesRefused as refusal:
        return None, Bad(tuple(refusal.files), refusal.cells)
    except InputRefused as refusal:
        return None, Bad((str(refusal),))


def _importer(office: Office, held: Held, occasion: Occasion) -> Importer:
    return Importer(office.settings, held.as_of or occasion.on_day, occasion, as_of_given=held.as_of is not None)


def _choice(visit: Visit, status: int = 200, **facts: object) -> HTMLResponse:
    empty: dict[str, object] = {"troubles": {}, "typed": {}}
    limit = min(MOST_MB, visit.office.settings.limits.file_mb)
    return visit.page("previews/new.html", status, limit_mb=limit, nav="findings", **empty | facts)


def _open(visit: Visit, token: str) -> Held:
    try:
        return _tokens(visit.office).open(token, visit.account.name, visit.now)
    except LinkRefused as refusal:
        raise Turned(404, str(refusal), GONE) from None


def _tokens(office: Office) -> HeldTokens:
    return HeldTokens(office_secret(office.data_dir))


def _worker(request: Request) -> UploadWorker:
    worker: UploadWorker = request.app.state.uploads
    return worker


def _folder(request: Request) -> UploadsFolder:
    return _worker(request).folder
