"""台帳: the twelve registers, and their rows as known on a day."""

from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from tracker.api.calls import Calling
from tracker.api.paging import Paged, cursor_of, page_of, place_of
from tracker.api.problems import not_there
from tracker.api.routes import WATCHERS, Resources
from tracker.api.shapes.fields import Day
from tracker.api.shapes.registers import RegisterShown, RowsPage, register_shown
from tracker.domain.registers import BY_STEM, Kind, Register
from tracker.freshness import ages_of_registers
from tracker.storage.screens.onward import rows_after

routes = Resources("台帳")


class RowsAsked(Paged):
    """Which rows are asked for."""

    as_of: Day | None = Field(default=None, description="この日に分かっていた内容（省略すると今日）")


@routes.reads("/registers", roles=WATCHERS)
def list_registers(call: Calling) -> list[RegisterShown]:
    """すべての台帳とその新しさ"""
    with call.office.store.reading() as records:
        ages = ages_of_registers(records, call.office.settings, call.today)
    return [register_shown(age) for age in ages.values()]


@routes.reads("/registers/{stem}/rows", roles=WATCHERS, problems=(404, 422))
def list_rows(call: Calling, stem: str, asked: Annotated[RowsAsked, Query()]) -> RowsPage:
    """台帳の行（キーの順）"""
    register, day = register_named(stem), asked.as_of or call.today
    key = place_of(asked.cursor, lambda place: _key(register, place))
    with call.office.store.reading() as records:
        found = rows_after(records.connection, register, day, key, asked.limit + 1)
    page = page_of(
        found, asked.limit, lambda row: dict(zip(register.names, row, strict=True)),
        lambda row: cursor_of(*(_plain(cell) for cell in row[: len(register.keys)])),
    )  # fmt: skip
    return RowsPage(register_stem=stem, as_of=day, **dict(page))


def register_named(stem: str) -> Register:
    """The register of that name; Declined when there is none."""
    if stem not in BY_STEM:
        raise not_there(f"台帳「{stem}」はありません。")
    return BY_STEM[stem]


def _key(register: Register, place: list[Any]) -> list[Any]:
    """The values of a register's key columns, which come first in it."""
    if not all(isinstance(value, str) and "\0" not in value for value in place):
        raise ValueError(place)
    columns = [column for column in register.columns if column.key]
    return [
        date.fromisoformat(value) if column.kind is Kind.DATE else value
        for column, value in zip(columns, place, strict=True)
    ]


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell
