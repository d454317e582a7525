"""Which process is the scheduler of a database: one row with its heartbeat, wherever the database is reached from."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from tracker.storage.tables.runs import SchedulerRow

_SCHEDULER = SchedulerRow.__table__  # type: ignore[attr-defined]
THE_ONE = 1


@dataclass(frozen=True)
class Scheduler:
    """A process that looks what is due. Its instants are the machine's, not those of an office that lives elsewhen."""

    owner: str
    host: str
    pid: int
    began: str  # tells a process from a later one of the same number
    beat_at: datetime
    ticked_at: datetime | None = None


@dataclass(frozen=True)
class SchedulerLease:
    """The row, within one transaction."""

    connection: Connection

    def holder(self) -> Scheduler | None:
        """Who is the scheduler, or was when it was last heard of."""
        row = self.connection.execute(select(*(_SCHEDULER.c[field.name] for field in fields(Scheduler)))).first()
        return None if row is None else Scheduler(*row)

    def is_held_by(self, owner: str) -> bool:
        """Whether nobody has taken it over."""
        holder = self.holder()
        return holder is not None and holder.owner == owner

    def take(self, scheduler: Scheduler) -> None:
        """Be the scheduler, whoever was."""
        self.connection.execute(delete(_SCHEDULER))
        facts = {field.name: getattr(scheduler, field.name) for field in fields(Scheduler)}
        self.connection.execute(insert(_SCHEDULER).values(id=THE_ONE, **facts))

    def beat(self, owner: str, at: datetime, ticked_at: datetime | None) -> bool:
        """A sign of life; False when somebody else has taken over."""
        own = update(_SCHEDULER).where(_SCHEDULER.c.owner == owner)
        return bool(self.connection.execute(own.values(beat_at=at, ticked_at=ticked_at)).rowcount)

    def let_go(self, owner: str) -> None:
        """Be it no longer."""
        self.connection.execute(delete(_SCHEDULER).where(_SCHEDULER.c.owner == owner))
