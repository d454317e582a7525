"""What a database notes of itself: by what its calendar was made, and by which version its search entries."""

from sqlalchemy import Connection, delete, insert, select

from tracker.storage.tables.runs import NoteRow

_NOTE = NoteRow.__table__  # type: ignore[attr-defined]
SEARCH = "search"
SEARCH_MADE_BY = "1"  # another number when entries or pieces are made in another way: all are made anew then


def noted(connection: Connection, name: str) -> str | None:
    """The text noted under a name; None when there is none."""
    text: str | None = connection.execute(select(_NOTE.c.text).where(_NOTE.c.name == name)).scalar_one_or_none()
    return text


def note(connection: Connection, name: str, text: str) -> None:
    """Note a text instead of what was noted under that name."""
    connection.execute(delete(_NOTE).where(_NOTE.c.name == name))
    connection.execute(insert(_NOTE).values(name=name, text=text))


def is_search_kept(connection: Connection) -> bool:
    """Whether all search entries were made by this version; asked at every start, so apart from what makes them."""
    return noted(connection, SEARCH) == SEARCH_MADE_BY
