"""How a register's list is asked for in an address, and the addresses of its other pages."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable
from tracker.domain.register_lists import LARGE, column_of, is_listed_by, list_of
from tracker.domain.registers import Kind, Register
from tracker.storage.screens.register_counts import Count, count_rows
from tracker.storage.screens.register_rows import Place, RowsPage, RowsWanted, place_types, rows_page
from tracker.storage.screens.registers import newest_imports
from tracker.web.display import link
from tracker.web.visit import Visit

EMPTY = "-"  # in an address: the rows where the column is empty
PLACES = ("after", "before", "last")
LONGEST_PLACE = 4_000


@dataclass(frozen=True)
class Asked:
    """What an address asks of a register; `trouble` says why the day in it is none."""

    wanted: RowsWanted
    day_typed: str
    trouble: str

    @property
    def is_narrowed(self) -> bool:
        """Whether some rows are left out."""
        return bool(self.wanted.filters or self.wanted.words)


@dataclass(frozen=True)
class Listed:
    """A page of a register with how many rows there are in all, and the addresses of the pages around it."""

    asked: Asked
    page: RowsPage
    count: Count
    addresses: Mapping[str, str]
    is_unordered: bool  # too many rows to be put in the order that was asked for


def asked_of(visit: Visit, register: Register) -> Asked:
    """The filters, words, order and day in the address; what means nothing is left aside."""
    day, typed, trouble = _day(visit)
    newest = newest_imports(visit.connection, visit.today).get(register.stem)
    is_large = newest is not None and newest.row_count > LARGE
    sort = visit.asked("sort")
    column = sort.removeprefix("-")
    words = visit.asked("q")
    if is_large:
        words = unicodedata.normalize("NFKC", words)
    wanted = RowsWanted(
        register, day, dict(_filters(visit, register, is_large=is_large)), words,
        column if column in list_of(register).sorts else "", sort.startswith("-"), is_large,
    )  # fmt: skip
    return Asked(wanted, typed, trouble)


def listed(visit: Visit, asked: Asked) -> Listed:
    """The page that the address asks for."""
    count = count_rows(visit.connection, asked.wanted)
    wanted = asked.wanted if is_orderable(asked, count) else replace(asked.wanted, sort="")
    after, before = (_place(visit, wanted, name) for name in ("after", "before"))
    page = rows_page(
        visit.connection, wanted, after=after, before=before, from_the_end=bool(visit.asked("last"))
    )  # fmt: skip
    return Listed(replace(asked, wanted=wanted), page, count, _addresses(visit, page), wanted is not asked.wanted)


def is_orderable(asked: Asked, count: Count) -> bool:
    """Of a large register: the whole of it by an index, and what a filter leaves when it is few rows."""
    wanted = asked.wanted
    if not wanted.sort or not wanted.is_large:
        return True
    if wanted.words:
        return False
    return not count.is_least if wanted.filters else wanted.sort in list_of(wanted.register).quick


def filter_names(register: Register, *, is_large: bool) -> list[str]:
    """The columns that are offered as filters."""
    view = list_of(register)
    return [name for name in view.filters if not is_large or name in (*view.quick, register.keys[0])]


def with_query(visit: Visit, path: str, **changes: str) -> str:
    """The address of another page with what this one asks for, but its place."""
    given = {name: value for name, value in visit.request.query_params.items() if name not in PLACES} | changes
    return link(path.removeprefix("/"), **given)


def _day(visit: Visit) -> tuple[date, str, str]:
    typed = visit.asked("on")
    if not typed:
        return visit.today, "", ""
    try:
        return read_date(typed).day, typed, ""
    except DateUnreadable as trouble:
        return visit.today, typed, str(trouble)


def _filters(visit: Visit, register: Register, *, is_large: bool) -> Iterator[tuple[str, Any]]:
    quick = (*filter_names(register, is_large=is_large), *list_of(register).by_value, register.keys[0])
    for name in visit.request.query_params:
        if name in register.names and is_listed_by(register, name) and (name in quick or not is_large):
            value = _value(register, name, visit.asked(name))
            if value is not None:
                yield name, None if value == EMPTY else value


def _value(register: Register, name: str, typed: str) -> Any:
    """A filter's value; None for nothing, and for what the column cannot hold."""
    column = column_of(register, name)
    if not typed:
        return None
    if typed == EMPTY:
        return None if column.required else EMPTY
    if column.kind is Kind.MARK:
        return {"1": True, "0": False}.get(typed)
    if column.choices:
        return typed if typed in column.choices else None
    return unicodedata.normalize("NFKC", typed) if column.kind is Kind.CODE else typed


def _place(visit: Visit, wanted: RowsWanted, name: str) -> Place | None:
    """Where the page begins; None for anything that is no place of this list."""
    parts = visit.request.query_params.getlist(name)
    if not parts or not parts[0].isdecimal() or len(parts[0]) > 4 or "\0" in "".join(parts):
        return None
    types = place_types(visit.connection, wanted, int(parts[0]))
    if types is None or len(types) != len(parts) - 1 or sum(map(len, parts)) > LONGEST_PLACE:
        return None
    try:
        return Place(int(parts[0]), tuple(_read(kind, part) for kind, part in zip(types, parts[1:], strict=True)))
    except (ValueError, OverflowError):
        return None


def _read(kind: type, part: str) -> Any:
    if kind is date:
        return date.fromisoformat(part)
    if kind is bool:
        return part == "1"
    if kind is int and len(part) > 18:
        raise ValueError(part)
    return int(part) if kind is int else part


def _addresses(visit: Visit, page: RowsPage) -> dict[str, str]:
    given = [(name, value) for name, value in visit.request.query_params.multi_items() if name not in PLACES and value]
    path = link(visit.request.url.path.removeprefix("/"))

    def address(more: Sequence[tuple[str, str]]) -> str:
        query = urlencode([*given, *more])
        return f"{path}?{query}" if query else path

    found = dict[str, str]()
    if page.first is not None:
        found |= {"first": address([]), "before": address(_parts("before", page.first))}
    if page.last is not None:
        found |= {"after": address(_parts("after", page.last)), "last": address([("last", "1")])}
    return found


def _parts(name: str, place: Place) -> list[tuple[str, str]]:
    values = ("1" if v is True else "0" if v is False else str(v) for v in place.values)
    return [(name, str(place.stretch)), *((name, value) for value in values)]
