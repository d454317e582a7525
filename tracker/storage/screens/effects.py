"""Completed tasks whose effect the division has to look at."""

from datetime import date

from sqlalchemy import Connection, select

from tracker.domain.tasks import Task
from tracker.storage.screens.tasks import task_columns
from tracker.storage.tables.work import TaskRow
from tracker.storage.tasks import as_task

_TASK = TaskRow.__table__  # type: ignore[attr-defined]


def effects_to_check(connection: Connection, today: date, limit: int) -> list[Task]:
    """Tasks whose day has come and whose effect nobody has looked at, the longest waiting first."""
    waits = (_TASK.c.effect_checked_on.is_(None), _TASK.c.effect_check_on <= today)
    query = select(*task_columns()).where(*waits).order_by(_TASK.c.effect_check_on, _TASK.c.key).limit(limit)
    return [as_task(row) for row in connection.execute(query)]
