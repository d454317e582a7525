"""What must be done and what was seen: tasks, flags, and the trail of events."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from tracker.storage.tables.columns import UtcDateTime


def _few(name: str, condition: str, *columns: str) -> Index:
    """An index over the few tasks that meet a condition, in the order of their list.

    The migrations say the condition to PostgreSQL too; here it would load the whole of that dialect at every start.
    """
    return Index(name, *columns, sqlite_where=text(condition))


class TaskRow(SQLModel, table=True):
    """Something somebody must do by a day."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_open", "closed_on", "deadline_order", "key", "answered_on", "completed_on"),
        Index("ix_task_department", "department_code", "closed_on", "deadline_order", "key"),
        Index("ix_task_by_department", "closed_on", "department_code", "deadline_order", "key"),
        Index("ix_task_timeline", "department_code", "deadline_order", "key", "closed_on", "opened_on"),
        Index("ix_task_source", "source", "closed_on", "deadline_order", "key"),
        Index(  # the last three so that the progress of every finding is read from it alone
            "ix_task_origin",
            "origin",
            "origin_ref",
            "deadline_order",
            "key",
            "closed_on",
            "completed_on",
            "answered_on",
        ),
        Index("ix_task_deadline", "deadline_order", "key", "closed_on", "opened_on"),
        Index("ix_task_opened", "closed_on", "opened_on", "key"),
        Index("ix_task_effect", "effect_checked_on", "effect_check_on"),
        Index("ix_task_department_deadline", "department_code", "deadline_order", "key"),
        _few("ix_task_answered", "answered_on IS NOT NULL", "closed_on", "deadline_order", "key"),
        _few("ix_task_withdrawn", "withdrawn_on IS NOT NULL", "deadline_order", "key"),
    )
    key: str = Field(primary_key=True)
    origin: str
    origin_ref: str
    source: str  # the origin, with the check's name for a flag
    title: str
    body: str
    department_code: str | None = None
    department_printed: str = ""
    deadline: date | None = None
    deadline_order: date  # the deadline, or the last day there is: so that one index lists them in order
    first_deadline: date | None = None
    deadline_printed: str = ""
    opened_on: date
    completed_on: date | None = None
    withdrawn_on: date | None = None
    closed_on: date | None = None  # completed or withdrawn: so that one index finds what is open
    closing_note: str = ""
    answered_on: date | None = None  # the department's answer waits for the division's decision
    round: int = 1  # the reminders began anew so often
    round_reason: str = ""
    round_note: str = ""
    officer_no: str | None = None
    started_on: date | None = None
    measure: str = ""
    approved_on: date | None = None
    approver: str = ""
    document_no: str = ""
    effect_check_on: date | None = None
    effect_checked_on: date | None = None
    effect: str = ""
    effect_note: str = ""
    version: int = 1


class TallyRow(SQLModel, table=True):
    """How many tasks or flags count under one heading; changed together with them, see tracker.domain.tallies."""

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_day", "source", "mark", "day", "department"),)
    source: str = Field(primary_key=True)
    department: str = Field(primary_key=True)
    mark: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    number: int


class SubmissionRow(SQLModel, table=True):
    """An answer of a department to a task, and what the division decided."""

    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_task", "task_key", "id"),
        Index("ix_submission_pending", "decision", "id"),
        Index("ix_submission_department", "department_code", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    task_key: str
    department_code: str
    kind: str
    officer: str
    note: str
    submitted_at: datetime = Field(sa_type=UtcDateTime)
    submitted_on: date
    asked_deadline: date | None = None
    named_code: str | None = None
    decision: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""
    decision_reason: str = ""


class AttachmentRow(SQLModel, table=True):
    """An uploaded document that shows something was done; its bytes lie outside the database, named by their hash."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_task", "task_key", "id"),
        Index("ix_attachment_sha256", "sha256"),
        Index("ix_attachment_sent", "department_code", "added_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    task_key: str
    submission_id: int | None = None
    name: str
    sha256: str
    size: int
    added_at: datetime = Field(sa_type=UtcDateTime)
    added_by: str
    department_code: str | None = None  # whose document it is; None: the division's
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    removed_by: str = ""
    removal_reason: str = ""


class RecurrenceRow(SQLModel, table=True):
    """A finding that the same had been found before: 再指摘."""

    __tablename__ = "recurrence"
    finding_no: str = Field(primary_key=True)
    earlier_no: str = Field(primary_key=True, index=True)


class FlagRow(SQLModel, table=True):
    """A check's sighting of one subject, from the run that first saw it to the fresh run that did not."""

    __tablename__ = "flag"
    __table_args__ = (
        Index("ix_flag_sighting", "check_name", "sighting_key", "first_seen_on"),
        Index("ix_flag_seen", "first_seen_on", "check_name"),
        Index("ix_flag_open", "cleared_on", "check_name", "department_code"),
    )
    id: int | None = Field(default=None, primary_key=True)
    check_name: str
    sighting_key: str
    subject: str
    department_code: str | None = None
    summary: str
    deadline: date | None = None
    first_seen_on: date
    last_seen_on: date
    cleared_on: date | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    task_key: str
    exception_id: int | None = None  # the exception that silences it now


class FlagExceptionRow(SQLModel, table=True):
    """An exception for one subject of one check, in force or over; nothing is deleted."""

    __tablename__ = "flag_exception"
    __table_args__ = (Index("ix_flag_exception_subject", "check_name", "subject", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    check_name: str
    subject: str
    reason: str
    until: date
    approved_by: str
    granted_on: date
    granted_at: datetime = Field(sa_type=UtcDateTime)
    granted_by: str
    revoked_on: date | None = None
    revoked_by: str = ""
    revocation_reason: str = ""


class FindingClosingRow(SQLModel, table=True):
    """That the division held a finding to be answered in full, and that it took this back."""

    __tablename__ = "finding_closing"
    __table_args__ = (Index("ix_finding_closing_finding", "finding_no", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    finding_no: str
    closed_on: date
    closed_at: datetime = Field(sa_type=UtcDateTime)
    closed_by: str
    note: str
    reopened_on: date | None = None
    reopened_by: str = ""
    reopening_reason: str = ""


class EventRow(SQLModel, table=True):
    """Something that happened, with who and when; each entry seals the one before it."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_about", "about", "id"), Index("ix_event_kind", "kind", "on_day"))
    id: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    on_day: date
    by: str
    kind: str
    about: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    account: str = ""  # the account's name, of which `by` is what is shown
    previous: str
    seal: str
