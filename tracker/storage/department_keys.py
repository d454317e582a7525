"""Departments' secret addresses: for their letters, their list and their calendar, without sign-in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tracker.storage.tables.letters import DepartmentKeyRow

_KEY = DepartmentKeyRow.__table__  # type: ignore[attr-defined]


def hashed(secret: str) -> str:
    """What the database keeps of a secret: long and by chance, so that its plain hash tells nothing."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class DepartmentKey:
    """One secret address; nobody gets in by it after it was revoked."""

    department_code: str
    hashed: str
    nonce: str
    made_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class DepartmentKeys:
    """Secret addresses, within one transaction."""

    connection: Connection

    def valid(self) -> dict[str, DepartmentKey]:
        """The address that each department has now."""
        query = select(*_COLUMNS).where(_KEY.c.revoked_at.is_(None)).order_by(_KEY.c.id)
        return {row[0]: DepartmentKey(*row) for row in self.connection.execute(query)}

    def department_of(self, secret: str) -> str | None:
        """The department that a secret opens; None when it was never given out or is revoked."""
        query = select(_KEY.c.department_code).where(_KEY.c.secret == hashed(secret), _KEY.c.revoked_at.is_(None))
        return self.connection.execute(query).scalar_one_or_none()

    def keep(self, department_code: str, secret: str, nonce: str, now: datetime) -> None:
        """Enter a new secret address for a department, as its hash; the one before it opens nothing any more."""
        self.revoke(department_code, now)
        row = {"department_code": department_code, "secret": hashed(secret), "nonce": nonce, "made_at": now}
        self.connection.execute(insert(_KEY).values(**row))

    def revoke(self, department_code: str, now: datetime) -> bool:
        """Close a department's address; whether it had one."""
        own = (_KEY.c.department_code == department_code, _KEY.c.revoked_at.is_(None))
        return bool(self.connection.execute(update(_KEY).where(*own).values(revoked_at=now)).rowcount)


_COLUMNS = [_KEY.c[name] for name in ("department_code", "secret", "nonce", "made_at", "revoked_at")]
