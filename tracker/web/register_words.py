"""What a register's pages say: the choices of its filters, how it is searched, codes with the names behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tracker.domain.register_lists import column_of, home_of, list_of
from tracker.domain.registers import SYSTEM, Column, Kind, Register
from tracker.storage.screens.register_rows import values_known
from tracker.storage.versions import known_rows
from tracker.web.register_lists import EMPTY, Asked, filter_names
from tracker.web.row_addresses import row_link
from tracker.web.visit import Visit

MARKS = (("1", "○"), ("0", "×"))


@dataclass(frozen=True)
class Choice:
    """A filter: its column, what may be chosen (value, label), and what is."""

    column: Column
    options: tuple[tuple[str, str], ...]
    chosen: str


class Names:
    """The names behind codes of departments and systems, read when they are first asked for."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    @cached_property
    def systems(self) -> Mapping[str, str]:
        """Code → name, of the systems known today."""
        rows = known_rows(self.visit.connection, SYSTEM, self.visit.today)
        return {row.code: row.name for row in rows}

    def of(self, register: Register, name: str) -> Mapping[str, str]:
        """Code → name, for a column of codes; nothing for any other."""
        home = home_of(register, name)
        if home == "組織":
            return self.visit.department_names
        return self.systems if home == SYSTEM.stem else {}


def choices_of(visit: Visit, asked: Asked, names: Names) -> list[Choice]:
    """The filters of a register's page."""
    register = asked.wanted.register
    offered = filter_names(register, is_large=asked.wanted.is_large)
    return [_choice(visit, asked, column_of(register, name), names) for name in offered]


def kept_filters(asked: Asked) -> list[tuple[Column, str]]:
    """Filters that came with the address and are not offered: said, and kept while searching."""
    wanted = asked.wanted
    offered = filter_names(wanted.register, is_large=wanted.is_large)
    return [
        (column_of(wanted.register, name), "" if value is None else str(value))
        for name, value in wanted.filters.items()
        if name not in offered
    ]


def search_words(asked: Asked) -> str:
    """How a register is searched, said beside the field."""
    register, view = asked.wanted.register, list_of(asked.wanted.register)
    if not asked.wanted.is_large:
        return "どの列の言葉でも探します"
    begins = "か".join(f"{column_of(register, name).header}の先頭" for name in view.by_beginning)
    whole = "".join(f"か、{column_of(register, name).header}（全部）" for name in view.by_value)
    return f"行が多いので、{begins}{whole}で探します"


def row_address(register: Register, row: tuple[Any, ...]) -> str:
    """The page of a row."""
    return row_link(register, [row[register.names.index(name)] for name in register.keys])


def _choice(visit: Visit, asked: Asked, column: Column, names: Names) -> Choice:
    register, filters = asked.wanted.register, asked.wanted.filters
    options = _options(visit, register, column, names)
    chosen = ""
    if column.name in filters:
        value = filters[column.name]
        chosen = EMPTY if value is None else "1" if value is True else "0" if value is False else str(value)
    if not column.required:
        options = (*options, (EMPTY, "（空欄）"))
    if chosen and chosen not in dict(options):
        options = ((chosen, chosen), *options)
    return Choice(column, options, chosen)


def _options(visit: Visit, register: Register, column: Column, names: Names) -> tuple[tuple[str, str], ...]:
    if column.kind is Kind.MARK:
        return MARKS
    if column.choices:
        return tuple((word, word) for word in column.choices)
    if known := names.of(register, column.name):
        return tuple((code, f"{code} {name}") for code, name in known.items())
    return tuple((str(v), str(v)) for v in values_known(visit.connection, register, column.name))
