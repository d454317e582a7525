"""One request: its reading transaction, the office's day and hour, and the way to answer with a page."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends
from jinja2 import Environment
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tracker.domain.accounts import Account, Role
from tracker.domain.departments import Department, display_names
from tracker.office import Office
from tracker.storage.job_runs import JobRun
from tracker.storage.store import Records
from tracker.web.words import UNKNOWN_DEPARTMENT

LAST_PAGE = 1_000_000
LONGEST_SEARCH = 100
LONGEST_NUMBER = 9  # digits; every number of that length is one that the databases know
OUTSIDE = ("/submissions/", "/departments/")  # the pages for departments: without a way into the division's


STAND_IN = Account("division", "情報管理課", Role.DIVISION)
NOT_FOR_YOU = "この画面は、あなたの役割では使えません。"


class Turned(HTTPException):
    """A request that is answered with a sentence of ours, on a page under its own heading."""

    def __init__(self, status: int, sentence: str, heading: str = "表示できません") -> None:
        super().__init__(status, sentence)
        self.heading = heading


@dataclass(frozen=True)
class Desk:
    """What the pages work with as long as the program runs; `is_outside` where departments' pages are alone."""

    office: Office
    templates: Environment
    is_outside: bool = False

    def account_of(self, request: Request) -> Account | None:
        """Who is signed in, None when nobody is."""
        account: Account | None = getattr(request.app.state, "stand_in", STAND_IN)
        return account

    def answer(self, request: Request, template: str, status: int = 200, **facts: object) -> HTMLResponse:
        """A page in the common frame, or in the departments' frame."""
        clock, now = self.office.clock, self.office.clock.now()
        is_outside = self.is_outside or request.url.path.startswith(OUTSIDE)
        frame = {
            "request": request, "zone": clock.zone, "now": now, "today": clock.day_of(now),
            "layout": "outside.html" if is_outside else "layout.html", "is_outside": is_outside,
            "office_name": self.office.settings.office.name, "office_began_at": clock.began_at,
            "contact": self.office.settings.office.contact, "account": None if is_outside else self.account_of(request),
        }  # fmt: skip
        return HTMLResponse(self.templates.get_template(template).render(**frame | facts), status)


@dataclass(frozen=True)
class Visit:
    """One request that reads records; the same state from its first query to its last."""

    desk: Desk
    request: Request
    records: Records
    now: datetime

    @property
    def office(self) -> Office:
        """The office that is visited."""
        return self.desk.office

    @property
    def connection(self) -> Connection:
        """For the queries of screens."""
        return self.records.connection

    @cached_property
    def account(self) -> Account:
        """Who is signed in; only for pages that ask for it."""
        account = self.desk.account_of(self.request)
        assert account is not None
        return account

    @cached_property
    def today(self) -> date:
        """The office's day at the moment of the request."""
        return self.office.clock.day_of(self.now)

    @cached_property
    def departments(self) -> list[Department]:
        """The departments known today."""
        return self.records.departments(self.today)

    @cached_property
    def department_names(self) -> dict[str, str]:
        """Code → name as shown, in code order."""
        return display_names(self.departments)

    @cached_property
    def newest_job_runs(self) -> dict[str, JobRun]:
        """The newest run of each job."""
        return self.records.job_runs.latest_by_job()

    def department(self, code: str | None) -> str:
        """A department as shown; a code that no register knows stands for itself."""
        return UNKNOWN_DEPARTMENT if not code else self.department_names.get(code, f"{code}（台帳にない所属）")

    def page(self, template: str, status: int = 200, **facts: object) -> HTMLResponse:
        """Answer with a page."""
        own: dict[str, Any] = {"now": self.now, "today": self.today, "department": self.department}
        own |= {"department_names": self.department_names, "departments": self.departments}
        return self.desk.answer(self.request, template, status, **own | facts)

    def asked(self, name: str) -> str:
        """A text of the query string, trimmed; control characters never get further than here.

        Every kind of blank is one: to Python the blank of Japanese keyboards is no printable character.
        """
        given = self.request.query_params.get(name, "")
        text = "".join(
            " " if letter.isspace() else letter for letter in given if letter.isspace() or letter.isprintable()
        )
        return text.strip()[:LONGEST_SEARCH]

    def chosen(self, name: str, allowed: Mapping[str, object] | frozenset[str], default: str = "") -> str:
        """One of the allowed words of the query string; any other word is ignored."""
        word = self.asked(name)
        return word if word in allowed else default

    @property
    def page_number(self) -> int:
        """The page asked for; 1 for anything that is no page."""
        return min(number_of(self.asked("page")) or 1, LAST_PAGE)


def number_of(text: str) -> int | None:
    """A number as it stands in addresses; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def not_found(sentence: str) -> Turned:
    """The refusal of something that is not there, in words for its page."""
    return Turned(404, sentence)


def admit(request: Request, who: Collection[Role]) -> None:
    """Raise Turned unless the account that is signed in has one of these roles; nobody needs one when there are none."""
    account = desk_of(request).account_of(request)
    if who and (account is None or account.role not in who):
        raise Turned(403, NOT_FOR_YOU)


def desk_of(request: Request) -> Desk:
    """What the pages work with."""
    desk: Desk = request.app.state.desk
    return desk


@contextmanager
def visiting(request: Request) -> Iterator[Visit]:
    """A visit that reads the records as they are now."""
    desk = desk_of(request)
    with desk.office.store.reading() as records:
        yield Visit(desk, request, records, desk.office.clock.now())


def _visit(request: Request) -> Iterator[Visit]:
    with visiting(request) as visit:
        yield visit


Visiting = Annotated[Visit, Depends(_visit)]
