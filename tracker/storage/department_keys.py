"""Departments' secret addresses: for their letters, their list and their calendar, without sign-in."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tracker.storage.tables.letters import DepartmentKeyRow

_KEY = DepartmentKeyRow.__table__  # type: ignore[attr-defined]
SECRET_BYTES = 24


@dataclass(frozen=True)
class DepartmentKey:
    """One secret address; nobody gets in by it after it was revoked."""

    department_code: str
    secret: str
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
        query = select(_KEY.c.department_code).where(_KEY.c.secret == secret, _KEY.c.revoked_at.is_(None))
        return self.connection.execute(query).scalar_one_or_none()

    def give(self, department_code: str, now: datetime) -> DepartmentKey:
        """A new secret address for a department; the one before it opens nothing any more."""
        self.revoke(department_code, now)
        key = DepartmentKey(department_code, secrets.token_urlsafe(SECRET_BYTES), now)
        self.connection.execute(insert(_KEY).values(department_code=department_code, secret=key.secret, made_at=now))
        return key

    def revoke(self, department_code: str, now: datetime) -> bool:
        """Close a department's address; whether it had one."""
        own = (_KEY.c.department_code == department_code, _KEY.c.revoked_at.is_(None))
        return bool(self.connection.execute(update(_KEY).where(*own).values(revoked_at=now)).rowcount)


_COLUMNS = [_KEY.c[name] for name in ("department_code", "secret", "made_at", "revoked_at")]
