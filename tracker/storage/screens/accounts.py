"""Accounts by what somebody has of them: the beginning of a user id, or a staff number; an index for each, no text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from tracker.domain.searching import fold
from tracker.storage.tables.registers import AccountVersion
from tracker.storage.versions import known_on

_ACCOUNT = AccountVersion.__table__  # type: ignore[attr-defined]
LAST = "\U0010ffff"


@dataclass(frozen=True)
class AccountLine:
    """An account as it is found."""

    system_code: str
    user_id: str
    staff_no: str | None
    access_right: str | None
    state: str


_COLUMNS = [_ACCOUNT.c[name] for name in AccountLine.__annotations__]


def accounts_like(connection: Connection, typed: str, day: date, limit: int) -> tuple[list[AccountLine], bool]:
    """Accounts known on a day, those of that staff number first; and whether there are more of them."""
    forms = tuple(dict.fromkeys((typed, fold(typed), fold(typed).upper())))
    found = _lines(connection, day, limit + 1, _ACCOUNT.c.staff_no.in_(forms))
    for system in _systems(connection):
        if len(found) > limit:
            break
        of_system = _ACCOUNT.c.system_code == system
        for form in forms:
            found |= _lines(connection, day, limit + 1, of_system, _ACCOUNT.c.user_id.between(form, form + LAST))
    return list(found)[:limit], len(found) > limit


def _lines(connection: Connection, day: date, limit: int, *conditions: ColumnElement[bool]) -> dict[AccountLine, None]:
    query = select(*_COLUMNS).where(*conditions, known_on(_ACCOUNT, day))
    rows = connection.execute(query.order_by(_ACCOUNT.c.system_code, _ACCOUNT.c.user_id).limit(limit))
    return dict.fromkeys(AccountLine(*row) for row in rows)


def _systems(connection: Connection) -> Iterator[str]:
    """The systems that have accounts, each found by a step through the order of keys."""
    code = connection.execute(select(func.min(_ACCOUNT.c.system_code))).scalar_one()
    while code is not None:
        yield code
        code = connection.execute(
            select(func.min(_ACCOUNT.c.system_code)).where(_ACCOUNT.c.system_code > code)
        ).scalar_one()
