"""The index of pieces on SQLite: FTS5."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, literal_column, select, table, text

from tracker.domain.searching import Word, looked_up_by


class SqliteIndex:
    """FTS5 without the texts. What is dropped stays in it: no entry has its number any more, and none ever will."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def newest(self) -> int:
        """The highest number there is; 0 when there is none."""
        query = "SELECT rowid FROM search_index ORDER BY rowid DESC LIMIT 1"
        return int(self.connection.exec_driver_sql(query).scalar_one_or_none() or 0)

    def add(self, documents: Sequence[tuple[int, str, Sequence[str]]]) -> None:
        """Add texts under new numbers."""
        rows = [
            (number, *map(" ".join, looked_up_by(words)), " ".join(map(_hex, scope)))
            for number, words, scope in documents
        ]
        self.connection.exec_driver_sql(
            "INSERT INTO search_index (rowid, pieces, singles, scope) VALUES (?, ?, ?, ?)", rows
        )

    def drop(self, numbers: Sequence[int]) -> None:
        """Nothing: see above."""

    def clear(self) -> None:
        """Forget all texts."""
        self.connection.exec_driver_sql("INSERT INTO search_index (search_index) VALUES ('delete-all')")

    def newest_with(self, words: Sequence[Word], scope: Sequence[str], limit: int) -> list[int]:
        """The highest numbers: FTS5 walks from the newest and stops."""
        query = (
            "SELECT id FROM search_index JOIN search_entry ON search_entry.id = search_index.rowid"
            " WHERE search_index MATCH ? ORDER BY search_index.rowid DESC LIMIT ?"
        )
        return list(self.connection.exec_driver_sql(query, (_match(words, scope), limit)).scalars())

    def all_with(self, words: Sequence[Word], scope: Sequence[str]) -> Select[Any]:
        """A query for all numbers."""
        number: Any = literal_column("search_index.rowid")
        match = text("search_index MATCH :match").bindparams(match=_match(words, scope))
        return select(number).select_from(table("search_index")).where(match)


def _match(words: Sequence[Word], scope: Sequence[str]) -> str:
    """In the language of FTS5."""
    parts = [f'scope : "{_hex(one)}"' for one in scope]
    for word in words:
        if word.is_single:
            parts.append(f"singles : {_in_quotes(word.text)}")
        else:
            parts.append(f"pieces : {_in_quotes(' '.join(word.pieces))}{' *' if word.is_begun else ''}")
    return " AND ".join(f"({part})" for part in parts)


def _in_quotes(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _hex(name: str) -> str:
    """A name as one piece, whatever it holds."""
    return name.encode().hex()
