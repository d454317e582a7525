"""Each job in a thread of its own while it is at work: a lane, which knows how long that has been."""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread


class Lane:
    """One job's runs, one after the other; the next is not begun before the last has ended."""

    def __init__(self, name: str, deadline: timedelta, work: Callable[[bool], None], ended: Callable[[], None]) -> None:
        self.name, self.deadline = name, deadline.total_seconds()
        self._work, self._ended = work, ended
        self._began: float | None = None  # by the machine's monotonic clock
        self._held_since: float | None = None
        self.is_first, self.is_told = True, False

    @property
    def is_at_work(self) -> bool:
        """Whether a run has begun that has not ended."""
        return self._began is not None

    @property
    def is_stuck(self) -> bool:
        """Whether its run is longer at work than it may be."""
        return self._began is not None and time.monotonic() - self._began > self.deadline

    def begin(self) -> None:
        """Work, in a thread that nobody waits for."""
        self._began, self._held_since = time.monotonic(), None
        Thread(target=self._live, name=f"job {self.name}", daemon=True).start()

    def may_wait_for(self, other: "Lane") -> bool:
        """Whether another one that goes first is still waited for: as long as it may be at work, and no longer."""
        self._held_since = self._held_since or time.monotonic()
        return not other.is_stuck and time.monotonic() - self._held_since <= other.deadline

    def _live(self) -> None:
        is_first, self.is_first = self.is_first, False
        try:
            self._work(is_first)
        finally:
            self._began, self.is_told = None, False
            self._ended()
