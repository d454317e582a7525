"""送信: the outbox, each letter as sent with what became of it at each address; what is to be printed."""

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.errors import CommandRefused
from tracker.exports.deadline_calendar import letter_calendar
from tracker.secrets.letters import for_others
from tracker.storage.outbox import QueuedLetter
from tracker.storage.screens.letters import (
    TROUBLED,
    TROUBLED_DAYS,
    LetterFilter,
    LetterState,
    kinds_of_letters,
    letters_page,
    state_of,
)
from tracker.web.acting import Acting
from tracker.web.display import link
from tracker.web.downloads import download
from tracker.web.papers import find_paper, printed_days, shut_in
from tracker.web.routes import DIVISION, WATCHERS, Routes
from tracker.web.visit import Visit, Visiting, not_found, number_of, visiting
from tracker.web.words import UNKNOWN_DEPARTMENT

routes = Routes()
DAYS_SHOWN = 30


@routes.page("/letters", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Letters, newest first."""
    kinds = kinds_of_letters(visit.connection)
    wanted = LetterFilter(
        kind=visit.chosen("kind", frozenset(kinds)),
        department=visit.asked("department"),
        state=visit.chosen("state", frozenset({*LetterState, TROUBLED})),
        words=visit.asked("q"),
    )
    slice_ = letters_page(visit.connection, wanted, visit.page_number, visit.today)
    given_up = len(visit.records.outbox.given_up(visit.today - TROUBLED_DAYS))
    return visit.page("letters/index.html", slice=slice_, wanted=wanted, kinds=kinds, given_up=given_up)


@routes.form("/letters/attempts", who=DIVISION)
def send_all_again(act: Acting) -> Response:
    """Have all letters tried anew that were given up, once the mail server answers again."""
    since = act.occasion.on_day - TROUBLED_DAYS
    with act.desk.office.store.transaction() as records:
        records.events.append(records.outbox.send_all_again(since, act.occasion))
    return RedirectResponse(link("letters", state="waiting"), 303)


@routes.page("/letters/print", who=WATCHERS)
def printed(visit: Visiting) -> HTMLResponse:
    """The letters on paper, by day."""
    return visit.page("letters/print.html", days=printed_days(visit.office.data_dir, DAYS_SHOWN))


@routes.page("/letters/print/{day}/{name}", who=DIVISION)
def printed_file(visit: Visiting, day: str, name: str) -> Response:
    """One day's letters of one department, to be printed and handed to it: paper that holds its links."""
    paper = find_paper(visit.office.data_dir, day, name)
    if paper is None:
        raise not_found("この印刷用のファイルはありません。一覧を開き直してください。")
    department = visit.department(paper.code) if paper.code != UNKNOWN_DEPARTMENT else paper.code
    return download(paper.path.read_bytes(), f"お知らせ（{department}）{day}.pdf", "application/pdf")


@routes.page("/letters/{number}", who=WATCHERS)
def show(visit: Visiting, number: str) -> HTMLResponse:
    """One letter: its headers, its text, and its HTML part in a frame."""
    return letter_page(visit, number)


@routes.page("/letters/{number}/html", who=WATCHERS)
def html_part(visit: Visiting, number: str) -> HTMLResponse:
    """The HTML part alone, for the frame."""
    return shut_in(_letter(visit, number).body_html)


@routes.page("/letters/{number}/calendar.ics", who=WATCHERS)
def calendar(visit: Visiting, number: str) -> Response:
    """The calendar that went along."""
    letter = _letter(visit, number)
    domain = visit.office.settings.mail.domain
    text = letter_calendar(letter.deadlines, letter.addressee, letter.queued_at, domain)
    if not text:
        raise not_found("この通知に、カレンダーは付いていません。")
    return download(text.encode(), f"期限{letter.on_day.isoformat()}.ics", "text/calendar; charset=utf-8")


@routes.form("/letters/{number}/attempts", who=DIVISION)
def send_again(act: Acting, number: str) -> Response:
    """Have the letter tried anew for those it did not reach."""
    try:
        with act.desk.office.store.transaction() as records:
            letter = records.outbox.find(number_of(number) or 0)
            if letter is None:
                raise CommandRefused(f"通知「{number}」はありません。")
            if letter.withdrawn_at is not None:
                raise CommandRefused("この通知は取りやめたので、送りません。")
            records.events.append([records.outbox.send_again(letter, act.occasion)])
    except CommandRefused as refusal:
        with visiting(act.request) as visit:
            return letter_page(visit, number, 409, refusal=str(refusal))
    return RedirectResponse(link("letters", number), 303)


def letter_page(visit: Visit, number: str, status: int = 200, refusal: str = "") -> HTMLResponse:
    """A letter's page; `refusal` says why it is not sent again."""
    letter = _letter(visit, number)
    state = state_of(letter)
    return visit.page(
        "letters/show.html", status, letter=letter, state=state, refusal=refusal,
        can_be_sent_again=bool(letter.recipients) and state in (LetterState.GIVEN_UP, LetterState.PARTLY),
        addresses=dict.fromkeys((*letter.recipients, *letter.copies)),
        happened=visit.records.events.about(f"letter:{letter.key}"),
    )  # fmt: skip


def _letter(visit: Visit, number: str) -> QueuedLetter:
    known = number_of(number)
    letter = None if known is None else visit.records.outbox.find(known)
    if letter is None:
        raise not_found(f"通知「{number}」はありません。")
    return for_others(letter)
