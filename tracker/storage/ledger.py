"""The ledger: what was already sent about each task, so that nothing is sent twice."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from tracker.domain.escalations import EscalationKey, Superior
from tracker.domain.reminders import ReminderKey
from tracker.storage.tables.letters import OutboxRow, SentEscalationRow, SentReminderRow
from tracker.storage.tables.work import TaskRow

_SENT = SentReminderRow.__table__  # type: ignore[attr-defined]
_ESCALATED = SentEscalationRow.__table__  # type: ignore[attr-defined]
_OUTBOX = OutboxRow.__table__  # type: ignore[attr-defined]
_TASK = TaskRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class TimesTold:
    """How often a task's department was told of it, and when last."""

    times: int
    last_on: date


@dataclass(frozen=True)
class Ledger:
    """What was sent, within one transaction."""

    connection: Connection

    def note_reminders(self, notes: list[tuple[ReminderKey, date | None, str, date]]) -> None:
        """Note steps as sent: the step, the task's deadline, the letter's key, the day."""
        if notes:
            rows = [
                {"task_key": key.task_key, "round": key.round, "step": key.step, "deadline": deadline,
                 "on_day": day, "letter_key": letter}
                for key, deadline, letter, day in notes
            ]  # fmt: skip
            self.connection.execute(insert(_SENT), rows)

    def sent_reminders(self) -> set[ReminderKey]:
        """What was reminded of before, for all tasks that are open."""
        query = select(_SENT.c.task_key, _SENT.c.round, _SENT.c.step).join(_TASK, _TASK.c.key == _SENT.c.task_key)
        return {ReminderKey(*row) for row in self.connection.execute(query.where(_TASK.c.closed_on.is_(None)))}

    def note_escalations(self, escalations: Iterable[EscalationKey], letter_key: str, on_day: date) -> None:
        """Note superiors as told with a letter; in the transaction that queues it."""
        rows = [
            {"task_key": key.task_key, "department_code": key.department_code, "deadline": key.deadline,
             "superior": str(key.to), "on_day": on_day, "letter_key": letter_key}
            for key in escalations
        ]  # fmt: skip
        if rows:
            self.connection.execute(insert(_ESCALATED), rows)

    def take_back_escalations(self, letter_key: str) -> None:
        """The letter was withdrawn: those superiors were not told, and may have to be told later."""
        self.connection.execute(delete(_ESCALATED).where(_ESCALATED.c.letter_key == letter_key))

    def sent_escalations(self) -> dict[EscalationKey, date]:
        """Which superiors were told before and on which day, for all tasks that are open."""
        names = ("task_key", "department_code", "deadline", "superior", "on_day")
        query = select(*(_ESCALATED.c[name] for name in names)).join(_TASK, _TASK.c.key == _ESCALATED.c.task_key)
        rows = self.connection.execute(query.where(_TASK.c.closed_on.is_(None)))
        return {EscalationKey(row[0], row[1], row[2], Superior(row[3])): row[4] for row in rows}

    def times_told(self) -> dict[tuple[str, str], TimesTold]:
        """How often whom was told of each open task, by the task's key and the code of the letter's department.

        A letter that never left has told nobody; one that was kept for print is taken to have been handed over.
        """
        whose = (_SENT.c.task_key, func.coalesce(_OUTBOX.c.department_code, ""))
        left = and_(_OUTBOX.c.withdrawn_at.is_(None), or_(_OUTBOX.c.given_up_at.is_(None), _OUTBOX.c.attempts == 0))
        query = (
            select(*whose, func.count(), func.max(_SENT.c.on_day))
            .join(_TASK, _TASK.c.key == _SENT.c.task_key).join(_OUTBOX, _OUTBOX.c.key == _SENT.c.letter_key)
            .where(_TASK.c.closed_on.is_(None), left).group_by(*whose)
        )  # fmt: skip
        return {(row[0], row[1]): TimesTold(row[2], row[3]) for row in self.connection.execute(query)}

    def tasks_of_letters(self, letter_keys: Iterable[str]) -> dict[str, list[str]]:
        """The tasks that letters remind of, by the letter's key."""
        found = defaultdict[str, list[str]](list)
        keys = list(letter_keys)
        for table in (_SENT, _ESCALATED):
            query: Any = select(table.c.letter_key, table.c.task_key).where(table.c.letter_key.in_(keys))
            for letter, task in self.connection.execute(query):
                found[letter].append(task)
        return found
