"""What the morning page shows of departments that must act: their open tasks, flags, last answer and last letter."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, or_, select, union_all

from tracker.storage.screens.sums import OpenWork, oldest_deadlines
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.work import SubmissionRow

_OUTBOX, _ANSWER = OutboxRow.__table__, SubmissionRow.__table__  # type: ignore[attr-defined]
PORTION = 200  # SQLite joins no more than 500 questions into one
Seen = Mapping[str, Mapping[str | None, int]]  # how many flags are open, by check and by department


@dataclass(frozen=True)
class DepartmentWork:
    """What lies with one department; a `code` of None is work without a known department."""

    work: OpenWork
    oldest_deadline: date | None
    open_flags: int
    last_answer_on: date | None = None
    last_answer_to: str | None = None  # the key of the task that was answered
    last_letter_on: date | None = None
    last_letter_id: int | None = None


def must_act(work: Collection[OpenWork]) -> list[OpenWork]:
    """Departments with something overdue or due this week: those with most overdue first, then with most due."""
    late = [one for one in work if one.overdue or one.this_week]
    return sorted(late, key=lambda one: (-one.overdue, -one.this_week, one.code or ""))


def with_flags_and_letters(connection: Connection, work: Collection[OpenWork], seen: Seen) -> list[DepartmentWork]:
    """The same with their oldest deadline that is over, what the checks see, their last answer and last letter."""
    codes = [one.code for one in work]
    oldest, letters = oldest_deadlines(connection, codes), _last_letters(connection, codes)
    answers = last_answers(connection, [code for code in codes if code])
    return [
        DepartmentWork(
            one, oldest[one.code] if one.overdue else None, sum(own.get(one.code, 0) for own in seen.values()),
            *answers.get(one.code or "", (None, None)), *letters.get(one.code, (None, None)),
        )
        for one in work
    ]  # fmt: skip


def last_answers(connection: Connection, codes: Sequence[str]) -> dict[str, tuple[date, str]]:
    """The day of the newest answer of each of these departments and the key of its task.

    One look into an index for each of them: to group the answers would read all that a department ever gave.
    """
    found = dict[str, tuple[date, str]]()
    for start in range(0, len(codes), PORTION):
        newest = [
            select(func.max(_ANSWER.c.id)).where(_ANSWER.c.department_code == code)
            for code in codes[start : start + PORTION]
        ]
        query = select(_ANSWER.c.department_code, _ANSWER.c.submitted_on, _ANSWER.c.task_key)
        rows = connection.execute(query.where(_ANSWER.c.id.in_(union_all(*newest))))
        found |= {row[0]: (row[1], row[2]) for row in rows}
    return found


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
