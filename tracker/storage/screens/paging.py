"""One page of a list, and how many rows there are in all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, func, select

PER_PAGE = 50
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
