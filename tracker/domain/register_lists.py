"""How each register is looked through: which columns filter it, order it and find a row, and whose codes stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.domain.registers import REGISTERS, Column, Kind, Register

LARGE = 20_000  # rows from which on only columns with an index are searched, filtered and ordered


@dataclass(frozen=True)
class RegisterList:
    """The columns by which one register is looked through.

    A large register is found by the beginning of one of `by_beginning` or the whole of one of `by_value`; it is
    filtered and ordered only by its keys and the columns in `quick`, which have an index in the database. The index
    leaves out the value that most rows have, as `usual` says: they are found by walking along the keys.
    """

    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    by_beginning: tuple[str, ...] = ()
    by_value: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    usual: Mapping[str, str] = field(default_factory=dict)


LISTS = {
    "組織": RegisterList(("division",), ("division", "end_on"), ("code",)),
    "職員": RegisterList(
        ("department_code",), ("name", "department_code", "retired_on"), ("staff_no", "name"), (),
        ("name", "department_code"),
    ),
    "休業": RegisterList(("reason",), ("reason", "end_on"), ("staff_no",), (), ("reason",)),
    "システム": RegisterList(
        ("department_code", "is_specific", "log_cycle"), ("name", "department_code", "log_start_on"), ("code",)
    ),
    "アカウント": RegisterList(
        ("system_code", "state", "access_right"), ("staff_no", "suspended_on", "last_login_on"), ("user_id",),
        ("staff_no",), ("state", "staff_no"), {"state": "有効"},
    ),
    "委託契約": RegisterList(
        ("department_code", "is_specific", "system_code"), ("title", "contractor", "start_on", "end_on"),
        ("contract_no",),
    ),
    "再委託": RegisterList(("contract_no",), ("subcontractor", "start_on", "end_on", "approved_on"), ("subcontract_no",)),
    "条項確認": RegisterList(("clause", "stands_in"), ("clause", "confirmed_on"), ("subcontract_no",)),
    "ファイル簿": RegisterList(
        ("department_code", "file_kind", "sensitive"), ("name", "department_code", "persons", "published_on"),
        ("entry_no",),
    ),
    "ログ分析報告": RegisterList(("system_code",), ("period_from", "analysed_on", "reported_on"), ("system_code",)),
    "指導事項": RegisterList(("law", "department_code"), ("law", "given_on"), ("finding_no",)),
    "改善策": RegisterList(("state", "department_code"), ("department_code", "completed_on"), ("finding_no",)),
}  # fmt: skip

# Whose key stands in a column of that name, wherever it is.
HOMES = {
    "department_code": "組織", "successor_code": "組織", "staff_no": "職員", "officer_no": "職員",
    "system_code": "システム", "contract_no": "委託契約", "subcontract_no": "再委託", "finding_no": "指導事項",
}  # fmt: skip


def list_of(register: Register) -> RegisterList:
    """How a register is looked through."""
    return LISTS[register.stem]


def column_of(register: Register, name: str) -> Column:
    """A register's column by its name."""
    return next(column for column in register.columns if column.name == name)


def home_of(register: Register, name: str) -> str | None:
    """The stem of the register whose key a column holds; None in that register itself and for any other column."""
    stem = HOMES.get(name)
    return None if stem == register.stem else stem


def pointing_at(register: Register) -> list[tuple[Register, str]]:
    """The registers and their columns that hold keys of this one and can be listed by them, in order of import."""
    return [
        (other, name)
        for other in REGISTERS
        for name in other.names
        if home_of(other, name) == register.stem and is_listed_by(other, name)
    ]


def is_listed_by(register: Register, name: str) -> bool:
    """Whether the rows with one value of a column are found at once: it filters, or stands in an index."""
    view = list_of(register)
    return name in (*view.filters, *view.by_value, register.keys[0])


def texts_of(register: Register) -> list[str]:
    """The columns whose texts and codes are searched in a register that is not large."""
    return [column.name for column in register.columns if column.kind in (Kind.TEXT, Kind.CODE)]
