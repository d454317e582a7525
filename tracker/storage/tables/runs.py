"""What was looked at, run and issued: imports, check runs, job runs, reports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.storage.tables.columns import UtcDateTime


class ImportRow(SQLModel, table=True):
    """One register file taken in: what it was and what it changed."""

    __tablename__ = "register_import"
    __table_args__ = (Index("ix_register_import_newest", "register_stem", "as_of", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    register_stem: str
    as_of: date
    imported_at: datetime = Field(sa_type=UtcDateTime)
    source: str
    sha256: str
    reading: str  # how the file was read: encoding, aliases and version of the reader
    whole: bool  # a full export (missing rows are ended) or an addition
    row_count: int
    added: int
    changed: int
    ended: int
    notices: list[str] = Field(default_factory=list, sa_type=JSON)
    imported_by: str = ""
    reason: str = ""  # of a correction by hand


class CalendarDayRow(SQLModel, table=True):
    """The office's calendar, so that one query can ask for open days."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    number: int = Field(unique=True)  # date.toordinal(): days can be added on every database
    is_open: bool
    open_from: date  # the day itself when open, else the next open day
    open_after: date  # the first open day after it


class PeriodRow(SQLModel, table=True):
    """Weeks, months, quarters, halves and fiscal years that a recurring duty can be due for."""

    __tablename__ = "period"
    cycle: str = Field(primary_key=True)
    period_from: date = Field(primary_key=True)
    period_to: date
    last_number: int
    label: str


class NoteRow(SQLModel, table=True):
    """Small facts about the database itself, such as what its calendar was made from."""

    __tablename__ = "note"
    name: str = Field(primary_key=True)
    text: str


class CheckRow(SQLModel, table=True):
    """A check that this office runs, in words for its page; written by the runner."""

    __tablename__ = "check_catalogue"
    name: str = Field(primary_key=True)
    position: int
    title: str
    looks_for: str
    ground: str
    reads: list[str] = Field(default_factory=list, sa_type=JSON)


class CheckRunRow(SQLModel, table=True):
    """One look of one check at the registers of one day."""

    __tablename__ = "check_run"
    __table_args__ = (Index("ix_check_run_newest", "check_name", "on_day", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    check_name: str
    on_day: date
    job_run_id: int | None = None
    ended_at: datetime = Field(sa_type=UtcDateTime)
    state: str
    examined: int
    flagged: int
    opened: int
    cleared: int
    as_of: date | None = None
    registers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    message: str = ""
    excepted: int = 0  # seen, and silenced by an exception; not among `flagged`
    requested_by: str = ""


class RunRequestRow(SQLModel, table=True):
    """Somebody asked for a check to be run now. `waits_for` is the check until the run begins: one waits at a time."""

    __tablename__ = "run_request"
    __table_args__ = (Index("ix_run_request_newest", "check_name", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    check_name: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: str
    waits_for: str | None = Field(default=None, unique=True)
    job_run_id: int | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None  # done / failed
    summary: str = ""


class JobRow(SQLModel, table=True):
    """When each scheduled job is due next; a run is claimed by moving this on."""

    __tablename__ = "job"
    name: str = Field(primary_key=True)
    timetable: str
    next_run_at: datetime = Field(sa_type=UtcDateTime)


class JobRunRow(SQLModel, table=True):
    """One run of one job: due, claimed, ended, and how it ended."""

    __tablename__ = "job_run"
    __table_args__ = (
        UniqueConstraint("job_name", "due_at", name="uq_job_run_due"),
        Index("ix_job_run_newest", "job_name", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    job_name: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    on_day: date
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 1
    by_hand: bool = False
    outcome: str | None = None  # done / failed
    summary: str = ""
    failures: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    tries: int = 1  # on its day: what failed is tried again
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PickUpRow(SQLModel, table=True):
    """Work that was begun and has not ended: how often."""

    __tablename__ = "pick_up"
    key: str = Field(primary_key=True)
    times: int
    begun_at: datetime = Field(sa_type=UtcDateTime)


class SchedulerRow(SQLModel, table=True):
    """The process that looks what is due: one row, whose beat says that it lives."""

    __tablename__ = "scheduler"
    id: int = Field(primary_key=True)
    owner: str
    host: str
    pid: int
    began: str
    beat_at: datetime = Field(sa_type=UtcDateTime)
    ticked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class IssuedReportRow(SQLModel, table=True):
    """A report as issued: frozen facts with their hash, the page made from them, and how far the records went then."""

    __tablename__ = "issued_report"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "on_day", "edition", name="uq_issued_report_edition"),
        Index("ix_issued_report_newest", "kind", "on_day", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str = ""  # the department or finding that it is about; nothing: the whole office
    on_day: date
    edition: int = 1
    period_from: date | None = None
    period_to: date | None = None
    issued_at: datetime = Field(sa_type=UtcDateTime)
    issued_by: str
    version: str  # of the program
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    page: str
    sha256: str  # of the facts
    horizon: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    files: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # format → SHA-256 of the file


class ReportRequestRow(SQLModel, table=True):
    """Somebody asked for a report. `waits_for` says which, until it is begun: one of each waits at a time."""

    __tablename__ = "report_request"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str = ""
    on_day: date
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: str
    waits_for: str | None = Field(default=None, unique=True)
    job_run_id: int | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None  # done / failed
    summary: str = ""
    report_id: int | None = None
