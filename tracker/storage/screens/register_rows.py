"""Pages of a register that stay quick at a million rows: each begins behind a row, found by an index, never counted off.

A list is one or more stretches, put one behind the other; within a stretch the rows stand in the order of an index.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, TextClause, and_, func, literal, not_, select, tuple_

from tracker.domain.register_lists import list_of, texts_of
from tracker.domain.registers import Register
from tracker.storage.screens.paging import PER_PAGE
from tracker.storage.screens.wording import begins_with, contains_words, prepare_search
from tracker.storage.tables.registers import NOT_ACTIVE, version_tables
from tracker.storage.versions import known_on

Row = tuple[Any, ...]
Conditions = tuple[ColumnElement[bool] | TextClause, ...]


@dataclass(frozen=True)
class RowsWanted:
    """Which rows of a register, as known on a day, in which order.

    `filters` holds a value by column, None for the empty ones; `sort` is a column, or nothing for the order of keys.
    `words` are searched in every text, or, where the register `is_large`, as `by_beginning` and `by_value` say.
    """

    register: Register
    day: date
    filters: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""
    sort: str = ""
    descending: bool = False
    is_large: bool = False


@dataclass(frozen=True)
class Place:
    """A row's place in the list: its stretch, and its values in the stretch's order."""

    stretch: int
    values: Row


@dataclass(frozen=True)
class RowsPage:
    """Some rows; `first` and `last` are the places of its ends where the list goes on beyond them."""

    rows: tuple[Row, ...]
    first: Place | None
    last: Place | None


@dataclass(frozen=True)
class Stretch:
    """A part of a list: what its rows have in common, and the columns that order them.

    With `keys_first` the rows are found by an index that holds all that is asked: asked for whole rows, SQLite would
    rather walk along the keys, through all that the filter leaves out.
    """

    conditions: Conditions
    order: tuple[ColumnElement[Any], ...]
    keys_first: bool = False


def rows_page(
    connection: Connection, wanted: RowsWanted, *, after: Place | None = None, before: Place | None = None,
    from_the_end: bool = False, per_page: int = PER_PAGE,
) -> RowsPage:  # fmt: skip
    """The page behind a place, before one, or the last; without any, the first."""
    stretches = stretches_of(connection, wanted)
    if before is None and not from_the_end:
        found = _walk(connection, wanted, stretches, after, per_page + 1)
        return _page(wanted, stretches, found[:per_page], more_before=after is not None, more=len(found) > per_page)
    found = _walk(connection, wanted, stretches, before, per_page + 1, backwards=True)
    if len(found) < per_page:  # less than a page lies before that place: the first page, whole
        return rows_page(connection, wanted, per_page=per_page)
    rows = found[:per_page][::-1]
    return _page(wanted, stretches, rows, more_before=len(found) > per_page, more=before is not None)


def all_rows(connection: Connection, wanted: RowsWanted) -> Iterator[Row]:
    """Every row that is wanted, in order, read a batch at a time."""
    for stretch in stretches_of(connection, wanted):
        for row in connection.execute(rows_of(wanted, stretch).execution_options(yield_per=2_000)):
            yield tuple(row)


def stretches_of(connection: Connection, wanted: RowsWanted) -> list[Stretch]:
    """The stretches of a list, in order."""
    table = version_tables()[wanted.register.stem]
    known = (known_on(table, wanted.day), *_filtered(table, wanted.filters))
    if _is_found_by_index(wanted) and "state" in wanted.filters:
        known += (NOT_ACTIVE,)
    if wanted.words and wanted.is_large:
        return _found(connection, table, wanted, known)
    if wanted.words:
        prepare_search(connection)
        known += tuple(contains_words(wanted.words, *(table.c[name] for name in texts_of(wanted.register))))
    keys, found = tuple(table.c[name] for name in wanted.register.keys), _is_found_by_index(wanted)
    if not wanted.sort:
        return [Stretch(known, keys, found)]
    column = table.c[wanted.sort]
    order = (column, *(key for key in keys if key is not column))
    if not column.nullable:
        return [Stretch(known, order)]
    return [Stretch((*known, column.is_not(None)), order), Stretch((*known, column.is_(None)), keys)]


def rows_of(
    wanted: RowsWanted, stretch: Stretch, *more: ColumnElement[bool], backwards: bool = False, limit: int | None = None
) -> Select[Any]:
    """The rows of one stretch, in the register's columns and the stretch's order."""
    table, descending = version_tables()[wanted.register.stem], wanted.descending != backwards
    columns = [table.c[name] for name in wanted.register.names]
    order = [column.desc() if descending else column.asc() for column in stretch.order]
    if not stretch.keys_first:
        return select(*columns).where(*stretch.conditions, *more).order_by(*order).limit(limit)
    keys = [*(table.c[name] for name in wanted.register.keys), table.c.begun_by]
    found = select(*keys).where(*stretch.conditions, *more).order_by(*order).limit(limit).subquery()
    is_it = and_(*(table.c[key.name] == found.c[key.name] for key in keys))
    return select(*columns).join_from(found, table, is_it).order_by(*order)


def place_types(connection: Connection, wanted: RowsWanted, stretch: int) -> list[type] | None:
    """What the values of a place are; None when there is no such stretch."""
    stretches = stretches_of(connection, wanted)
    return [c.type.python_type for c in stretches[stretch].order] if 0 <= stretch < len(stretches) else None


def values_known(connection: Connection, register: Register, name: str, limit: int = 200) -> list[Any]:
    """The values that a column has or had, in order, each found by a step through the column's index."""
    column = version_tables()[register.stem].c[name]
    values, query = list[Any](), select(func.min(column))
    while len(values) < limit and (value := connection.execute(query).scalar_one()) is not None:
        values.append(value)
        query = select(func.min(column)).where(column > value)
    return values


