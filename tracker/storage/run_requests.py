"""Requests to run a check now: at most one of each check waits, and each is run once."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.events import Event, Happened, Occasion
from tracker.storage.events import Events
from tracker.storage.request_queue import RequestQueue
from tracker.storage.tables.runs import RunRequestRow

_REQUEST = RunRequestRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class RunRequest:
    """Who asked for which check and when; the run it led to and how that ended."""

    id: int
    check_name: str
    asked_at: datetime
    asked_by: str
    waits_for: str | None
    job_run_id: int | None
    ended_at: datetime | None
    outcome: str | None
    summary: str


_COLUMNS = [_REQUEST.c[field.name] for field in fields(RunRequest)]


@dataclass(frozen=True)
class RunRequests:
    """Requests, within one transaction."""

    connection: Connection
    events: Events

    @property
    def _queue(self) -> RequestQueue:
        return RequestQueue(self.connection, _REQUEST)

    def ask(self, check_name: str, occasion: Occasion) -> RunRequest:
        """Ask for a run; when one of this check waits already, that one is the answer."""
        facts = {"check_name": check_name, "asked_at": occasion.at, "asked_by": occasion.by}
        if self._queue.enter(check_name, **facts):
            self.events.append([Event(Happened.CHECK_REQUESTED, f"check:{check_name}", occasion)])
        return self._select(_REQUEST.c.waits_for == check_name)[0]

    def are_waiting(self) -> bool:
        """Whether somebody waits for a check that nobody has begun."""
        return self._queue.are_waiting()

    def begin(self, job_run_id: int) -> list[RunRequest]:
        """Those that a job run has to carry out: what waits now, and what was begun and never ended."""
        return self._select(_REQUEST.c.id.in_(self._queue.begin(job_run_id)))

    def pick_up(self, number: int, now: datetime) -> bool:
        """Note that one is begun; False when it was begun twice and never ended."""
        return self._queue.pick_up(number, now)

    def end(self, number: int, at: datetime, outcome: str, summary: str) -> None:
        """Write down how a requested run ended."""
        self._queue.end(number, ended_at=at, outcome=outcome, summary=summary)

    def newest(self, check_name: str) -> RunRequest | None:
        """The newest request for a check."""
        query = select(*_COLUMNS).where(_REQUEST.c.check_name == check_name).order_by(_REQUEST.c.id.desc()).limit(1)
        row = self.connection.execute(query).first()
        return None if row is None else RunRequest(*row)

    def _select(self, *conditions: Any) -> list[RunRequest]:
        query = select(*_COLUMNS).where(*conditions).order_by(_REQUEST.c.id)
        return [RunRequest(*row) for row in self.connection.execute(query)]
