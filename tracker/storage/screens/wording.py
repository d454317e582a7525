"""Searching text as people type it: full-width or half-width, capital or small."""

import sys
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class Folded(GenericFunction[str]):
    """A text in the one form in which it is compared: NFKC, small letters."""

    type = String()
    inherit_cache = True
    name = "folded"


@compiles(Folded, "postgresql")
def _for_postgresql(element: Folded, compiler: Any, **options: Any) -> str:
    # Small letters by the database's own letters: in the order of our columns only A to Z have any.
    return f'lower(normalize({compiler.process(element.clauses, **options)}, NFKC) COLLATE "default")'


def fold(text: str | None) -> str | None:
    """The form in which texts are compared."""
    return None if text is None else unicodedata.normalize("NFKC", text).lower()


def prepare_search(connection: Connection) -> None:
    """Teach SQLite the function that `contains_words` uses; PostgreSQL has its own."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        driver.create_function("folded", 1, fold, deterministic=True)


def contains_words(words: str, *columns: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """For each word typed, a condition that one of the columns contains it."""
    line_end = "\n"
    text: ColumnElement[Any] = Folded(func.coalesce(columns[0], ""))
    for column in columns[1:]:
        text = text + line_end + Folded(func.coalesce(column, ""))
    return [text.contains(word, autoescape=True) for word in (fold(words) or "").split()]


def begins_with(connection: Connection, column: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    """That a code begins so, capital and small told apart, by the column's index.

    SQLite compares by code point, so the beginning is a range; how PostgreSQL orders texts depends on its locale.
    """
    if connection.dialect.name != "sqlite":
        return column.startswith(words, autoescape=True)
    following = _next_character(words[-1])
    return and_(column >= words, column < words[:-1] + following) if following else column >= words


def _next_character(character: str) -> str:
    code = ord(character) + 1
    return "" if code > sys.maxunicode else chr(0xE000 if 0xD800 <= code <= 0xDFFF else code)
