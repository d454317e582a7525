"""How many rows of a register are nobody's: a number that no register of people holds."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Date, bindparam, text

from tracker.domain.registers import BY_STEM, Reference, Register
from tracker.storage.tables.names import table_name

_KNOWN = "valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)"
# Which rows a check looks at: the account of somebody who left long ago may well be nobody's when it is stopped.
_LOOKED_AT = {"アカウント": "state = '有効'", "休業": "(end_on IS NULL OR end_on >= :on)"}


@dataclass(frozen=True)
class Owners:
    """Of so many rows with a number, so many whose number nobody has."""

    rows: int
    unknown: int

    def are_lost(self, percent: int) -> bool:
        """Whether so large a share is nobody's that a look at the rest means nothing."""
        return self.unknown > 0 and self.unknown * 100 >= self.rows * percent


def changes_by_day(stem: str) -> bool:
    """Whether other rows are looked at on another day, though nothing came in."""
    return ":on" in _LOOKED_AT[stem]


def owners_of(connection: Connection, register: Register, reference: Reference, on: date) -> Owners | None:
    """Counted among the rows that checks look at; None when the register referred to is not there on that day.

    Somebody who has left the register since is somebody: only a number that it never held is nobody's.
    """
    target, column = BY_STEM[reference.register], reference.column
    bound = bindparam("on", type_=Date())
    there = text(f"SELECT 1 FROM {table_name(target)} WHERE {_KNOWN} LIMIT 1").bindparams(bound)
    if connection.execute(there, {"on": on}).first() is None:
        return None
    query = (
        f"SELECT count(*), count(CASE WHEN t.key IS NULL THEN 1 END) FROM {table_name(register)} "
        f"LEFT JOIN (SELECT DISTINCT {target.keys[0]} AS key FROM {table_name(target)} WHERE valid_from <= :on) AS t "
        f"ON t.key = {column} "
        f"WHERE {_KNOWN} AND {column} IS NOT NULL AND {_LOOKED_AT[register.stem]}"
    )
    rows, unknown = connection.execute(text(query).bindparams(bound), {"on": on}).one()
    return Owners(rows, unknown)
