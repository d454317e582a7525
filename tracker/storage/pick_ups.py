"""How often each piece of work was begun and not ended: counted before it begins, so that a death is remembered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from tracker.domain.pick_ups import MOST_PICK_UPS
from tracker.storage.tables.runs import PickUpRow

_PICK_UP = PickUpRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class PickUps:
    """Begun work by its key, such as `upload/12`, within one transaction that is committed before the work begins."""

    connection: Connection

    def begin(self, key: str, now: datetime) -> bool:
        """Count that work begins; False when it may not: it was begun as often as allowed, and never ended."""
        begun = self.times(key)
        if begun >= MOST_PICK_UPS:
            return False
        again = update(_PICK_UP).where(_PICK_UP.c.key == key).values(times=begun + 1, begun_at=now)
        if not self.connection.execute(again).rowcount:
            self.connection.execute(insert(_PICK_UP).values(key=key, times=1, begun_at=now))
        return True

    def end(self, key: str) -> None:
        """The work ended, however it ended."""
        self.connection.execute(delete(_PICK_UP).where(_PICK_UP.c.key == key))

    def times(self, key: str) -> int:
        """How often it was begun without an end."""
        return self.connection.execute(select(_PICK_UP.c.times).where(_PICK_UP.c.key == key)).scalar_one_or_none() or 0

    def forgive(self) -> None:
        """The last process was ended in order: what was at work then killed nobody."""
        self.connection.execute(update(_PICK_UP).where(_PICK_UP.c.times > 0).values(times=_PICK_UP.c.times - 1))
