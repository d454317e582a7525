"""Deadlines day by day: how many there are and the first few of each; tasks in the order of a timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select, tuple_

from tracker.domain.tallies import EVERY, Mark
from tracker.domain.tasks import Origin, Task
from tracker.storage.screens.tasks import TaskFilter, conditions_of, task_columns
from tracker.storage.tables.work import TallyRow, TaskRow
from tracker.storage.tasks import as_task

_TASK, _SUM = TaskRow.__table__, TallyRow.__table__  # type: ignore[attr-defined]
_OPEN = (str(Mark.WAITING), str(Mark.ANSWERED))


@dataclass(frozen=True)
class DayOfDeadlines:
    """How many deadlines fall on a day, and the first few of them."""

    number: int
    tasks: tuple[Task, ...]


def deadlines_by_day(
    connection: Connection, wanted: TaskFilter, days: Sequence[date], *, with_closed: bool, per_day: int
) -> dict[date, DayOfDeadlines]:
    """For each day on which something is due, its number and the first few tasks; open ones alone unless asked."""
    counts = _counts(connection, wanted, days, with_closed=with_closed)
    conditions = conditions_of(connection, wanted) + ([] if with_closed else [_TASK.c.closed_on.is_(None)])
    first_few = select(_TASK.c.key).where(_TASK.c.deadline_order == bindparam("day"), *conditions)
    first_few = first_few.order_by(_TASK.c.key).limit(per_day)
    keys = {day: [str(key) for key in connection.execute(first_few, {"day": day}).scalars()] for day in counts}
    tasks = _tasks(connection, [key for own in keys.values() for key in own])
    return {day: DayOfDeadlines(number, tuple(tasks[key] for key in keys[day])) for day, number in counts.items()}


def timeline_page(
    connection: Connection, first: date, last: date, *, by: str, wanted: TaskFilter, edge: Task | None, number: int,
    back: bool = False,
) -> list[Task]:  # fmt: skip
    """Tasks that were open on some day of a span, by department or by finding, then by deadline.

    So many after (or `back`: before) the task at the `edge`; read from there by an index, not counted up to there.
    """
    group = _TASK.c.department_code if by == "department" else _TASK.c.origin_ref
    order: tuple[ColumnElement[object], ...] = (group, _TASK.c.deadline_order, _TASK.c.key)
    query = select(_TASK.c.key).where(
        _TASK.c.opened_on <= last, or_(_TASK.c.closed_on.is_(None), _TASK.c.closed_on >= first),
        *conditions_of(connection, wanted),
    )  # fmt: skip
    if by == "finding":
        query = query.where(_TASK.c.origin == str(Origin.FINDING))
    elif not wanted.department:
        query = query.where(group.is_not(None))
    query = _from_edge(query, order, edge, by, back=back)
    keys = [str(key) for key in connection.execute(query.limit(number)).scalars()]
    tasks = _tasks(connection, keys)
    return [tasks[key] for key in (reversed(keys) if back else keys)]


def _from_edge(
    query: Select[tuple[str]], order: tuple[ColumnElement[object], ...], edge: Task | None, by: str, *, back: bool
) -> Select[tuple[str]]:
    if edge is not None:
        group = edge.department_code if by == "department" else edge.origin_ref
        own: tuple[object, ...] = (group, edge.deadline_order, edge.key)
        if group is None:  # the tasks of no department are one group
            order, own = order[1:], own[1:]
        query = query.where(tuple_(*order) < tuple_(*own) if back else tuple_(*order) > tuple_(*own))
    return query.order_by(*(column.desc() if back else column.asc() for column in order))


def _counts(connection: Connection, wanted: TaskFilter, days: Sequence[date], *, with_closed: bool) -> dict[date, int]:
    if wanted.is_summed and not with_closed:
        query = select(_SUM.c.day, func.sum(_SUM.c.number)).where(
            _SUM.c.source == (wanted.source or EVERY), _SUM.c.department == (wanted.department or EVERY),
            _SUM.c.mark.in_(_OPEN), _SUM.c.day.between(days[0], days[-1]),
        ).group_by(_SUM.c.day)  # fmt: skip
    else:
        day = _TASK.c.deadline_order
        conditions = conditions_of(connection, wanted) + ([] if with_closed else [_TASK.c.closed_on.is_(None)])
        query = select(day, func.count()).where(day.between(days[0], days[-1]), *conditions).group_by(day)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def _tasks(connection: Connection, keys: Sequence[str]) -> dict[str, Task]:
    query = select(*task_columns()).where(_TASK.c.key.in_(keys))
    return {row.key: as_task(row) for row in connection.execute(query)}
