"""How far the records go: their newest numbers now, and the first day of which anything is known."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.runs import CheckRunRow, ImportRow
from tracker.storage.tables.work import AttachmentRow, EventRow

_EVENT, _RUN, _IMPORT = EventRow.__table__, CheckRunRow.__table__, ImportRow.__table__  # type: ignore[attr-defined]
_ATTACHMENT, _OUTBOX = AttachmentRow.__table__, OutboxRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Horizon:
    """How far the records went when a report was issued: the newest number of each that is only ever added to."""

    event: int
    check_run: int
    register_import: int
    attachment: int
    letter: int
    at: datetime

    @classmethod
    def now(cls, connection: Connection, at: datetime) -> "Horizon":
        """The horizon of this transaction."""
        newest = [
            int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())
            for table in (_EVENT, _RUN, _IMPORT, _ATTACHMENT, _OUTBOX)
        ]
        return cls(newest[0], newest[1], newest[2], newest[3], newest[4], at)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Horizon":
        """The inverse of `to_json`."""
        return cls(**{**stored, "at": datetime.fromisoformat(stored["at"])})

    def to_json(self) -> dict[str, Any]:
        """Plain values, as stored with what was issued."""
        return asdict(self) | {"at": self.at.isoformat()}


def first_day(connection: Connection) -> date | None:
    """The earliest day that anything is known of: of the trail or of a register."""
    days = [connection.execute(select(func.min(column))).scalar_one() for column in (_EVENT.c.on_day, _IMPORT.c.as_of)]
    return min((day for day in days if day), default=None)
