"""Requests that the scheduler takes up: of one thing at most one waits, and each is carried out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from tracker.storage.pick_ups import PickUps
from tracker.storage.tables.runs import JobRunRow

_RUN = JobRunRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class RequestQueue:
    """A table of requests, within one transaction. Its `waits_for` names the thing until a job run begins it."""

    connection: Connection
    table: Table

    def enter(self, waits_for: str, **facts: Any) -> bool:
        """Let a request wait; False when one for the same thing waits already: the second click."""
        try:
            with self.connection.begin_nested():
                self.connection.execute(insert(self.table).values(waits_for=waits_for, summary="", **facts))
        except IntegrityError:
            return False
        return True

    def are_waiting(self) -> bool:
        """Whether somebody waits for what nobody carries out."""
        return self.connection.execute(select(self.table.c.id).where(self._waits).limit(1)).first() is not None

    def begin(self, job_run_id: int) -> Sequence[int]:
        """The numbers of those that a job run has to carry out, the oldest first.

        What waits now, what an earlier life of the run left unfinished, and what a run that is over left without an end.
        """
        self.connection.execute(update(self.table).where(self._waits).values(waits_for=None, job_run_id=job_run_id))
        unfinished = (self.table.c.job_run_id == job_run_id, self.table.c.ended_at.is_(None))
        return (
            self.connection.execute(select(self.table.c.id).where(*unfinished).order_by(self.table.c.id))
            .scalars()
            .all()
        )

    def pick_up(self, number: int, now: datetime) -> bool:
        """Note that one is begun; False when it was begun twice and never ended."""
        return PickUps(self.connection).begin(self._key(number), now)

    def end(self, number: int, **outcome: Any) -> None:
        """Write down how a request ended."""
        self.connection.execute(update(self.table).where(self.table.c.id == number).values(**outcome))
        PickUps(self.connection).end(self._key(number))

    @property
    def _waits(self) -> ColumnElement[bool]:
        at_work = select(_RUN.c.id).where(_RUN.c.ended_at.is_(None))
        left = self.table.c.ended_at.is_(None) & self.table.c.job_run_id.not_in(at_work)
        return or_(self.table.c.waits_for.is_not(None), left)

    def _key(self, number: int) -> str:
        return f"{self.table.name}/{number}"
