"""Letters: what goes out, whom it reminded of what, departments' secret addresses, what will go out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from tracker.storage.tables.columns import UtcDateTime


class OutboxRow(SQLModel, table=True):
    """A letter that is to go out, or went."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "next_attempt_at"),
        Index("ix_outbox_day", "on_day", "id"),
        Index("ix_outbox_message", "message_id"),
        Index("ix_outbox_department", "department_code", "kind", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    channel: str = "mail"  # mail / webhook
    department_code: str | None = None
    addressee: str = ""  # in words, as it stands on the letter
    recipients: list[str] = Field(default_factory=list, sa_type=JSON)
    copies: list[str] = Field(default_factory=list, sa_type=JSON)
    subject: str
    body_text: str
    body_html: str
    deadlines: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)  # go along as a calendar file
    url: str = ""
    message_id: str
    on_day: date
    queued_at: datetime = Field(sa_type=UtcDateTime)
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # empty: nothing more to try
    attempts: int = 0
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    given_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undelivered_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # some address was refused, or it came back
    answer: str = ""
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # address → outcome and the server's words


class SentReminderRow(SQLModel, table=True):
    """The ledger of reminders: which step of the ladder a round of a task has already earned."""

    __tablename__ = "sent_reminder"
    task_key: str = Field(primary_key=True)
    round: int = Field(primary_key=True)
    step: int = Field(primary_key=True)  # days before the deadline; negative after it
    deadline: date | None = None
    on_day: date
    letter_key: str = Field(index=True)


class SentEscalationRow(SQLModel, table=True):
    """The ledger of escalations: who above a department was told of a task's deadline."""

    __tablename__ = "sent_escalation"
    task_key: str = Field(primary_key=True)
    department_code: str = Field(primary_key=True)
    deadline: date = Field(primary_key=True)
    superior: str = Field(primary_key=True)
    on_day: date
    letter_key: str = Field(index=True)


class DepartmentKeyRow(SQLModel, table=True):
    """A department's secret address: its letters, its list and its calendar, without sign-in; revocable."""

    __tablename__ = "department_key"
    __table_args__ = (Index("ix_department_key_department", "department_code", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    department_code: str
    secret: str = Field(unique=True)  # its hash
    nonce: str = ""  # what the secret is made from, with the office's own
    made_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ForecastLetterRow(SQLModel, table=True):
    """A letter that will go out if nothing changes, as the newest forecast saw it."""

    __tablename__ = "forecast_letter"
    id: int | None = Field(default=None, primary_key=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    on_day: date
    kind: str
    department_code: str | None = None
    addressee: str
    recipients: list[str] = Field(default_factory=list, sa_type=JSON)
    subject: str
    body_text: str
