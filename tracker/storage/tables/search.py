"""What the one search box finds; the pieces of each text lie beside it in an index of the database's own kind."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class SearchEntryRow(SQLModel, table=True):
    """A text that is found. One that changes gives way to a new one, whose number is higher: the newest come first."""

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("ix_search_entry_subject", "kind", "ref", unique=True),
        Index("ix_search_entry_newest", "kind", "id"),
    )
    id: int = Field(primary_key=True)
    kind: str  # task, letter, or the noun of a register
    ref: str
    department_code: str | None = None
    title: str
    text: str
    on_day: date | None = None
