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
from starlette.requests import Request
from starlette.responses import HTMLResponse

from tracker.domain.accounts import Account, Role
from tracker.domain.departments import Department, display_names
from tracker.domain.successions import has_ended, lives_on
from tracker.office import Office
from tracker.storage.job_runs import JobRun
from tracker.storage.store import Records
from tracker.web.guests import Door
from tracker.web.turning import PasswordToChange as PasswordToChange
from tracker.web.turning import SignInNeeded as SignInNeeded
from tracker.web.turning import Turned as Turned
from tracker.web.words import UNKNOWN_DEPARTMENT

LAST_PAGE = 1_000_000
LONGEST_SEARCH = 100
ENDED = "（廃止）"
LONGEST_NUMBER = 9  # digits; every number of that length is one that the databases know
OUTSIDE = ("/submissions/", "/departments/")  # the pages for departments: without a way into the division's


FREE_BEFORE_CHANGE = ("/password", "/sign-out")
NOT_FOR_YOU = "この画面は、あなたの役割では使えません。"


@dataclass(frozen=True)
class ShownAccount:
    """An account of an example office, with the password that everybody may know."""

    account: Account
    password: str


@dataclass(frozen=True)
class Desk:
    """What the pages work with as long as the program runs; `is_outside` where departments' pages are alone."""

    office: Office
    templates: Environment
    is_outside: bool = False
    shown: tuple[ShownAccount, ...] = ()

    @cached_property
    def door(self) -> Door:
        """Knows who comes in."""
        return Door(self.office)

    def account_of(self, request: Request) -> Account | None:
        """Who is signed in, None when nobody is."""
        session = None if self.is_outside else self.door.session_of(request)
        return session.account if session else None

    def answer(self, request: Request, template: str, status: int = 200, **facts: object) -> HTMLResponse:
        """A page in the common frame, or in the departments' frame."""
        clock, now = self.office.clock, self.office.clock.now()
        is_outside = self.is_outside or request.url.path.startswith(OUTSIDE)
        session = None if is_outside else self.door.session_of(request)
        frame = {
            "request": request, "zone": clock.zone, "now": now, "today": clock.day_of(now),
            "layout": "layout.html" if session else "outside.html", "is_outside": is_outside,
            "office_name": self.office.settings.office.name, "office_began_at": clock.began_at,
            "contact": self.office.settings.office.contact, "account": session.account if session else None,
            "csrf_token": self.door.token_of(session),
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
        """Code → name as shown, in code order; one that has ended says so."""
        names = display_names(self.departments)
        return names | {d.code: f"{names[d.code]}{ENDED}" for d in self.departments if has_ended(d, self.today)}

    @cached_property
    def living_departments(self) -> list[Department]:
        """The departments to which something can be given today."""
        return [department for department in self.departments if lives_on(department, self.today)]

    @cached_property
    def former_departments(self) -> dict[str, Department]:
        """Departments that the register showed once, by code."""
        return self.records.departments_ever(self.today)

    @cached_property
    def newest_job_runs(self) -> dict[str, JobRun]:
        """The newest run of each job."""
        return self.records.job_runs.latest_by_job()

    def department(self, code: str | None) -> str:
        """A department as shown; a code that no register ever knew stands for itself."""
        if not code or code in self.department_names:
            return self.department_names[code] if code else UNKNOWN_DEPARTMENT
        former = self.former_departments.get(code)
        return f"{former.name}{ENDED}" if former else f"{code}（台帳にない所属）"

    def page(self, template: str, status: int = 200, **facts: object) -> HTMLResponse:
        """Answer with a page."""
        own: dict[str, Any] = {"now": self.now, "today": self.today, "department": self.department}
        own |= {"department_names": self.department_names, "departments": self.living_departments}
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

    def day_asked(self, name: str) -> date | None:
        """A day of the query string, in ISO form; None for anything else."""
        try:
            return date.fromisoformat(self.asked(name))
        except ValueError:
            return None

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
    if not who:
        return
    desk = desk_of(request)
    session = None if desk.is_outside else desk.door.session_of(request)
    if session is None:
        raise SignInNeeded()
    if session.must_change_password and request.url.path not in FREE_BEFORE_CHANGE:
        raise PasswordToChange()
    if session.account.role not in who:
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


# Over before the answer goes out, however slowly that is taken.
Visiting = Annotated[Visit, Depends(_visit, scope="function")]
