"""Tries to sign in, counted by name and by address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from tracker.domain.lockouts import Lockout, Tries
from tracker.storage.tables.accounts import TriesRow

_TRIES = TriesRow.__table__  # type: ignore[attr-defined]
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class SignInTries:
    """Counted tries, within one transaction."""

    connection: Connection

    def of(self, subject: str) -> Tries | None:
        """What is counted of a subject."""
        query = select(_TRIES.c.count, _TRIES.c.since).where(_TRIES.c.subject == subject)
        row = self.connection.execute(query.with_for_update()).first()
        return None if row is None else Tries(*row)

    def count(self, subject: str, now: datetime, rule: Lockout) -> Tries:
        """One more try; the count with it."""
        known = self.of(subject)
        tries = Tries(1, now) if known is None else known.one_more(now, rule)
        if known is None:
            self.connection.execute(delete(_TRIES).where(_TRIES.c.since < now - FORGOTTEN_AFTER))
            self.connection.execute(insert(_TRIES).values(subject=subject, count=tries.count, since=tries.since))
        elif tries != known:
            self._save(subject, tries)
        return tries

    def locked(self, now: datetime, rule: Lockout) -> set[str]:
        """What cannot be tried now."""
        since = _TRIES.c.since > now - rule.window
        query = select(_TRIES.c.subject).where(_TRIES.c.count > rule.tries, since)
        return {row[0] for row in self.connection.execute(query)}

    def take_back(self, subject: str) -> None:
        """One try succeeded: it does not count."""
        known = self.of(subject)
        if known is not None:
            self._save(subject, known.one_less())

    def forget(self, subject: str) -> bool:
        """All that was counted of a subject; whether there was anything."""
        return bool(self.connection.execute(delete(_TRIES).where(_TRIES.c.subject == subject)).rowcount)

    def _save(self, subject: str, tries: Tries) -> None:
        values = {"count": tries.count, "since": tries.since}
        self.connection.execute(update(_TRIES).where(_TRIES.c.subject == subject).values(values))
