"""The outbox and the ledger of reminders."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, update

from tracker.domain.reminders import ReminderKey
from tracker.storage.tables.runs import OutboxRow, SentReminderRow

_OUTBOX, _SENT = OutboxRow.__table__, SentReminderRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class QueuedLetter:
    """A letter in the outbox. `key` is what it is about: the same letter is queued once."""

    key: str
    kind: str
    department_code: str | None
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    body_text: str
    body_html: str
    message_id: str
    on_day: date
    queued_at: datetime
    id: int | None = None
    next_attempt_at: datetime | None = None
    attempts: int = 0
    accepted_at: datetime | None = None
    given_up_at: datetime | None = None
    answer: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outbox:
    """Letters, within one transaction."""

    connection: Connection

    def has(self, key: str) -> bool:
        """Whether a letter about this was queued before."""
        return self.connection.execute(select(_OUTBOX.c.id).where(_OUTBOX.c.key == key)).first() is not None

    def queue(self, letter: QueuedLetter, reminders: Iterable[ReminderKey] = ()) -> None:
        """Put a letter out and note what it reminds of, together or not at all."""
        row = {name: getattr(letter, name) for name in QueuedLetter.__annotations__ if name != "id"}
        row |= {"recipients": list(letter.recipients), "copies": list(letter.copies), "refused": dict(letter.refused)}
        self.connection.execute(insert(_OUTBOX), [row])
        notes = [
            {"task_key": r.task_key, "deadline": r.deadline, "step": r.step, "on_day": letter.on_day, "letter_key": letter.key}
            for r in reminders
        ]  # fmt: skip
        if notes:
            self.connection.execute(insert(_SENT), notes)

    def sent_reminders(self, task_keys: Collection[str]) -> set[ReminderKey]:
        """What was reminded of before, for these tasks."""
        wanted, sent = list(task_keys), set[ReminderKey]()
        for start in range(0, len(wanted), 500):
            query = select(_SENT.c.task_key, _SENT.c.deadline, _SENT.c.step)
            rows = self.connection.execute(query.where(_SENT.c.task_key.in_(wanted[start : start + 500])))
            sent |= {ReminderKey(*row) for row in rows}
        return sent

    def claim(self, now: datetime, lease: timedelta, limit: int) -> list[QueuedLetter]:
        """Take the letters that are to be tried now; until the lease ends nobody else takes them."""
        due = _OUTBOX.c.next_attempt_at <= now
        ids = select(_OUTBOX.c.id).where(due).order_by(_OUTBOX.c.next_attempt_at, _OUTBOX.c.id).limit(limit)
        taken = list(self.connection.execute(ids.with_for_update(skip_locked=True)).scalars())
        claimed = update(_OUTBOX).where(_OUTBOX.c.id.in_(taken)).values(next_attempt_at=now + lease)
        self.connection.execute(claimed)
        query = select(_OUTBOX).where(_OUTBOX.c.id.in_(taken)).order_by(_OUTBOX.c.id)
        return [_as_letter(row) for row in self.connection.execute(query).mappings()]

    def record(self, letter: QueuedLetter) -> None:
        """Store how an attempt went."""
        names = ("next_attempt_at", "attempts", "accepted_at", "given_up_at", "answer")
        values = {name: getattr(letter, name) for name in names} | {"refused": dict(letter.refused)}
        self.connection.execute(update(_OUTBOX).where(_OUTBOX.c.id == letter.id).values(**values))

    def find(self, number: int) -> QueuedLetter | None:
        """One letter."""
        row = self.connection.execute(select(_OUTBOX).where(_OUTBOX.c.id == number)).mappings().first()
        return None if row is None else _as_letter(row)

    def newest(self, limit: int, offset: int = 0) -> list[QueuedLetter]:
        """Letters, newest first."""
        query = select(_OUTBOX).order_by(_OUTBOX.c.on_day.desc(), _OUTBOX.c.id.desc()).limit(limit).offset(offset)
        return [_as_letter(row) for row in self.connection.execute(query).mappings()]

    def troubled(self) -> list[QueuedLetter]:
        """Letters given up, or tried without success so far."""
        failing = and_(_OUTBOX.c.accepted_at.is_(None), _OUTBOX.c.attempts > 0)
        query = select(_OUTBOX).where(or_(_OUTBOX.c.given_up_at.is_not(None), failing)).order_by(_OUTBOX.c.id)
        return [_as_letter(row) for row in self.connection.execute(query).mappings()]

    def on_days(self, first: date, last: date) -> Sequence[QueuedLetter]:
        """Letters of a period, oldest first."""
        query = select(_OUTBOX).where(_OUTBOX.c.on_day.between(first, last)).order_by(_OUTBOX.c.id)
        return [_as_letter(row) for row in self.connection.execute(query).mappings()]


def _as_letter(row: Any) -> QueuedLetter:
    facts = {name: row[name] for name in QueuedLetter.__annotations__}
    return QueuedLetter(**facts | {"recipients": tuple(row["recipients"]), "copies": tuple(row["copies"])})
