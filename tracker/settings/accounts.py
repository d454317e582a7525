"""Who may sign in and how: times, tries, passwords, and other ways than passwords of our own."""

from datetime import timedelta

from pydantic import Field

from tracker.domain.lockouts import Lockout
from tracker.domain.sessions import SessionTimes
from tracker.settings.section import Section


class AccountSettings(Section):
    """How long a sign-in lasts, how often it may be tried, how long a password must be."""

    idle_minutes: int = Field(default=60, ge=1, le=1440)
    absolute_hours: int = Field(default=12, ge=1, le=168)
    password_length: int = Field(default=12, ge=8, le=64)
    tries: int = Field(default=5, ge=1, le=100)
    tries_per_address: int = Field(default=50, ge=1, le=10_000)
    lock_minutes: int = Field(default=15, ge=1, le=1440)
    administrators_by_password: bool = False  # administrators come in by a password of ours alone
    proxy_header: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9-]*$")  # of one of web.proxies

    @property
    def times(self) -> SessionTimes:
        """How long a session lasts."""
        return SessionTimes(timedelta(minutes=self.idle_minutes), timedelta(hours=self.absolute_hours))

    @property
    def by_name(self) -> Lockout:
        """How often one name may be tried."""
        return Lockout(self.tries, timedelta(minutes=self.lock_minutes))

    @property
    def by_address(self) -> Lockout:
        """How often may be tried from one address."""
        return Lockout(self.tries_per_address, timedelta(minutes=self.lock_minutes))
