"""What an index of pieces can do; both databases have one, and both look for the same pieces in a row."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Select

from tracker.domain.searching import Word
from tracker.storage.search_postgresql import PostgresqlIndex
from tracker.storage.search_sqlite import SqliteIndex

Document = tuple[int, str, Sequence[str]]  # number, text, scope


class SearchIndex(Protocol):
    """What an index of pieces can do."""

    def newest(self) -> int:
        """The highest number there is; 0 when there is none."""
        ...

    def add(self, documents: Sequence[Document]) -> None:
        """Add texts under new numbers."""
        ...

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget texts."""
        ...

    def clear(self) -> None:
        """Forget all texts."""
        ...

    def newest_with(self, words: Sequence[Word], scope: Sequence[str], limit: int) -> list[int]:
        """The highest numbers of texts of that scope in which all words stand."""
        ...

    def all_with(self, words: Sequence[Word], scope: Sequence[str]) -> Select[Any]:
        """A query for all of them."""
        ...


def index_of(connection: Connection) -> SearchIndex:
    """The index of the database that a connection leads to."""
    return SqliteIndex(connection) if connection.dialect.name == "sqlite" else PostgresqlIndex(connection)
