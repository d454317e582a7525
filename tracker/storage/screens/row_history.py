"""One row of a register through time: what each import said of it, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select

from tracker.domain.registers import Register
from tracker.storage.tables.registers import version_tables
from tracker.storage.tables.runs import ImportRow
from tracker.storage.versions import Import, as_import, known_on

_IMPORT = ImportRow.__table__  # type: ignore[attr-defined]
Row = tuple[Any, ...]


class StepKind(StrEnum):
    """What an import did to a row."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    OVERTAKEN = "overtaken"  # said, and on the same day said otherwise


@dataclass(frozen=True)
class Step:
    """One thing that an import did to a row: the columns that changed with their old and new values."""

    kind: StepKind
    on: date
    by: Import | None
    changes: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True)
class Version:
    """One version of a row: its values, the days it held, the imports that began and ended it."""

    values: Row
    begun_by: int
    valid_from: date
    valid_to: date | None
    ended_by: int | None


def row_on(connection: Connection, register: Register, key: Row, day: date) -> Version | None:
    """A row as known on a day; None when it was not."""
    table = version_tables()[register.stem]
    found = _versions(connection, register, key, known_on(table, day))
    return found[0] if found else None


def row_history(connection: Connection, register: Register, key: Row) -> list[Step]:
    """Everything that was ever said of a row, newest first; nothing for a key that never stood in the register."""
    versions = _versions(connection, register, key)
    imports = _imports(connection, versions)
    held = [version for version in versions if version.valid_to != version.valid_from]
    steps = [
        Step(StepKind.OVERTAKEN, v.valid_from, imports.get(v.begun_by), _all(register, v))
        for v in versions
        if v.valid_to == v.valid_from
    ]
    for number, version in enumerate(held):
        before = held[number - 1] if number and held[number - 1].valid_to == version.valid_from else None
        steps += _begun(register, version, before, imports)
        follows = number + 1 < len(held) and held[number + 1].valid_from == version.valid_to
        if version.valid_to is not None and not follows:
            steps.append(Step(StepKind.ENDED, version.valid_to, imports.get(version.ended_by or 0)))
    return sorted(steps, key=lambda step: (step.on, step.by.id if step.by else 0), reverse=True)


def _begun(register: Register, version: Version, before: Version | None, imports: dict[int, Import]) -> list[Step]:
    by = imports.get(version.begun_by)
    if before is None:
        return [Step(StepKind.ADDED, version.valid_from, by, _all(register, version))]
    pairs = zip(register.names, before.values, version.values, strict=True)
    changes = tuple((name, old, new) for name, old, new in pairs if old != new)
    return [Step(StepKind.CHANGED, version.valid_from, by, changes)] if changes else []


def _all(register: Register, version: Version) -> tuple[tuple[str, Any, Any], ...]:
    pairs = zip(register.names, version.values, strict=True)
    return tuple((name, None, value) for name, value in pairs if value is not None and name not in register.keys)


def _versions(connection: Connection, register: Register, key: Row, *conditions: Any) -> list[Version]:
    table = version_tables()[register.stem]
    columns = [*(table.c[name] for name in register.names), table.c.begun_by, table.c.valid_from, table.c.valid_to]
    own = [table.c[name] == value for name, value in zip(register.keys, key, strict=True)]
    query = select(*columns, table.c.ended_by).where(*own, *conditions)
    rows = connection.execute(query.order_by(table.c.valid_from, table.c.begun_by))
    return [Version(tuple(row[:-4]), *row[-4:]) for row in rows]


def _imports(connection: Connection, versions: Sequence[Version]) -> dict[int, Import]:
    numbers = {number for v in versions for number in (v.begun_by, v.ended_by) if number is not None}
    query = select(_IMPORT).where(_IMPORT.c.id.in_(sorted(numbers)))
    return {row["id"]: as_import(row) for row in connection.execute(query).mappings()}
