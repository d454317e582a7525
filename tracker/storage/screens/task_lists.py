"""Lists of tasks that go on from a place: as quick at the end as at the beginning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from tracker.domain.tasks import Task
from tracker.storage.screens.tasks import TaskFilter, standings, task_columns, task_conditions
from tracker.storage.tables.work import TaskRow
from tracker.storage.tasks import as_task

_TASK = TaskRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class TaskSpan:
    """Which deadlines are asked for, both ends included; None asks for all on that side."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class TaskPlace:
    """Behind which task a list goes on."""

    deadline: date | None
    key: str


def tasks_after(
    connection: Connection, wanted: TaskFilter, standing: str, span: TaskSpan, today: date,
    place: TaskPlace | None, limit: int,
) -> list[Task]:  # fmt: skip
    """Tasks by deadline and key, those without a deadline last; `standing` is a key of `standings`."""
    conditions = [standings(today)[standing], *task_conditions(connection, wanted), *_within(span)]
    found: list[Task] = []
    if place is None or place.deadline is not None:
        dated = [_TASK.c.deadline.is_not(None)]
        if place is not None:
            dated.append(tuple_(_TASK.c.deadline, _TASK.c.key) > tuple_(place.deadline, place.key))
        found = _select(connection, [*conditions, *dated], limit)
    if len(found) < limit and span == TaskSpan():
        undated = [_TASK.c.deadline.is_(None)]
        if place is not None and place.deadline is None:
            undated.append(_TASK.c.key > place.key)
        found += _select(connection, [*conditions, *undated], limit - len(found))
    return found


def _within(span: TaskSpan) -> list[ColumnElement[bool]]:
    first = [] if span.first is None else [_TASK.c.deadline >= span.first]
    return first if span.last is None else [*first, _TASK.c.deadline <= span.last]


def _select(connection: Connection, conditions: Sequence[Any], limit: int) -> list[Task]:
    query = select(*task_columns()).where(*conditions).order_by(_TASK.c.deadline, _TASK.c.key).limit(limit)
    return [as_task(row) for row in connection.execute(query)]
