"""送信: the outbox, each letter as sent."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from tracker.storage.outbox import QueuedLetter
from tracker.storage.screens.letters import LetterFilter, LetterState, kinds_of_letters, letters_page, state_of
from tracker.web.papers import shut_in
from tracker.web.visit import Visit, Visiting, not_found, number_of

routes = APIRouter()


@routes.get("/letters")
def index(visit: Visiting) -> HTMLResponse:
    """Letters, newest first."""
    kinds = kinds_of_letters(visit.connection)
    wanted = LetterFilter(
        kind=visit.chosen("kind", frozenset(kinds)),
        department=visit.asked("department"),
        state=visit.chosen("state", frozenset(LetterState)),
    )
    slice_ = letters_page(visit.connection, wanted, visit.page_number)
    return visit.page("letters/index.html", slice=slice_, wanted=wanted, kinds=kinds)


@routes.get("/letters/{number}")
def show(visit: Visiting, number: str) -> HTMLResponse:
    """One letter: its headers, its text, and its HTML part in a frame."""
    letter = _letter(visit, number)
    return visit.page("letters/show.html", letter=letter, state=state_of(letter))


@routes.get("/letters/{number}/html")
def html_part(visit: Visiting, number: str) -> HTMLResponse:
    """The HTML part alone, for the frame."""
    return shut_in(_letter(visit, number).body_html)


def _letter(visit: Visit, number: str) -> QueuedLetter:
    known = number_of(number)
    letter = None if known is None else visit.records.outbox.find(known)
    if letter is None:
        raise not_found(f"通知「{number}」はありません。")
    return letter
