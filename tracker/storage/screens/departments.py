"""What one department's page and calendar show."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, and_, func, or_, select

from tracker.domain.events import Happened
from tracker.domain.flags import Flag
from tracker.domain.tasks import Task
from tracker.storage.flags import as_flag
from tracker.storage.screens.letters import LetterLine, letter_lines
from tracker.storage.screens.tasks import task_columns
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.work import EventRow, FlagRow, TaskRow
from tracker.storage.tasks import as_task

_TASK, _EVENT = TaskRow.__table__, EventRow.__table__  # type: ignore[attr-defined]
_FLAG, _OUTBOX = FlagRow.__table__, OutboxRow.__table__  # type: ignore[attr-defined]
REMINDER = "reminder"
TOLD = (str(Happened.REMINDER_QUEUED), str(Happened.TASK_ESCALATED))
PER_QUERY = 500


def tasks_of_department(connection: Connection, code: str, closed_since: date) -> list[Task]:
    """Its open tasks, the earliest deadline first, then those closed since a day, the latest first."""
    is_its = and_(
        _TASK.c.department_code == code, or_(_TASK.c.closed_on.is_(None), _TASK.c.closed_on >= closed_since)
    )  # fmt: skip
    query = select(*task_columns()).where(is_its).order_by(
        _TASK.c.closed_on.is_not(None), _TASK.c.closed_on.desc(), _TASK.c.deadline.is_(None), _TASK.c.deadline, _TASK.c.key
    )  # fmt: skip
    return [as_task(row) for row in connection.execute(query)]


def handed_over_since(connection: Connection, code: str, since: date) -> list[Task]:
    """Tasks that were a department's and went to another one since a day."""
    events = select(_EVENT.c.about, _EVENT.c.facts).where(
        _EVENT.c.kind == str(Happened.TASK_HANDED_OVER), _EVENT.c.on_day >= since
    )
    keys = {row.about.removeprefix("task:") for row in connection.execute(events) if row.facts.get("old") == code}
    query = select(*task_columns()).where(
        _TASK.c.key.in_(sorted(keys)), or_(_TASK.c.department_code.is_(None), _TASK.c.department_code != code)
    )
    return [as_task(row) for row in connection.execute(query.order_by(_TASK.c.key))]


def last_changes(connection: Connection, keys: Iterable[str]) -> dict[str, datetime]:
    """When each task itself last changed; that a letter was written about it is no change."""
    wanted, found = [f"task:{key}" for key in keys], dict[str, datetime]()
    for start in range(0, len(wanted), PER_QUERY):
        newest = select(func.max(_EVENT.c.id)).where(
            _EVENT.c.about.in_(wanted[start : start + PER_QUERY]), _EVENT.c.kind.not_in(TOLD)
        )
        query = select(_EVENT.c.about, _EVENT.c.at).where(_EVENT.c.id.in_(newest.group_by(_EVENT.c.about)))
        found |= {row.about.removeprefix("task:"): row.at for row in connection.execute(query)}
    return found


def letters_of_department(connection: Connection, code: str, limit: int) -> list[LetterLine]:
    """The reminders written to a department, newest first; those that were withdrawn it never saw."""
    return letter_lines(
        connection, limit, _OUTBOX.c.department_code == code, _OUTBOX.c.kind == REMINDER,
        _OUTBOX.c.channel == "mail", _OUTBOX.c.withdrawn_at.is_(None),
    )  # fmt: skip


def flags_of_department(connection: Connection, code: str) -> dict[str, Flag]:
    """What the checks see of a department now, by the task that came of it."""
    query = select(_FLAG).where(_FLAG.c.cleared_on.is_(None), _FLAG.c.department_code == code)
    flags = [as_flag(row) for row in connection.execute(query).mappings()]
    return {flag.task_key: flag for flag in flags}
