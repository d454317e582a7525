"""The index of pieces on PostgreSQL: tsvector with GIN."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, column, select, table, text

from tracker.domain.searching import Word, looked_up_by

LOOKED_AT, MANY = 300, 1_000  # entries of a kind; matches that are gathered and put in order
_GATHERED = "SELECT id FROM search_index WHERE tokens @@ %s::tsquery LIMIT %s"
_FROM_NEWEST = (  # the entries in order first, then the pieces of each
    "SELECT id FROM (SELECT id FROM search_entry WHERE kind = %s ORDER BY kind DESC, id DESC {}) AS newest"
    " JOIN search_index USING (id) WHERE tokens @@ %s::tsquery ORDER BY id DESC LIMIT %s"
)
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
        """The highest numbers.

        A word that stands in many texts stands in the newest: they are looked at first. What is not found there so often
        is gathered by the index, and where that is still too much, looked for from the newest on. The planner cannot
        tell one from another, for it knows too little of pieces in a row: so it is told.
        """
        kind, wanted = scope[0].partition("@")[0], _query(words, scope)
        found = self._looked_for(_FROM_NEWEST.format(f"LIMIT {LOOKED_AT}"), kind, wanted, limit)
        if len(found) == limit:
            return found
        gathered = self._planned(("seqscan", "indexscan"), _GATHERED, wanted, MANY)
        if len(gathered) < MANY:
            return sorted(gathered, reverse=True)[:limit]
        return self._looked_for(_FROM_NEWEST.format("OFFSET 0"), kind, wanted, limit)

    def all_with(self, words: Sequence[Word], scope: Sequence[str]) -> Select[Any]:
        """A query for all numbers."""
        match = text("tokens @@ CAST(:match AS tsquery)").bindparams(match=_query(words, scope))
        return select(_INDEX.c.id).where(match)

    def _looked_for(self, query: str, *values: object) -> list[int]:
        return self._planned(("seqscan", "bitmapscan", "hashjoin", "mergejoin"), query, *values)

    def _planned(self, without: Sequence[str], query: str, *values: object) -> list[int]:
        """The answer to a query, planned without some ways."""
        self.connection.exec_driver_sql("; ".join(f"SET LOCAL enable_{way} = off" for way in without))
        found = list(self.connection.exec_driver_sql(query, values).scalars())
        self.connection.exec_driver_sql("; ".join(f"SET LOCAL enable_{way} = on" for way in without))
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
