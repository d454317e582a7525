"""Lists that go on from a number or a key, for programs that read all of them a page at a time."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select, tuple_

from tracker.domain.flags import Flag
from tracker.domain.registers import Register
from tracker.domain.submissions import Submission
from tracker.storage.events import StoredEvent
from tracker.storage.flags import as_flag
from tracker.storage.screens.flags import FlagFilter, flag_conditions
from tracker.storage.screens.letters import LetterFilter, LetterLine, letter_conditions, letter_lines
from tracker.storage.submissions import as_submission, waiting_conditions
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.registers import version_tables
from tracker.storage.tables.work import EventRow, FlagRow, SubmissionRow
from tracker.storage.versions import known_on

_FLAG, _EVENT = FlagRow.__table__, EventRow.__table__  # type: ignore[attr-defined]
_OUTBOX, _SUBMISSION = OutboxRow.__table__, SubmissionRow.__table__  # type: ignore[attr-defined]


def flags_after(connection: Connection, wanted: FlagFilter, number: int, limit: int) -> list[Flag]:
    """Flags by number, those after one."""
    query = select(_FLAG).where(_FLAG.c.id > number, *flag_conditions(wanted)).order_by(_FLAG.c.id)
    return [as_flag(row) for row in connection.execute(query.limit(limit)).mappings()]


def letters_before(
    connection: Connection, wanted: LetterFilter, place: tuple[date, int] | None, limit: int
) -> list[LetterLine]:
    """Letters by day and number, the newest first, those before a place when one is given."""
    before = [] if place is None else [tuple_(_OUTBOX.c.on_day, _OUTBOX.c.id) < tuple_(*place)]
    return letter_lines(connection, limit, *letter_conditions(connection, wanted), *before)


def events_after(connection: Connection, about: str, kind: str, number: int, limit: int) -> list[StoredEvent]:
    """The trail after an entry, oldest first; of one thing and of one kind where they are named."""
    own = [*([_EVENT.c.about == about] if about else []), *([_EVENT.c.kind == kind] if kind else [])]
    query = select(_EVENT).where(_EVENT.c.id > number, *own).order_by(_EVENT.c.id).limit(limit)
    rows = connection.execute(query).mappings()
    return [StoredEvent(**{name: row[name] for name in StoredEvent.__annotations__}) for row in rows]


def submissions_after(
    connection: Connection, department: str, number: int, limit: int, *, only_waiting: bool
) -> list[Submission]:
    """Answers by number, those after one; of one department where it is named."""
    conditions = [_SUBMISSION.c.id > number, *(waiting_conditions() if only_waiting else [])]
    if department:
        conditions.append(_SUBMISSION.c.department_code == department)
    query: Select[Any] = select(*(_SUBMISSION.c[f.name] for f in fields(Submission))).where(*conditions)
    return [as_submission(row._mapping) for row in connection.execute(query.order_by(_SUBMISSION.c.id).limit(limit))]


def rows_after(
    connection: Connection, register: Register, day: date, key: Sequence[Any] | None, limit: int
) -> list[tuple[Any, ...]]:
    """Rows of a register as known on a day, in key order, those after a key."""
    table = version_tables()[register.stem]
    keys = [table.c[name] for name in register.keys]
    after = [] if key is None else [tuple_(*keys) > tuple_(*key)]
    query = select(*(table.c[name] for name in register.names)).where(known_on(table, day), *after)
    return [tuple(row) for row in connection.execute(query.order_by(*keys).limit(limit))]
