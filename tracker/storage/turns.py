"""Whose turn it is to write: within one process in order of arrival, and nobody waits longer than his patience.

A database has one writer. Those who wait for it here hold no connection; readers never come by.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic

from sqlalchemy.exc import OperationalError


class Busy(OperationalError):
    """Somebody else writes, and it was not this one's turn in time; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(None, None, Exception("database is locked: another writer's turn"))


@dataclass(frozen=True)
class Patience:
    """So many seconds for a turn; given up at once where so many wait already."""

    seconds: float
    most_waiting: int | None = None


JOBS = Patience(60)  # and commands: a large office's nightly work may hold the database for some seconds
RECORDS = Patience(3600)  # for what has happened outside and must be written down: a letter that a server took
AT_ONCE = Patience(0)
MOST_VISITORS = 40  # each of them holds a thread of the pages while it waits


@dataclass(eq=False)
class Turns:
    """The turns at one database."""

    _mutex: Lock = field(default_factory=Lock)
    _waiting: deque[Event] = field(default_factory=deque)
    _is_taken: bool = False

    @contextmanager
    def turn(self, patience: Patience) -> Iterator[float]:
        """One turn, for the length of a `with`; the seconds of patience that are left. Busy when it did not come."""
        left = self._wait(patience)
        try:
            yield left
        finally:
            self._pass_on()

    def _wait(self, patience: Patience) -> float:
        began, mine = monotonic(), Event()
        with self._mutex:
            if not self._is_taken:
                self._is_taken = True
                return patience.seconds
            if patience.most_waiting is not None and len(self._waiting) >= patience.most_waiting:
                raise Busy()
            self._waiting.append(mine)
        mine.wait(patience.seconds)
        with self._mutex:
            if not mine.is_set():
                self._waiting.remove(mine)
                raise Busy()
        return max(0.0, patience.seconds - (monotonic() - began))

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
