"""What is done with the trail's new end once the transaction that added to it is on the disk."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Pool, event

from tracker.domain.trail import TrailEnd

_KEY = "zesei_trail_end"
_KEEPERS = WeakKeyDictionary[Pool, Callable[[TrailEnd], None]]()


def added(connection: Connection, end: TrailEnd) -> None:
    """Note on the connection that its transaction made the trail longer."""
    connection.info[_KEY] = end


def tell(connection: Connection) -> None:
    """Tell of the end that was just committed on a connection that goes back to no pool."""
    keep, end = _KEEPERS.get(connection.engine.pool), connection.info.pop(_KEY, None)
    if keep is not None and end is not None:
        keep(end)


def tell_of_ends(engine: Engine, keep: Callable[[TrailEnd], None]) -> None:
    """From here on `keep` hears of each new end, when a connection goes back with its transaction committed."""

    def forget(connection: Connection) -> None:
        connection.info.pop(_KEY, None)

    def tell_of(_connection: Any, record: Any) -> None:
        if (end := record.info.pop(_KEY, None)) is not None:
            keep(end)

    event.listen(engine, "rollback", forget)
    event.listen(engine, "checkin", tell_of)
    _KEEPERS[engine.pool] = keep
