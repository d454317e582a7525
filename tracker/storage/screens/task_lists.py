"""Lists of tasks that go on from a place: as quick at the end as at the beginning."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, select, tuple_

from tracker.domain.tasks import LAST_DAY, Task
from tracker.storage.screens.tasks import TaskFilter, conditions_of, standings, task_columns
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
    conditions = [standings(today)[standing], *conditions_of(connection, wanted), *_within(span)]
    if place is not None:
        behind = tuple_(place.deadline or LAST_DAY, place.key)
        conditions.append(tuple_(_TASK.c.deadline_order, _TASK.c.key) > behind)
    query = select(*task_columns()).where(*conditions).order_by(_TASK.c.deadline_order, _TASK.c.key)
    return [as_task(row) for row in connection.execute(query.limit(limit))]


def _within(span: TaskSpan) -> list[ColumnElement[bool]]:
    if span == TaskSpan():
        return []
    own = _TASK.c.deadline_order
    first = [] if span.first is None else [own >= span.first]
    return [*first, own < LAST_DAY if span.last is None else own <= span.last]