def _found(connection: Connection, table: Table, wanted: RowsWanted, known: Conditions) -> list[Stretch]:
    """What is found in a large register: a stretch for each column that is searched, none of it twice."""
    register, view, stretches = wanted.register, list_of(wanted.register), list[Stretch]()
    keys, seen = tuple(table.c[name] for name in register.keys), list[ColumnElement[bool]]()
    for name in view.by_beginning:
        column, begins = table.c[name], begins_with(connection, table.c[name], wanted.words)
        conditions = (*known, begins, *map(not_, seen))
        if column is keys[0] or column not in keys:
            stretches.append(Stretch(conditions, (column, *(key for key in keys if key is not column))))
        else:  # ordered by what stands before it in the key: one stretch for each of those values
            leading = keys[0]
            only = wanted.filters.get(leading.name)
            values = [only] if only is not None else values_known(connection, register, leading.name)
            found = _is_found_by_index(wanted)
            stretches += [Stretch((*conditions, leading == value), keys, found) for value in values]
        seen.append(begins)
    for name in view.by_value:
        stretches.append(Stretch((*known, table.c[name] == wanted.words, *map(not_, seen)), keys))
    return stretches


def _is_found_by_index(wanted: RowsWanted) -> bool:
    """Whether an index leads to what a filter leaves; a small register is walked through."""
    view = list_of(wanted.register)
    found = (name for name, value in wanted.filters.items() if name in view.quick and view.usual.get(name) != value)
    return wanted.is_large and any(found)


def _filtered(table: Table, filters: Mapping[str, Any]) -> Conditions:
    return tuple(
        table.c[name].is_(None) if value is None else table.c[name] == literal(value, type_=table.c[name].type)
        for name, value in filters.items()
    )


def _walk(
    connection: Connection, wanted: RowsWanted, stretches: Sequence[Stretch], start: Place | None, limit: int, *,
    backwards: bool = False,
) -> list[tuple[int, Row]]:  # fmt: skip
    """Rows with their stretch, from a place on."""
    found = list[tuple[int, Row]]()
    numbers = range(len(stretches) - 1, -1, -1) if backwards else range(len(stretches))
    for number in numbers:
        stretch = stretches[number]
        if start is not None and (number > start.stretch if backwards else number < start.stretch):
            continue
        beyond = []
        if start is not None and number == start.stretch:
            beyond = [_beyond(stretch, start, descending=wanted.descending != backwards)]
        query = rows_of(wanted, stretch, *beyond, backwards=backwards, limit=limit - len(found))
        found += [(number, tuple(row)) for row in connection.execute(query)]
        if len(found) >= limit:
            break
    return found


def _beyond(stretch: Stretch, place: Place, *, descending: bool) -> ColumnElement[bool]:
    here = tuple_(*stretch.order)
    there = tuple_(*(literal(v, type_=c.type) for v, c in zip(place.values, stretch.order, strict=True)))
    return and_(here < there if descending else here > there)


def _page(
    wanted: RowsWanted, stretches: Sequence[Stretch], found: Sequence[tuple[int, Row]], *, more_before: bool, more: bool
) -> RowsPage:
    def place(number: int, row: Row) -> Place:
        names = wanted.register.names
        return Place(number, tuple(row[names.index(column.name)] for column in stretches[number].order))

    return RowsPage(
        tuple(row for _, row in found),
        place(*found[0]) if found and more_before else None,
        place(*found[-1]) if found and more else None,
    )
