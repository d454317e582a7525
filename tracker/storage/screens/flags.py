"""Lists of flags."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from tracker.domain.flags import Flag
from tracker.domain.tallies import NO_DEPARTMENT
from tracker.storage.flags import as_flag
from tracker.storage.screens.paging import PER_PAGE, Slice, slice_of
from tracker.storage.tables.work import FlagRow

_FLAG = FlagRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class FlagFilter:
    """Which flags are asked for; `standing` is open, excepted, cleared or all."""

    check: str = ""
    department: str = ""
    standing: str = "open"
    seen_on: date | None = None  # for the first time
    cleared_on: date | None = None


def flags_page(connection: Connection, wanted: FlagFilter, page: int, per_page: int = PER_PAGE) -> Slice[Flag]:
    """One page of flags: the open ones by deadline, then the cleared ones, the latest first."""
    query = select(_FLAG).where(*flag_conditions(wanted)).order_by(
        _FLAG.c.cleared_on.is_not(None), _FLAG.c.cleared_on.desc(), _FLAG.c.deadline.is_(None), _FLAG.c.deadline,
        _FLAG.c.check_name, _FLAG.c.id,
    )  # fmt: skip
    return slice_of(connection, query, lambda row: as_flag(row._mapping), page, per_page)


def flags_about(connection: Connection, checks: Collection[str], subject: str) -> list[Flag]:
    """What these checks ever saw of one subject, the open ones and the latest first."""
    query = select(_FLAG).where(_FLAG.c.check_name.in_(checks), _FLAG.c.sighting_key == subject)
    query = query.order_by(_FLAG.c.cleared_on.is_not(None), _FLAG.c.first_seen_on.desc(), _FLAG.c.id.desc())
    return [as_flag(row) for row in connection.execute(query).mappings()]


def changes_of_checks(connection: Connection, days: Collection[date]) -> dict[tuple[str, date], tuple[int, int]]:
    """How many flags each check saw for the first time on these days, and how many it saw no more."""
    found = dict[tuple[str, date], tuple[int, int]]()
    for column, place in ((_FLAG.c.first_seen_on, 0), (_FLAG.c.cleared_on, 1)):
        query = select(_FLAG.c.check_name, column, func.count()).where(column.in_(days))
        for name, day, number in connection.execute(query.group_by(_FLAG.c.check_name, column)):
            new, gone = found.get((name, day), (0, 0))
            found[name, day] = (new, number) if place else (number, gone)
    return found


def flag_of_task(connection: Connection, origin_ref: str, task_key: str) -> Flag | None:
    """The flag that a task came from; `origin_ref` is check/key, by which flags are found fast."""
    check, _, sighting_key = origin_ref.partition("/")
    query = select(_FLAG).where(
        _FLAG.c.check_name == check, _FLAG.c.sighting_key == sighting_key, _FLAG.c.task_key == task_key
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else as_flag(row)


def flag_conditions(wanted: FlagFilter) -> list[ColumnElement[bool]]:
    """What the fields of a filter ask for."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.check:
        conditions.append(_FLAG.c.check_name == wanted.check)
    if wanted.department == NO_DEPARTMENT:
        conditions.append(_FLAG.c.department_code.is_(None))
    elif wanted.department:
        conditions.append(_FLAG.c.department_code == wanted.department)
    if wanted.seen_on:
        conditions.append(_FLAG.c.first_seen_on == wanted.seen_on)
    if wanted.cleared_on:
        conditions.append(_FLAG.c.cleared_on == wanted.cleared_on)
    if wanted.standing == "open":
        conditions += [_FLAG.c.cleared_on.is_(None), _FLAG.c.exception_id.is_(None)]
    elif wanted.standing == "excepted":
        conditions += [_FLAG.c.cleared_on.is_(None), _FLAG.c.exception_id.is_not(None)]
    elif wanted.standing == "cleared":
        conditions.append(_FLAG.c.cleared_on.is_not(None))
    return conditions
