"""Requests that the scheduler takes up: of one thing at most one waits, and each is carried out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.exc import IntegrityError


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
        """Whether somebody waits for what nobody has begun."""
        query = select(self.table.c.id).where(self.table.c.waits_for.is_not(None)).limit(1)
        return self.connection.execute(query).first() is not None

    def begin(self, job_run_id: int) -> Sequence[int]:
        """The numbers of those that a job run has to carry out, the oldest first.

        What waits now, and what an earlier life of the run left unfinished.
        """
        waits = self.table.c.waits_for.is_not(None)
        self.connection.execute(update(self.table).where(waits).values(waits_for=None, job_run_id=job_run_id))
        unfinished = (self.table.c.job_run_id == job_run_id, self.table.c.ended_at.is_(None))
        return (
            self.connection.execute(select(self.table.c.id).where(*unfinished).order_by(self.table.c.id))
            .scalars()
            .all()
        )

    def end(self, number: int, **outcome: Any) -> None:
        """Write down how a request ended."""
        self.connection.execute(update(self.table).where(self.table.c.id == number).values(**outcome))
