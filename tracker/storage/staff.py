"""Persons in charge: how they are reached, as the register of staff knows it."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, or_, select

from tracker.storage.tables.registers import StaffVersion
from tracker.storage.versions import known_on

_STAFF = StaffVersion.__table__  # type: ignore[attr-defined]
PER_QUERY = 500


def addresses_of_staff(connection: Connection, numbers: Collection[str], on: date) -> dict[str, str]:
    """Mail addresses by 職員番号, of those who have one and have not left by a day."""
    wanted, found = sorted(numbers), dict[str, str]()
    works = or_(_STAFF.c.retired_on.is_(None), _STAFF.c.retired_on >= on)
    for start in range(0, len(wanted), PER_QUERY):
        query = select(_STAFF.c.staff_no, _STAFF.c.email).where(
            _STAFF.c.staff_no.in_(wanted[start : start + PER_QUERY]), known_on(_STAFF, on), works, _STAFF.c.email > ""
        )
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def staff_of_department(connection: Connection, code: str, on: date) -> dict[str, str]:
    """Names by 職員番号 of those who work in a department on a day."""
    works = or_(_STAFF.c.retired_on.is_(None), _STAFF.c.retired_on >= on)
    query = select(_STAFF.c.staff_no, _STAFF.c.name).where(
        _STAFF.c.department_code == code, known_on(_STAFF, on), works
    )  # fmt: skip
    return {row[0]: row[1] for row in connection.execute(query.order_by(_STAFF.c.staff_no))}


def name_of_staff(connection: Connection, number: str, on: date) -> str | None:
    """Somebody's name, as the register knows it on a day."""
    query = select(_STAFF.c.name).where(_STAFF.c.staff_no == number, known_on(_STAFF, on))
    return connection.execute(query).scalar()
