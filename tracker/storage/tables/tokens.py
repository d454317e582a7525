"""Tokens of integrations; of the token itself only its hash is kept."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from tracker.storage.tables.columns import UtcDateTime


class TokenRow(SQLModel, table=True):
    """What one integration was given."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    role: str
    scope: str
    department_code: str | None = None
    sha256: str = Field(unique=True)
    given_at: datetime = Field(sa_type=UtcDateTime)
    until: date | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
