"""What should have moved and did not: jobs, letters; and what the records say of the clock."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.runs import JobRow
from tracker.storage.tables.work import AttachmentRow, EventRow

_JOB, _OUTBOX = JobRow.__table__, OutboxRow.__table__  # type: ignore[attr-defined]
_EVENT, _ATTACHMENT = EventRow.__table__, AttachmentRow.__table__  # type: ignore[attr-defined]


def jobs_due_before(connection: Connection, moment: datetime) -> list[tuple[str, datetime]]:
    """Jobs that were due by an instant and have not begun, and when they were."""
    late = select(_JOB.c.name, _JOB.c.next_run_at).where(_JOB.c.next_run_at < moment)
    return [(row.name, row.next_run_at) for row in connection.execute(late.order_by(_JOB.c.next_run_at))]


def jobs_due_after(connection: Connection, moment: datetime) -> list[tuple[str, datetime]]:
    """Jobs whose next run is later than an instant."""
    far = select(_JOB.c.name, _JOB.c.next_run_at).where(_JOB.c.next_run_at > moment)
    return [(row.name, row.next_run_at) for row in connection.execute(far.order_by(_JOB.c.next_run_at))]


def letters_waiting_since(connection: Connection, moment: datetime) -> int:
    """How many letters should have been tried before an instant and were not."""
    waiting = select(func.count()).select_from(_OUTBOX).where(_OUTBOX.c.next_attempt_at < moment)
    return int(connection.execute(waiting).scalar_one())


def first_and_newest_entry(connection: Connection) -> tuple[datetime, datetime] | None:
    """When the trail's first and its newest entry were written down."""
    places = select(func.min(_EVENT.c.id).label("first"), func.max(_EVENT.c.id).label("last")).subquery()
    ends = select(_EVENT.c.at).where(_EVENT.c.id.in_(select(places.c.first).union(select(places.c.last))))
    moments = list(connection.execute(ends.order_by(_EVENT.c.id)).scalars())
    return (moments[0], moments[-1]) if moments else None


def named_documents(connection: Connection) -> list[str]:
    """The hashes of all documents that entries name and nobody removed, in order."""
    named = select(_ATTACHMENT.c.sha256).where(_ATTACHMENT.c.removed_at.is_(None)).distinct()
    return list(connection.execute(named.order_by(_ATTACHMENT.c.sha256)).scalars())


def where_named(connection: Connection, sha256: Iterable[str], limit: int) -> list[tuple[str, str]]:
    """Some of the documents of these hashes: their task's key and their name."""
    query = select(_ATTACHMENT.c.task_key, _ATTACHMENT.c.name).where(
        _ATTACHMENT.c.sha256.in_(list(sha256)[:limit]), _ATTACHMENT.c.removed_at.is_(None)
    )
    return [(row.task_key, row.name) for row in connection.execute(query.order_by(_ATTACHMENT.c.id).limit(limit))]
