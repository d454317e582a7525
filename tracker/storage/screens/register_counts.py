"""How many rows a list has: what the imports have counted already, else counted up to a limit."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from tracker.domain.registers import Register
from tracker.storage.screens.register_rows import RowsWanted, stretches_of
from tracker.storage.tables.runs import ImportRow

_IMPORT = ImportRow.__table__  # type: ignore[attr-defined]
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Count:
    """A number of rows; `is_least` when there may be more."""

    number: int
    is_least: bool = False


def count_rows(connection: Connection, wanted: RowsWanted, most: int = MOST_COUNTED) -> Count:
    """How many rows are wanted; of the whole register, as its imports say."""
    if not wanted.filters and not wanted.words:
        known = rows_by_imports(connection, wanted.register, wanted.day)
        if known is not None:
            return Count(known)
    number = 0
    for stretch in stretches_of(connection, wanted):
        some = select(stretch.order[0]).where(*stretch.conditions).limit(most + 1 - number)
        number += int(connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())
        if number > most:
            return Count(most, is_least=True)
    return Count(number)


def rows_by_imports(connection: Connection, register: Register, day: date) -> int | None:
    """The rows of the last whole file up to a day, and what was added to it since; None where that cannot be told."""
    of_register = (_IMPORT.c.register_stem == register.stem, _IMPORT.c.as_of <= day)
    newest = select(_IMPORT.c.id, _IMPORT.c.as_of, _IMPORT.c.row_count).where(*of_register, _IMPORT.c.whole)
    whole = connection.execute(newest.order_by(_IMPORT.c.as_of.desc(), _IMPORT.c.id.desc()).limit(1)).first()
    if whole is None:
        return None
    later = select(func.min(_IMPORT.c.id), func.sum(_IMPORT.c.added)).where(
        *of_register, ~_IMPORT.c.whole, (_IMPORT.c.as_of > whole.as_of) | (_IMPORT.c.id > whole.id)
    )
    first, added = connection.execute(later.where(_IMPORT.c.as_of >= whole.as_of)).one()
    if first is not None and first < whole.id:
        return None  # an addition that this file came in before: what it added then says nothing now
    return int(whole.row_count + (added or 0))
