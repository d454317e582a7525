"""再指摘: which finding was found again as which."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from tracker.domain.events import Event
from tracker.storage.events import Events
from tracker.storage.tables.work import RecurrenceRow

_RECURRENCE = RecurrenceRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Recurrences:
    """Links between findings, within one transaction; none comes or goes without an event."""

    connection: Connection
    events: Events

    def earlier_than(self, finding_no: str) -> list[str]:
        """The findings that this one repeats."""
        query = select(_RECURRENCE.c.earlier_no).where(_RECURRENCE.c.finding_no == finding_no)
        return [row[0] for row in self.connection.execute(query.order_by(_RECURRENCE.c.earlier_no))]

    def later_than(self, finding_no: str) -> list[str]:
        """The findings that repeat this one."""
        query = select(_RECURRENCE.c.finding_no).where(_RECURRENCE.c.earlier_no == finding_no)
        return [row[0] for row in self.connection.execute(query.order_by(_RECURRENCE.c.finding_no))]

    def note(self, finding_no: str, earlier_no: str, event: Event) -> None:
        """Store a link."""
        self.connection.execute(insert(_RECURRENCE).values(finding_no=finding_no, earlier_no=earlier_no))
        self.events.append([event])

    def revoke(self, finding_no: str, earlier_no: str, event: Event) -> None:
        """Take a link back."""
        named = (_RECURRENCE.c.finding_no == finding_no, _RECURRENCE.c.earlier_no == earlier_no)
        self.connection.execute(delete(_RECURRENCE).where(*named))
        self.events.append([event])
