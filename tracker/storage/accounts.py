"""Accounts: who may sign in, as what, and by which password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tracker.domain.accounts import Account, Role
from tracker.domain.errors import CommandRefused
from tracker.domain.events import Event
from tracker.storage.events import Events
from tracker.storage.tables.accounts import AccountRow

_ACCOUNT = AccountRow.__table__  # type: ignore[attr-defined]
CHANGED = "この利用者は、ほかの人が先に変えました。今の内容を確かめてから、もう一度行ってください。"


@dataclass(frozen=True)
class KnownAccount:
    """An account with what the office keeps about it."""

    account: Account
    made_at: datetime
    password_hash: str = ""
    must_change_password: bool = False
    disabled_at: datetime | None = None
    signed_in_at: datetime | None = None
    version: int = 1
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Accounts:
    """Accounts, within one transaction; each change with its event."""

    connection: Connection
    events: Events

    def is_empty(self) -> bool:
        """Whether nobody could sign in yet."""
        return self.connection.execute(select(_ACCOUNT.c.name).limit(1)).first() is None

    def find(self, name: str) -> KnownAccount | None:
        """An account by its name in the one spelling."""
        row = self.connection.execute(select(_ACCOUNT).where(_ACCOUNT.c.name == name)).mappings().first()
        return None if row is None else _known(dict(row))

    def vouched_as(self, issuer: str, subject: str) -> KnownAccount | None:
        """The account of somebody as whoever vouches for them knows them."""
        theirs = (_ACCOUNT.c.issuer == issuer, _ACCOUNT.c.subject == subject)
        row = self.connection.execute(select(_ACCOUNT).where(*theirs)).mappings().first()
        return None if row is None else _known(dict(row))

    def all(self) -> list[KnownAccount]:
        """Every account, by name."""
        rows = self.connection.execute(select(_ACCOUNT).order_by(_ACCOUNT.c.name)).mappings()
        return [_known(dict(row)) for row in rows]

    def add(self, known: KnownAccount, event: Event) -> None:
        """A new account."""
        self.connection.execute(insert(_ACCOUNT).values(_row(known)))
        self.events.append([event])

    def save(self, known: KnownAccount, event: Event) -> None:
        """A changed account; CommandRefused when somebody else changed it since it was read."""
        own = (_ACCOUNT.c.name == known.account.name, _ACCOUNT.c.version == known.version)
        changed = self.connection.execute(
            update(_ACCOUNT).where(*own).values(_row(known) | {"version": known.version + 1})
        )
        if not changed.rowcount:
            raise CommandRefused(CHANGED)
        self.events.append([event])

    def note_sign_in(self, name: str, event: Event) -> None:
        """Somebody signed in."""
        self.connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.name == name).values(signed_in_at=event.occasion.at))
        self.events.append([event])

    def count_of(self, role: Role) -> int:
        """How many accounts with a role may sign in."""
        query = select(func.count()).where(_ACCOUNT.c.role == str(role), _ACCOUNT.c.disabled_at.is_(None))
        return int(self.connection.execute(query).scalar_one())


def account_of(row: dict[str, Any]) -> Account:
    """The account in a row that has its columns."""
    return Account(row["name"], row["display_name"], Role(row["role"]), row["department_code"])


def _known(row: dict[str, Any]) -> KnownAccount:
    kept = {name: row[name] for name in _KEPT}
    return KnownAccount(account_of(row), **kept)


def _row(known: KnownAccount) -> dict[str, Any]:
    account = known.account
    own: dict[str, Any] = {"name": account.name, "display_name": account.display_name, "role": str(account.role)}
    own |= {"department_code": account.department_code}
    return own | {name: getattr(known, name) for name in _KEPT}


_KEPT = (
    "made_at",
    "password_hash",
    "must_change_password",
    "disabled_at",
    "signed_in_at",
    "version",
    "issuer",
    "subject",
)
