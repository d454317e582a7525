"""What is found of tasks, letters and registers, and keeping it as they are."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, literal, select

from tracker.domain.registers import BY_STEM, REGISTERS, Kind, Register
from tracker.domain.tasks import Task
from tracker.storage.notes import SEARCH, SEARCH_MADE_BY, note
from tracker.storage.search import LETTER, TASK, Entry, Search
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.registers import version_tables
from tracker.storage.tables.work import TaskRow

_TASK, _OUTBOX = TaskRow.__table__, OutboxRow.__table__  # type: ignore[attr-defined]
# The registers that are found, and the column that names a row. Accounts are looked up by their codes; absences are
# not found, because why somebody is absent is nobody's business.
NAMED_BY = {
    "指導事項": "subject", "組織": "name", "職員": "name", "システム": "name", "委託契約": "title", "再委託": "subcontractor",
    "ファイル簿": "name",
}  # fmt: skip


def task_entry(task: Task) -> Entry:
    """How a task is found."""
    return _task(task.key, task.department_code, task.title, task.body, task.origin_ref, task.opened_on)


def letter_entry(key: str, department_code: str | None, subject: str, addressee: str, to: Any, on_day: date) -> Entry:
    """How a letter is found; what it reminds of is found as tasks."""
    return Entry(LETTER, key, department_code, subject, "\n".join(filter(None, [addressee, *to])), on_day)


def follow_import(connection: Connection, register: Register, import_id: int) -> None:
    """Keep what is found of a register as an import has left it: its open versions."""
    if register.stem not in NAMED_BY:
        return
    table, search = version_tables()[register.stem], Search(connection)
    other = table.alias()
    same_row = and_(*(table.c[name] == other.c[name] for name in register.keys))
    lives_on = exists(select(literal(1)).where(same_row, other.c.valid_to.is_(None)))
    ended = select(*(table.c[name] for name in register.keys)).where(table.c.ended_by == import_id, ~lives_on)
    search.remove(register.noun, [_ref(row) for row in connection.execute(ended)])
    search.enter(_register_entries(connection, register, table.c.begun_by == import_id))


def keep_search(connection: Connection) -> None:
    """Make all entries anew, and note by which version."""
    search = Search(connection)
    search.clear()
    search.enter((_task(*row) for row in connection.execute(_all_tasks())), are_new=True)
    for stem in NAMED_BY:
        search.enter(_register_entries(connection, BY_STEM[stem]), are_new=True)
    search.enter((_letter(*row) for row in connection.execute(_all_letters())), are_new=True)
    note(connection, SEARCH, SEARCH_MADE_BY)


def found_registers() -> tuple[Register, ...]:
    """The registers whose rows are found."""
    return tuple(register for register in REGISTERS if register.stem in NAMED_BY)


def _task(key: str, code: str | None, title: str, body: str, origin_ref: str, opened_on: date) -> Entry:
    return Entry(TASK, key, code, title, "\n".join(filter(None, [body, origin_ref])), opened_on)


def _letter(key: str, code: str | None, subject: str, addressee: str, to: Any, copies: Any, on_day: date) -> Entry:
    return letter_entry(key, code, subject, addressee, [*to, *copies], on_day)


def _register_entries(connection: Connection, register: Register, *conditions: Any) -> Iterator[Entry]:
    table = version_tables()[register.stem]
    names = [column.name for column in register.columns if column.kind in (Kind.CODE, Kind.TEXT)]
    titled, whose = names.index(NAMED_BY[register.stem]), _department_column(table)
    columns = [table.c[name] for name in (*names, *register.keys)]
    query = select(*columns, table.c[whose] if whose else literal(None), table.c.valid_from)
    query = query.where(table.c.valid_to.is_(None), *conditions).order_by(
        table.c.valid_from, *columns[-len(register.keys) :]
    )
    for row in connection.execute(query):
        texts = row[: len(names)]
        rest = "\n".join(text for place, text in enumerate(texts) if text and place != titled)
        yield Entry(register.noun, _ref(row[len(names) : -2]), row[-2], texts[titled], rest, row[-1])


def _department_column(table: Table) -> str | None:
    names = [name for name in ("department_code", "code") if name in table.c]
    return names[0] if names else None


def _ref(keys: Any) -> str:
    return "/".join(str(key) for key in keys)


def _all_tasks() -> Any:
    columns = [_TASK.c[name] for name in ("key", "department_code", "title", "body", "origin_ref", "opened_on")]
    return select(*columns).order_by(_TASK.c.opened_on, _TASK.c.key)


def _all_letters() -> Any:
    names = ("key", "department_code", "subject", "addressee", "recipients", "copies", "on_day")
    return select(*(_OUTBOX.c[name] for name in names)).order_by(_OUTBOX.c.on_day, _OUTBOX.c.id)
