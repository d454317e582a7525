"""Requests for a report of some day: each report waits at most once, and is made once."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.events import Event, Happened, Occasion
from tracker.storage.events import Events
from tracker.storage.request_queue import RequestQueue
from tracker.storage.tables.runs import ReportRequestRow

_REQUEST = ReportRequestRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ReportRequest:
    """Who asked for which report and when; the run it led to, how that ended, and the report."""

    id: int
    kind: str
    subject: str
    on_day: date
    asked_at: datetime
    asked_by: str
    waits_for: str | None
    job_run_id: int | None
    ended_at: datetime | None
    outcome: str | None
    summary: str
    report_id: int | None


_COLUMNS = [_REQUEST.c[field.name] for field in fields(ReportRequest)]


@dataclass(frozen=True)
class ReportRequests:
    """Requests, within one transaction."""

    connection: Connection
    events: Events

    @property
    def _queue(self) -> RequestQueue:
        return RequestQueue(self.connection, _REQUEST)

    def ask(self, kind: str, subject: str, day: date, occasion: Occasion) -> ReportRequest:
        """Ask for a report; when the same one waits already, that request is the answer."""
        about = f"{kind}/{day.isoformat()}{f'/{subject}' if subject else ''}"
        asked = {"kind": kind, "subject": subject, "on_day": day, "asked_at": occasion.at, "asked_by": occasion.by}
        if self._queue.enter(about, **asked):
            self.events.append([Event(Happened.REPORT_REQUESTED, f"report:{about}", occasion)])
        return self._select(_REQUEST.c.waits_for == about)[0]

    def are_waiting(self) -> bool:
        """Whether somebody waits for a report that nobody has begun."""
        return self._queue.are_waiting()

    def begin(self, job_run_id: int) -> list[ReportRequest]:
        """Those that a job run has to carry out: what waits now, and what was begun and never ended."""
        return self._select(_REQUEST.c.id.in_(self._queue.begin(job_run_id)))

    def pick_up(self, number: int, now: datetime) -> bool:
        """Note that one is begun; False when it was begun twice and never ended."""
        return self._queue.pick_up(number, now)

    def end(self, number: int, at: datetime, outcome: str, summary: str, report_id: int | None = None) -> None:
        """Write down how a request ended."""
        self._queue.end(number, ended_at=at, outcome=outcome, summary=summary, report_id=report_id)

    def newest(self, limit: int) -> list[ReportRequest]:
        """The newest requests, the newest first."""
        query = select(*_COLUMNS).order_by(_REQUEST.c.id.desc()).limit(limit)
        return [ReportRequest(*row) for row in self.connection.execute(query)]

    def _select(self, *conditions: Any) -> list[ReportRequest]:
        query = select(*_COLUMNS).where(*conditions).order_by(_REQUEST.c.id)
        return [ReportRequest(*row) for row in self.connection.execute(query)]
