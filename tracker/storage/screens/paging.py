"""One page of a list, and how many rows there are in all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, select

PER_PAGE = 50
Order = tuple[tuple[ColumnElement[Any], bool], ...]  # columns, each with whether it descends
Line = TypeVar("Line")


@dataclass(frozen=True)
class Slice(Generic[Line]):
    """The lines of one page; `page` counts from 1, `total` is the number of lines on all pages."""

    lines: tuple[Line, ...]
    total: int
    page: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.per_page))


def slice_of(
    connection: Connection, query: Select[Any], line: Callable[[Any], Line], page: int, per_page: int = PER_PAGE
) -> Slice[Line]:
    """The page of that number, or the last one when there are fewer."""
    total = int(connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one())
    page = max(1, min(page, -(-total // per_page)))
    rows = connection.execute(query.limit(per_page).offset((page - 1) * per_page))
    return Slice(tuple(line(row) for row in rows), total, page, per_page)


def ordered_slice(
    connection: Connection, query: Select[Any], order: Order, total: int, page: int, per_page: int = PER_PAGE
) -> Slice[Any]:
    """The page of that number, or the last one, of a query for one column whose number of rows is known.

    What lies nearer the end is read from there: no page is reached by stepping over more than half of the rows.
    """
    page = max(1, min(page, -(-total // per_page)))
    first = (page - 1) * per_page
    number = min(per_page, total - first)
    if number <= 0:
        return Slice((), total, 1, per_page)
    from_end = total - first - number
    is_reversed = from_end < first
    columns = [_in_order(column, descends is not is_reversed) for column, descends in order]
    rows = connection.execute(query.order_by(*columns).limit(number).offset(min(first, from_end))).scalars().all()
    return Slice(tuple(reversed(rows) if is_reversed else rows), total, page, per_page)


def _in_order(column: ColumnElement[Any], descends: bool) -> ColumnElement[Any]:
    """What is empty before everything else: so it lies in SQLite's indexes, and PostgreSQL is told."""
    ordered = column.desc() if descends else column.asc()
    if not getattr(column, "nullable", False):
        return ordered
    return ordered.nulls_last() if descends else ordered.nulls_first()
