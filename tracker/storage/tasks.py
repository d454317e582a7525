"""Tasks in the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from tracker.domain.decisions import Approver, Effect, MeasureDecision
from tracker.domain.errors import RecordChanged
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.tasks import Origin, RoundReason, Task
from tracker.storage.events import Events
from tracker.storage.tables.work import FlagRow, TaskRow
from tracker.storage.tallies import Tallies

_TASK, _FLAG = TaskRow.__table__, FlagRow.__table__  # type: ignore[attr-defined]
_NAMES = [field.name for field in fields(Task)]
_WORDS: dict[str, type[StrEnum]] = {
    "origin": Origin, "round_reason": RoundReason, "measure": MeasureDecision, "approver": Approver, "effect": Effect,
}  # fmt: skip
_DERIVED = ("closed_on", "deadline_order", "source")  # for the indexes alone


@dataclass(frozen=True)
class Tasks:
    """Tasks, within one transaction; nothing is saved without saying what happened."""

    connection: Connection
    events: Events

    def open_all(self, tasks: Sequence[Task], occasion: Occasion) -> None:
        """Store new tasks with their opening."""
        if tasks:
            self.connection.execute(insert(_TASK), [_row(task) for task in tasks])
            self._enter_found(tasks, are_new=True)
            Tallies(self.connection).change_tasks((), tasks)
            self.events.append(task.opened(occasion) for task in tasks)

    def save(self, task: Task, *events: Event) -> None:
        """Store a changed task with what happened to it; refused when another got there first."""
        self.save_all([(task, event) for event in events])

    def save_all(self, changes: Iterable[tuple[Task, Event]]) -> None:
        """Store changed tasks; several changes of one task are saved as its last one."""
        changes = list(changes)
        latest = {task.key: task for task, _ in changes}
        if not latest:
            return
        before = self.by_keys(latest)
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in [*_NAMES, *_DERIVED] if name != "key"}
        guarded = update(_TASK).where(_TASK.c.key == bindparam("known_key"), _TASK.c.version == bindparam("known"))
        rows = []
        for task in latest.values():
            row = _row(task) | {"version": task.version + 1}
            rows.append({f"new_{name}": row[name] for name in values} | {"known_key": task.key, "known": task.version})
        if self.connection.execute(guarded.values(values), rows).rowcount != len(rows):
            raise RecordChanged("この対応は、ほかの人が先に更新しました。画面を開き直してからやり直してください。")
        self._enter_found(latest.values())
        Tallies(self.connection).change_tasks(before.values(), latest.values())
        self.events.append(event for _, event in changes)

    def _enter_found(self, tasks: Iterable[Task], *, are_new: bool = False) -> None:
        from tracker.storage.search import Search  # a check that sees nothing new needs neither
        from tracker.storage.search_entries import task_entry

        Search(self.connection).enter(map(task_entry, tasks), are_new=are_new)

    def find(self, key: str) -> Task | None:
        """One task by its key."""
        return next(iter(self._select(_TASK.c.key == key)), None)

    def by_keys(self, keys: Iterable[str]) -> dict[str, Task]:
        """Tasks by key; asks in portions, so that any number can be asked for."""
        wanted, found = list(keys), dict[str, Task]()
        for start in range(0, len(wanted), 500):
            found |= {task.key: task for task in self._select(_TASK.c.key.in_(wanted[start : start + 500]))}
        return found

    def open_all_now(self) -> list[Task]:
        """Every open task, the earliest deadline first."""
        return self._select(_TASK.c.closed_on.is_(None))

    def open_of(self, department_code: str | None, limit: int | None = None) -> list[Task]:
        """Open tasks of a department (None: of none), the earliest deadline first; all of them without a limit."""
        return self._select(_TASK.c.department_code == department_code, _TASK.c.closed_on.is_(None), limit=limit)

    def as_on(self, tasks: Iterable[Task], day: date) -> list[Task]:
        """The same tasks, each with the department that had it when a day was over."""
        had = dict[str, str | None]()
        for event in self.events.of_kind(Happened.TASK_HANDED_OVER, after=day):
            had.setdefault(event.about.removeprefix("task:"), event.facts.get("old"))
        return [replace(task, department_code=had[task.key]) if task.key in had else task for task in tasks]

    def of_origin(self, origin: Origin, *, ref: str | None = None) -> list[Task]:
        """Tasks of one origin, open and closed."""
        conditions = [_TASK.c.origin == str(origin)] + ([] if ref is None else [_TASK.c.origin_ref == ref])
        return self._select(*conditions)

    def completed_though_seen(self, check_name: str, before: date) -> list[Task]:
        """Tasks that were completed before a day, of flags that a check sees and no exception silences."""
        seen = select(_FLAG.c.task_key).where(
            _FLAG.c.cleared_on.is_(None), _FLAG.c.check_name == check_name, _FLAG.c.exception_id.is_(None)
        )
        return self._select(_TASK.c.key.in_(seen), _TASK.c.completed_on < before)

    def without_department(self) -> list[Task]:
        """Open tasks that name a department which the registers did not know."""
        return self._select(_TASK.c.closed_on.is_(None), _TASK.c.department_code.is_(None))

    def alive_between(self, first: date, last: date) -> list[Task]:
        """Tasks that were open on some day of a period."""
        return self._select(_TASK.c.opened_on <= last, or_(_TASK.c.closed_on.is_(None), _TASK.c.closed_on >= first))

    def _select(self, *conditions: Any, limit: int | None = None) -> list[Task]:
        query = select(*(_TASK.c[name] for name in _NAMES)).where(*conditions)
        query = query.order_by(_TASK.c.deadline_order, _TASK.c.key).limit(limit)
        return [as_task(row) for row in self.connection.execute(query)]


def as_task(row: Any) -> Task:
    """A task from a row whose first columns are the task's fields."""
    task = Task(*row[: len(_NAMES)])
    for name, words in _WORDS.items():
        object.__setattr__(task, name, words(getattr(task, name)))
    return task


def _row(task: Task) -> dict[str, Any]:
    row = {name: getattr(task, name) for name in _NAMES}
    row |= {name: str(row[name]) for name in _WORDS}
    closed_on = task.completed_on or task.withdrawn_on
    return row | {"closed_on": closed_on, "deadline_order": task.deadline_order, "source": task.source}
