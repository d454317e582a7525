"""How often a sign-in may be tried: each try counts before it is looked at, a success takes it back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Lockout:
    """So many tries in a row within `window`, then none until it is over."""

    tries: int
    window: timedelta


@dataclass(frozen=True)
class Tries:
    """Tries of one name, or from one address."""

    count: int
    since: datetime

    def is_locked(self, now: datetime, rule: Lockout) -> bool:
        """Whether no further try is looked at now."""
        return self.count > rule.tries and now - self.since < rule.window

    def one_more(self, now: datetime, rule: Lockout) -> "Tries":
        """Counted on; anew after the window. A try while locked does not prolong the lock, the one that locks starts it."""
        if self.is_locked(now, rule):
            return self
        if now - self.since >= rule.window:
            return Tries(1, now)
        counted = replace(self, count=self.count + 1)
        return replace(counted, since=now) if counted.count > rule.tries else counted

    def one_less(self) -> "Tries":
        """One of them succeeded."""
        return replace(self, count=max(self.count - 1, 0))
