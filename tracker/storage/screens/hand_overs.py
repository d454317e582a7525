"""What a hand-over sheet tells of tasks: which went from a department, their history, evidence and persons in charge."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.domain.events import Happened
from tracker.domain.successions import REASON
from tracker.storage.events import Events, StoredEvent
from tracker.storage.tables.registers import StaffVersion
from tracker.storage.tables.work import AttachmentRow, EventRow

_EVENT, _ATTACHMENT = EventRow.__table__, AttachmentRow.__table__  # type: ignore[attr-defined]
_STAFF = StaffVersion.__table__  # type: ignore[attr-defined]
PER_QUERY = 500
TOLD = (Happened.TASK_OPENED, Happened.DEADLINE_EXTENDED, Happened.TASK_REPORTED, Happened.EXTENSION_ASKED,
        Happened.DEPARTMENT_DENIED, Happened.TASK_SENT_BACK, Happened.TASK_REOPENED, Happened.TASK_HANDED_OVER)  # fmt: skip


def carried_from(connection: Connection, code: str, after: date) -> dict[str, StoredEvent]:
    """The tasks that a reorganisation took from a department since a day, each with the event of it."""
    events = Events(connection).of_kind(Happened.TASK_HANDED_OVER, after=after)
    own = [event for event in events if event.facts.get("old") == code and event.facts.get("reason") == REASON]
    return {event.about.removeprefix("task:"): event for event in own}


def short_histories(connection: Connection, keys: Collection[str]) -> dict[str, list[StoredEvent]]:
    """What happened to each task, oldest first, without the letters."""
    found = defaultdict[str, list[StoredEvent]](list)
    for portion in _portions([f"task:{key}" for key in keys]):
        query = select(_EVENT).where(_EVENT.c.about.in_(portion), _EVENT.c.kind.in_([str(kind) for kind in TOLD]))
        for row in connection.execute(query.order_by(_EVENT.c.id)).mappings():
            event = StoredEvent(**{name: row[name] for name in StoredEvent.__annotations__})
            found[event.about.removeprefix("task:")].append(event)
    return found


def letters_counted(connection: Connection, keys: Collection[str]) -> dict[str, tuple[int, date]]:
    """How often each task stood in a reminder, and on which day last."""
    found = dict[str, tuple[int, date]]()
    for portion in _portions([f"task:{key}" for key in keys]):
        query = select(_EVENT.c.about, func.count(), func.max(_EVENT.c.on_day)).where(
            _EVENT.c.about.in_(portion), _EVENT.c.kind == str(Happened.REMINDER_QUEUED)
        )
        for about, number, last in connection.execute(query.group_by(_EVENT.c.about)):
            found[about.removeprefix("task:")] = (number, last)
    return found


def evidence_names(connection: Connection, keys: Collection[str]) -> dict[str, list[str]]:
    """The names of the documents that came with each task."""
    found = defaultdict[str, list[str]](list)
    for portion in _portions(list(keys)):
        query = select(_ATTACHMENT.c.task_key, _ATTACHMENT.c.name).where(_ATTACHMENT.c.task_key.in_(portion))
        for key, name in connection.execute(query.order_by(_ATTACHMENT.c.id)):
            found[key].append(name)
    return found


def names_of_staff(connection: Connection, numbers: Collection[str]) -> dict[str, str]:
    """Names by 職員番号, as the register of staff had them last."""
    found = dict[str, str]()
    for portion in _portions(list(numbers)):
        query = select(_STAFF.c.staff_no, _STAFF.c.name).where(_STAFF.c.staff_no.in_(portion))
        found |= {row[0]: row[1] for row in connection.execute(query.order_by(_STAFF.c.valid_from))}
    return found


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), PER_QUERY):
        yield values[start : start + PER_QUERY]
