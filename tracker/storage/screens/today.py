"""What the morning page shows of departments that must act: their open tasks, flags and last letter."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, or_, select

from tracker.storage.screens.sums import OpenWork
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.work import FlagRow

_FLAG, _OUTBOX = FlagRow.__table__, OutboxRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class DepartmentWork:
    """What lies with one department; a `code` of None is work without a known department."""

    work: OpenWork
    open_flags: int = 0
    last_letter_on: date | None = None
    last_letter_id: int | None = None


def must_act(work: Collection[OpenWork]) -> list[OpenWork]:
    """Departments with something overdue or due this week, worst first: most overdue, then longest, then most due."""
    late = [one for one in work if one.overdue or one.this_week]
    return sorted(
        late, key=lambda one: (-one.overdue, one.oldest_deadline or date.max, -one.this_week, one.code or "")
    )


def with_flags_and_letters(connection: Connection, work: Collection[OpenWork]) -> list[DepartmentWork]:
    """The same departments with what the checks see of them now, and when they were last written to."""
    codes = [one.code for one in work]
    flags, letters = _open_flags(connection, codes), _last_letters(connection, codes)
    return [DepartmentWork(one, flags.get(one.code, 0), *letters.get(one.code, (None, None))) for one in work]


def open_flag_count(connection: Connection) -> dict[str, int]:
    """How many flags of each check are open."""
    query = select(_FLAG.c.check_name, func.count()).where(_FLAG.c.cleared_on.is_(None)).group_by(_FLAG.c.check_name)
    return {row[0]: row[1] for row in connection.execute(query)}


def _open_flags(connection: Connection, codes: Collection[str | None]) -> dict[str | None, int]:
    code = _FLAG.c.department_code
    wanted = or_(code.in_([one for one in codes if one]), code.is_(None))
    query = select(code, func.count()).where(_FLAG.c.cleared_on.is_(None), wanted)
    return {row[0]: row[1] for row in connection.execute(query.group_by(code))}


def _last_letters(connection: Connection, codes: Collection[str | None]) -> dict[str | None, tuple[date, int]]:
    """The last reminder that was accepted or still waits, by department."""
    code = _OUTBOX.c.department_code
    wanted = or_(code.in_([one for one in codes if one]), code.is_(None))
    newest = (
        select(func.max(_OUTBOX.c.id))
        .where(_OUTBOX.c.kind == "reminder", _OUTBOX.c.given_up_at.is_(None), wanted).group_by(code)
    )  # fmt: skip
    query = select(code, _OUTBOX.c.on_day, _OUTBOX.c.id).where(_OUTBOX.c.id.in_(newest))
    return {row[0]: (row[1], row[2]) for row in connection.execute(query)}
