"""Lists of letters, without their bodies."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from tracker.domain.searching import words_of
from tracker.domain.tallies import NO_DEPARTMENT
from tracker.storage.screens.paging import Slice, slice_of
from tracker.storage.search import LETTER, Search
from tracker.storage.tables.letters import OutboxRow, SentEscalationRow, SentReminderRow

_OUTBOX, _SENT = OutboxRow.__table__, SentReminderRow.__table__  # type: ignore[attr-defined]
_ESCALATED = SentEscalationRow.__table__  # type: ignore[attr-defined]


TROUBLED, TROUBLED_DAYS = "troubled", timedelta(days=30)  # being tried again, or not delivered in these days


class LetterState(StrEnum):
    """How far a letter has come."""

    WAITING = "waiting"
    RETRYING = "retrying"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    GIVEN_UP = "given-up"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class LetterLine:
    """A letter as a list shows it."""

    id: int
    key: str
    kind: str
    department_code: str | None
    recipients: list[str]
    subject: str
    on_day: date
    attempts: int
    accepted_at: datetime | None
    given_up_at: datetime | None
    withdrawn_at: datetime | None
    undelivered_at: datetime | None
    next_attempt_at: datetime | None
    answer: str
    answers: dict[str, dict[str, str]]
    channel: str
    addressee: str

    @property
    def refused(self) -> dict[str, str]:
        """The addresses that were refused or that it came back from, with the server's words."""
        return {a: told["words"] for a, told in self.answers.items() if told["outcome"] in ("refused", "bounced")}

    @property
    def state(self) -> LetterState:
        """How far it has come."""
        return state_of(self)


@dataclass(frozen=True)
class LetterFilter:
    """Which letters are asked for; an empty field asks for all. `words` must all stand in a letter's head."""

    kind: str = ""
    department: str = ""
    state: str = ""
    words: str = ""


_COLUMNS = [_OUTBOX.c[field.name] for field in fields(LetterLine)]
_TRYING, _REACHED = _OUTBOX.c.next_attempt_at.is_not(None), _OUTBOX.c.accepted_at.is_not(None)
_STANDS, _LOST = _OUTBOX.c.withdrawn_at.is_(None), _OUTBOX.c.undelivered_at.is_not(None)
_FIRST = and_(_OUTBOX.c.attempts == 0, not_(_REACHED))
_STATES: dict[str, ColumnElement[bool]] = {
    LetterState.WAITING: and_(_STANDS, _TRYING, _FIRST),
    LetterState.RETRYING: and_(_STANDS, _TRYING, not_(_FIRST)),
    LetterState.ACCEPTED: and_(_STANDS, not_(_TRYING), _REACHED, not_(_LOST)),
    LetterState.PARTLY: and_(_STANDS, not_(_TRYING), _REACHED, _LOST),
    LetterState.GIVEN_UP: and_(_STANDS, not_(_TRYING), not_(_REACHED)),
    LetterState.WITHDRAWN: not_(_STANDS),
}


def state_of(letter: Any) -> LetterState:
    """How far a letter has come, from its attempts."""
    if letter.withdrawn_at:
        return LetterState.WITHDRAWN
    if letter.next_attempt_at:
        return LetterState.RETRYING if letter.attempts or letter.accepted_at else LetterState.WAITING
    if letter.accepted_at:
        return LetterState.PARTLY if letter.undelivered_at else LetterState.ACCEPTED
    return LetterState.GIVEN_UP


def letters_page(connection: Connection, wanted: LetterFilter, page: int, today: date) -> Slice[LetterLine]:
    """One page of letters, newest first."""
    conditions = letter_conditions(connection, wanted)
    if wanted.state == TROUBLED:
        conditions.append(_troubled(today - TROUBLED_DAYS))
    query = select(*_COLUMNS).where(*conditions)
    return slice_of(connection, query.order_by(_OUTBOX.c.on_day.desc(), _OUTBOX.c.id.desc()), _line, page)


def letter_conditions(connection: Connection, wanted: LetterFilter) -> list[ColumnElement[bool]]:
    """What the fields of a filter ask for, whatever the day."""
    conditions: list[ColumnElement[bool]] = [_STATES[wanted.state]] if wanted.state in _STATES else []
    if wanted.kind:
        conditions.append(_OUTBOX.c.kind == wanted.kind)
    if wanted.department == NO_DEPARTMENT:
        conditions.append(_OUTBOX.c.department_code.is_(None))
    elif wanted.department:
        conditions.append(_OUTBOX.c.department_code == wanted.department)
    if wanted.words:
        conditions.append(_OUTBOX.c.key.in_(Search(connection).refs_with(words_of(wanted.words), LETTER)))
    return conditions


def troubled_letters(connection: Connection, since: date, limit: int) -> list[LetterLine]:
    """Letters that are being tried again, and those that did not reach somebody since a day; newest first."""
    query = select(*_COLUMNS).where(_troubled(since)).order_by(_OUTBOX.c.id.desc())
    return [_line(row) for row in connection.execute(query.limit(limit))]


def troubled_count(connection: Connection, since: date) -> int:
    """How many these are."""
    return int(connection.execute(select(func.count()).where(_troubled(since))).scalar_one())


def _troubled(since: date) -> ColumnElement[bool]:
    lost = and_(or_(_STATES[LetterState.GIVEN_UP], _STATES[LetterState.PARTLY]), _OUTBOX.c.on_day >= since)
    return or_(_STATES[LetterState.RETRYING], lost)


def letter_lines(connection: Connection, limit: int, *conditions: ColumnElement[bool]) -> list[LetterLine]:
    """The newest letters that meet some conditions."""
    query = select(*_COLUMNS).where(*conditions).order_by(_OUTBOX.c.on_day.desc(), _OUTBOX.c.id.desc())
    return [_line(row) for row in connection.execute(query.limit(limit))]


def kinds_of_letters(connection: Connection) -> list[str]:
    """The kinds there are."""
    return sorted(connection.execute(select(_OUTBOX.c.kind).distinct()).scalars())


def letters_about_task(connection: Connection, task_key: str) -> list[LetterLine]:
    """Letters that reminded of a task, newest first."""
    reminded = select(_SENT.c.letter_key).where(_SENT.c.task_key == task_key)
    escalated = select(_ESCALATED.c.letter_key).where(_ESCALATED.c.task_key == task_key)
    query = select(*_COLUMNS).where(_OUTBOX.c.key.in_(reminded.union(escalated))).order_by(_OUTBOX.c.id.desc())
    return [_line(row) for row in connection.execute(query)]


def _line(row: Any) -> LetterLine:
    return LetterLine(*row)
