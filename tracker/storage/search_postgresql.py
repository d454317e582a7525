"""The index of pieces on PostgreSQL: tsvector with GIN."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, column, select, table, text

from tracker.domain.searching import Word, looked_up_by

MANY = 2_000  # matches from which on looking through the newest entries is quicker than gathering all matches
_INDEX = table("search_index", column("id"))


class PostgresqlIndex:
    """A tsvector of pieces in a row, of single characters and of the scope, which are told apart by a capital letter."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def newest(self) -> int:
        """The highest number there is; 0 when there is none."""
        return int(self.connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM search_index").scalar_one())

    def add(self, documents: Sequence[tuple[int, str, Sequence[str]]]) -> None:
        """Add texts under new numbers."""
        rows = [(number, _vector(words, scope)) for number, words, scope in documents]
        self.connection.exec_driver_sql("INSERT INTO search_index (id, tokens) VALUES (%s, %s::tsvector)", rows)

    def drop(self, numbers: Sequence[int]) -> None:
        """Forget texts."""
        self.connection.exec_driver_sql("DELETE FROM search_index WHERE id = ANY(%s)", (list(numbers),))

    def clear(self) -> None:
        """Forget all texts."""
        self.connection.exec_driver_sql("DELETE FROM search_index")

    def newest_with(self, words: Sequence[Word], scope: Sequence[str], limit: int) -> list[int]:
        """The highest numbers: from all matches when they are few, otherwise by looking from the newest on.

        The planner cannot tell which of the two, for it knows too little of pieces in a row: so it is told.
        """
        wanted = _query(words, scope)
        with_index = "SELECT id FROM search_index WHERE tokens @@ %s::tsquery LIMIT %s"
        found = list(self._planned("indexscan", with_index, wanted, MANY))
        if len(found) < MANY:
            return sorted(found, reverse=True)[:limit]
        from_newest = "SELECT id FROM search_index WHERE tokens @@ %s::tsquery ORDER BY id DESC LIMIT %s"
        return self._planned("bitmapscan", from_newest, wanted, limit)

    def all_with(self, words: Sequence[Word], scope: Sequence[str]) -> Select[Any]:
        """A query for all numbers."""
        match = text("tokens @@ CAST(:match AS tsquery)").bindparams(match=_query(words, scope))
        return select(_INDEX.c.id).where(match)

    def _planned(self, without: str, query: str, *values: object) -> list[int]:
        ways = ("seqscan", without)
        for way in ways:
            self.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        found = list(self.connection.exec_driver_sql(query, values).scalars())
        for way in ways:
            self.connection.exec_driver_sql(f"SET LOCAL enable_{way} = on")
        return found


def _vector(words: str, scope: Sequence[str]) -> str:
    pieces, singles = looked_up_by(words)
    placed = [f"{_lexeme(piece)}:{place}" for place, piece in enumerate(pieces, start=1)]
    return " ".join([*placed, *(_lexeme(f"C{one}") for one in singles), *(_lexeme(f"S{one}") for one in scope)])


def _query(words: Sequence[Word], scope: Sequence[str]) -> str:
    """In the language of PostgreSQL."""
    parts = [_lexeme(f"S{one}") for one in scope]
    for word in words:
        if word.is_single:
            parts.append(_lexeme(f"C{word.text}"))
        else:
            parts.append(" <-> ".join(map(_lexeme, word.pieces)) + (":*" if word.is_begun else ""))
    return " & ".join(f"({part})" for part in parts)


def _lexeme(piece: str) -> str:
    return "'" + piece.replace("\\", "\\\\").replace("'", "''") + "'"
