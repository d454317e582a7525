"""Who may come in, who is in, and who tried."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from tracker.storage.tables.columns import UtcDateTime


class AccountRow(SQLModel, table=True):
    """Somebody who may sign in; no password hash: only by another way than a password of ours."""

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_vouched", "issuer", "subject", unique=True),)
    name: str = Field(primary_key=True)
    display_name: str
    role: str
    department_code: str | None = None
    password_hash: str = ""
    must_change_password: bool = False
    made_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    signed_in_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
    issuer: str | None = None  # who vouches for the account's person, and under which name that never goes to another
    subject: str | None = None


class SessionRow(SQLModel, table=True):
    """A browser in which somebody is, or was, signed in; what the browser holds is not here, only its SHA-256."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_account", "account_name", "ended_at"), Index("ix_session_used", "used_at"))
    key: str = Field(primary_key=True)
    account_name: str = Field(foreign_key="account.name")
    began_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    address: str = ""
    browser: str = ""
    way: str = "password"


class TriesRow(SQLModel, table=True):
    """Tries to sign in, by the SHA-256 of a name (somebody may have typed a password there) or by address."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index("ix_sign_in_tries_since", "since"),)
    subject: str = Field(primary_key=True)
    count: int
    since: datetime = Field(sa_type=UtcDateTime)
