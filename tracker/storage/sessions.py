"""Sessions: which browsers are signed in, as whom, until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from tracker.domain.sessions import Session
from tracker.storage.accounts import account_of
from tracker.storage.tables.accounts import AccountRow, SessionRow

_SESSION = SessionRow.__table__  # type: ignore[attr-defined]
_ACCOUNT = AccountRow.__table__  # type: ignore[attr-defined]
KEPT_AFTER_USE = timedelta(days=7)  # so that a form of a session that ran out still tells who typed it


@dataclass(frozen=True)
class Sessions:
    """Sessions, within one transaction."""

    connection: Connection

    def find(self, key: str) -> Session | None:
        """A session that was not ended, of an account that may sign in; it may have run out."""
        row = self.connection.execute(_QUERY.where(_SESSION.c.key == key, *_ALIVE)).mappings().first()
        return None if row is None else _session(row)

    def account_name_of(self, key: str) -> str | None:
        """Whose session it is, or was."""
        return self.connection.execute(
            select(_SESSION.c.account_name).where(_SESSION.c.key == key)
        ).scalar_one_or_none()

    def of_account(self, name: str) -> list[Session]:
        """The sessions of an account that were not ended, last used first."""
        query = _QUERY.where(_SESSION.c.account_name == name, *_ALIVE).order_by(_SESSION.c.used_at.desc())
        return [_session(row) for row in self.connection.execute(query).mappings()]

    def open(self, session: Session) -> None:
        """Begin a session; what nobody uses any more is forgotten on the way."""
        self.connection.execute(delete(_SESSION).where(_SESSION.c.used_at < session.began_at - KEPT_AFTER_USE))
        row = {"account_name": session.account.name} | {
            name: getattr(session, name) for name in ("key", "began_at", "used_at", "address", "browser", "way")
        }
        self.connection.execute(insert(_SESSION).values(row))

    def note_use(self, key: str, now: datetime) -> None:
        """It was used."""
        self.connection.execute(update(_SESSION).where(_SESSION.c.key == key).values(used_at=now))

    def end(self, key: str, now: datetime) -> bool:
        """End one; whether it was still going on."""
        own = (_SESSION.c.key == key, _SESSION.c.ended_at.is_(None))
        return bool(self.connection.execute(update(_SESSION).where(*own).values(ended_at=now)).rowcount)

    def end_all(self, name: str, now: datetime, but: str = "") -> int:
        """End every session of an account, but for one; how many there were."""
        own = (_SESSION.c.account_name == name, _SESSION.c.ended_at.is_(None), _SESSION.c.key != but)
        return int(self.connection.execute(update(_SESSION).where(*own).values(ended_at=now)).rowcount)


_QUERY: Select[Any] = select(
    _SESSION.c.key, _SESSION.c.began_at, _SESSION.c.used_at, _SESSION.c.address, _SESSION.c.browser, _SESSION.c.way,
    _ACCOUNT.c.name, _ACCOUNT.c.display_name, _ACCOUNT.c.role, _ACCOUNT.c.department_code,
    _ACCOUNT.c.must_change_password,
).join(_ACCOUNT, _ACCOUNT.c.name == _SESSION.c.account_name)  # fmt: skip
_ALIVE = (_SESSION.c.ended_at.is_(None), _ACCOUNT.c.disabled_at.is_(None))


def _session(row: Mapping[Any, Any]) -> Session:
    own = {name: row[name] for name in ("key", "began_at", "used_at", "address", "browser", "way")}
    must_change = row["must_change_password"] and row["way"] == "password"
    return Session(account=account_of(dict(row)), must_change_password=must_change, **own)
