"""Being signed in: from when, last used when, and when it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.accounts import Account

NOTED_EVERY = timedelta(minutes=1)  # how exactly the last use is known: reading pages must not write each time


@dataclass(frozen=True)
class SessionTimes:
    """How long a session lasts without use, and at most."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class Session:
    """A browser in which somebody is signed in; `key` is the SHA-256 of what the browser holds."""

    key: str
    account: Account
    must_change_password: bool
    began_at: datetime
    used_at: datetime
    address: str = ""
    browser: str = ""
    way: str = "password"

    def is_over(self, now: datetime, times: SessionTimes) -> bool:
        """Whether it was not used for too long, or lasts too long already."""
        return now - self.used_at >= times.idle or now - self.began_at >= times.absolute

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether its last use is worth writing down."""
        return now - self.used_at >= NOTED_EVERY
