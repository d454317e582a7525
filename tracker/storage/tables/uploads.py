"""Register files that somebody uploaded: what waits, what it would change, what became of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from tracker.storage.tables.columns import UtcDateTime


class UploadRow(SQLModel, table=True):
    """Some register files uploaded together; their bytes lie outside the database, named by their hash."""

    __tablename__ = "upload"
    __table_args__ = (Index("ix_upload_state", "state", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    state: str
    as_of: date
    allow_empty: bool
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)  # name, sha256, size
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_by: str = ""
    changed_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1  # counts the states; a page of an earlier one accepts nothing
    report: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
