"""What is done with the trail's new end once the transaction that added to it is on the disk."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event

from tracker.domain.trail import TrailEnd

_KEY = "zesei_trail_end"


def added(connection: Connection, end: TrailEnd) -> None:
    """Note on the connection that its transaction made the trail longer."""
    connection.info[_KEY] = end


def tell_of_ends(engine: Engine, keep: Callable[[TrailEnd], None]) -> None:
    """From here on `keep` hears of each new end, when a connection goes back with its transaction committed."""

    def forget(connection: Connection) -> None:
        connection.info.pop(_KEY, None)

    def tell(_connection: Any, record: Any) -> None:
        if (end := record.info.pop(_KEY, None)) is not None:
            keep(end)

    event.listen(engine, "rollback", forget)
    event.listen(engine, "checkin", tell)
