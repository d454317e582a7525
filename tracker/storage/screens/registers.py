"""What screens show of the registers' imports."""

from datetime import date

from sqlalchemy import Connection, func, select

from tracker.domain.registers import Register
from tracker.storage.tables.runs import ImportRow
from tracker.storage.versions import BY_HAND, Import, as_import

_IMPORT = ImportRow.__table__  # type: ignore[attr-defined]


def newest_imports(connection: Connection, today: date) -> dict[str, Import]:
    """The file of each register that holds on a day, whatever was corrected by hand since."""
    rank = func.row_number().over(
        partition_by=_IMPORT.c.register_stem, order_by=(_IMPORT.c.as_of.desc(), _IMPORT.c.id.desc())
    )
    ranked = (
        select(_IMPORT, rank.label("rank")).where(_IMPORT.c.as_of <= today, _IMPORT.c.reading != BY_HAND).subquery()
    )
    rows = connection.execute(select(ranked).where(ranked.c.rank == 1)).mappings()
    return {row["register_stem"]: as_import(row) for row in rows}


def imports_of(connection: Connection, register: Register, limit: int) -> list[Import]:
    """The latest imports of a register, newest first."""
    query = select(_IMPORT).where(_IMPORT.c.register_stem == register.stem).order_by(_IMPORT.c.id.desc())
    return [as_import(row) for row in connection.execute(query.limit(limit)).mappings()]
