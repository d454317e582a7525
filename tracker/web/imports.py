"""取込み: register files uploaded, looked at, and taken in when somebody has accepted what they change."""

from datetime import date
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, InputRefused, SubmissionRefused
from tracker.domain.register_lists import column_of
from tracker.domain.registers import BY_STEM, REGISTERS, Kind
from tracker.domain.uploads import LARGE_LOSS, UNDECIDED, Upload, UploadState
from tracker.registers.sources import refuse_other_names
from tracker.settings import LimitSettings
from tracker.uploads.folder import MEGABYTE, SentFile
from tracker.uploads.working import UploadWorker
from tracker.web.acting import Act, Acting
from tracker.web.display import cell_words, link
from tracker.web.forms import file_name, files_of
from tracker.web.routes import DIVISION, WATCHERS, Routes
from tracker.web.visit import Visit, Visiting, not_found, number_of, visiting

routes = Routes()
SHOWN = 20
SECONDS_BETWEEN_LOOKS = 2
NO_FILE = "ファイルを選んでください。"
UNSURE = "多くの行が終了します。出力が途中で切れていないことを確かめて、印を付けてください。"
MOVED_ON = "この画面を開いた後に、状態が変わりました。今の状態を示します。"


@routes.page("/imports", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """A form for files, and what became of the latest."""
    return _index(visit)


@routes.form("/imports", who=DIVISION)
def upload(act: Acting) -> Response:
    """Keep the files and let them be looked at."""
    try:
        number = _keep(act)
    except SubmissionRefused as refusal:
        with visiting(act.request) as visit:
            typed = {"as_of": act.line("as_of"), "allow_empty": act.line("allow_empty")}
            return _index(visit, 422, typed=typed, refused_field=refusal.field, refusal=str(refusal))
    _worker(act).wake()
    return RedirectResponse(link("imports", number), 303)


@routes.page("/imports/{number}", who=WATCHERS)
def show(visit: Visiting, number: str) -> HTMLResponse:
    """What the files would change, or what became of them."""
    return _page(visit, number)


@routes.form("/imports/{number}/acceptances", who=DIVISION)
def accept(act: Acting, number: str) -> Response:
    """Take the files in as they were shown."""
    with act.desk.office.store.transaction() as records:
        found = _known(records.uploads.find(number_of(number) or 0), number)
        is_same = found.state is UploadState.READY and found.version == act.number("version")
        is_sure = not found.losses or act.line("sure") == "1"
        if is_same and is_sure:
            now = act.occasion.at
            records.uploads.move(found, UploadState.ACCEPTED, now, accepted_at=now, accepted_by=act.occasion.by)
    if not (is_same and is_sure):
        with visiting(act.request) as visit:
            return _page(visit, number, 422 if is_same else 409, refusal=UNSURE if is_same else MOVED_ON)
    _worker(act).wake()
    return RedirectResponse(link("imports", number), 303)


@routes.form("/imports/{number}/abandonments", who=DIVISION)
def abandon(act: Acting, number: str) -> Response:
    """Take nothing in."""
    with act.desk.office.store.transaction() as records:
        found = _known(records.uploads.find(number_of(number) or 0), number)
        if found.state in UNDECIDED:
            records.uploads.move(found, UploadState.DROPPED, act.occasion.at, report={"by": act.occasion.by})
    _worker(act).tidy()
    return RedirectResponse(link("imports", number), 303)


def largest_form(limits: LimitSettings) -> int:
    """How many bytes the files of one upload may have together."""
    return 2 * limits.file_mb * MEGABYTE + MEGABYTE


def _keep(act: Act) -> int:
    office, occasion = act.desk.office, act.occasion
    as_of = _as_of(act.line("as_of"), occasion.on_day)
    files = files_of(act.form, "files")
    if not files:
        raise SubmissionRefused("files", NO_FILE)
    sent = [SentFile(file_name(one.filename), one.size or 0, one.file) for one in files]
    try:
        refuse_other_names([file.name for file in sent])
        kept = _worker(act).folder.keep(sent, office.settings.limits.file_mb)
    except InputRefused as refusal:
        raise SubmissionRefused("files", str(refusal)) from None
    new = Upload(
        UploadState.WAITING, as_of, kept, occasion.at, occasion.by, occasion.at, act.line("allow_empty") == "1"
    )  # fmt: skip
    with office.store.transaction() as records:
        return records.uploads.add(new)


def _as_of(typed: str, today: date) -> date:
    try:
        return read_date(typed).day if typed else today
    except DateUnreadable as trouble:
        raise SubmissionRefused("as_of", str(trouble)) from None


def _worker(act: Act) -> UploadWorker:
    worker: UploadWorker = act.request.app.state.uploads
    return worker


def _known(found: Upload | None, number: str) -> Upload:
    if found is None:
        raise not_found(f"取込み「{number}」はありません。")
    return found


def _index(visit: Visit, status: int = 200, **form: Any) -> HTMLResponse:
    blank: dict[str, Any] = {"typed": {}, "refused_field": "", "refusal": ""}
    return visit.page(
        "imports/index.html",
        status,
        uploads=visit.records.uploads.newest(SHOWN),
        stems=[register.stem for register in REGISTERS],
        limits=visit.office.settings.limits,
        nav="registers",
        **blank | form,
    )


def _page(visit: Visit, number: str, status: int = 200, refusal: str = "") -> HTMLResponse:
    found = _known(visit.records.uploads.find(number_of(number) or 0), number)
    worker: UploadWorker = visit.request.app.state.uploads
    if found.is_moving:
        worker.wake()  # whoever looks, also after a restart, gets it going again
    page = visit.page(
        "imports/show.html",
        status,
        upload=found,
        progress=worker.progress.get(found.id),
        refusal=refusal,
        loss_words=loss_words,
        large_loss=LARGE_LOSS,
        headers={stem: {c.name: c.header for c in register.columns} for stem, register in BY_STEM.items()},
        shown=shown,
        key_words=key_words,
        nav="registers",
    )
    if found.is_moving:
        page.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return page


def loss_words(loss: float) -> str:
    """「3割の行が終了します」"""
    if loss >= 1:
        return "すべての行が終了します"
    return f"{int(loss * 10)}割の行が終了します"


def shown(stem: str, name: str, value: Any) -> str:
    """A value that was kept as JSON, as its cell shows it."""
    if value is None:
        return "（空欄）"
    is_day = column_of(BY_STEM[stem], name).kind is Kind.DATE
    return cell_words(date.fromisoformat(value) if is_day else value)


def key_words(stem: str, key: list[Any]) -> str:
    """A row's key in one line."""
    return " ".join(shown(stem, name, value) for name, value in zip(BY_STEM[stem].keys, key, strict=True))
