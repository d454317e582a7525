"""What the morning page shows of departments that must act: their open tasks, flags and last letter."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, or_, select

from tracker.storage.screens.sums import OpenWork, oldest_deadlines
from tracker.storage.tables.letters import OutboxRow

_OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]
Seen = Mapping[str, Mapping[str | None, int]]  # how many flags are open, by check and by department


@dataclass(frozen=True)
class DepartmentWork:
    """What lies with one department; a `code` of None is work without a known department."""

    work: OpenWork
    oldest_deadline: date | None
    open_flags: int
    last_letter_on: date | None = None
    last_letter_id: int | None = None


def must_act(work: Collection[OpenWork]) -> list[OpenWork]:
    """Departments with something overdue or due this week: those with most overdue first, then with most due."""
    late = [one for one in work if one.overdue or one.this_week]
    return sorted(late, key=lambda one: (-one.overdue, -one.this_week, one.code or ""))


def with_flags_and_letters(connection: Connection, work: Collection[OpenWork], seen: Seen) -> list[DepartmentWork]:
    """The same with their oldest deadline that is over, what the checks see, and when they were last written to."""
    codes = [one.code for one in work]
    oldest, letters = oldest_deadlines(connection, codes), _last_letters(connection, codes)
    return [
        DepartmentWork(
            one, oldest[one.code] if one.overdue else None, sum(own.get(one.code, 0) for own in seen.values()),
            *letters.get(one.code, (None, None)),
        )
        for one in work
    ]  # fmt: skip


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
