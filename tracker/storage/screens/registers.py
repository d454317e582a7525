"""What screens show of the registers: their newest imports, and rows as known on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from tracker.domain.registers import Kind, Register
from tracker.domain.searching import fold
from tracker.storage.screens.paging import PER_PAGE
from tracker.storage.tables.registers import version_tables
from tracker.storage.tables.runs import ImportRow
from tracker.storage.versions import Import, as_import, known_on

_IMPORT = ImportRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Rows:
    """Some rows of a register, in key order; counting all that match would read the whole register."""

    rows: tuple[tuple[Any, ...], ...]
    page: int
    has_more: bool


def newest_imports(connection: Connection, today: date) -> dict[str, Import]:
    """The import of each register that holds on a day."""
    rank = func.row_number().over(
        partition_by=_IMPORT.c.register_stem, order_by=(_IMPORT.c.as_of.desc(), _IMPORT.c.id.desc())
    )
    ranked = select(_IMPORT, rank.label("rank")).where(_IMPORT.c.as_of <= today).subquery()
    rows = connection.execute(select(ranked).where(ranked.c.rank == 1)).mappings()
    return {row["register_stem"]: as_import(row) for row in rows}


def imports_of(connection: Connection, register: Register, limit: int) -> list[Import]:
    """The latest imports of a register, newest first."""
    query = select(_IMPORT).where(_IMPORT.c.register_stem == register.stem).order_by(_IMPORT.c.id.desc())
    return [as_import(row) for row in connection.execute(query.limit(limit)).mappings()]


def known_rows_page(connection: Connection, register: Register, day: date, words: str, page: int) -> Rows:
    """Rows known on a day that contain every word in one of their texts or codes."""
    table = version_tables()[register.stem]
    texts = [table.c[column.name] for column in register.columns if column.kind in (Kind.CODE, Kind.TEXT)]
    query = select(*(table.c[name] for name in register.names)).where(known_on(table, day), *_matches(words, texts))
    query = query.order_by(*(table.c[name] for name in register.keys)).limit(PER_PAGE + 1)
    rows = [tuple(row) for row in connection.execute(query.offset((page - 1) * PER_PAGE))]
    return Rows(tuple(rows[:PER_PAGE]), page, len(rows) > PER_PAGE)


def _matches(words: str, texts: Sequence[ColumnElement[Any]]) -> list[ColumnElement[bool]]:
    """Without folding the columns, which would call Python for each of a million rows: as typed, or made narrow."""
    return [
        or_(*(text.icontains(form, autoescape=True) for text in texts for form in {word, fold(word)}))
        for word in words.split()
    ]
