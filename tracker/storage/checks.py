"""What checks ask of the registers, and the record of their runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Date, Integer, Text, bindparam, delete, insert, select, text
from sqlalchemy.types import TypeEngine

from tracker.domain.flags import CheckState
from tracker.domain.registers import BY_STEM
from tracker.storage.tables.names import table_name
from tracker.storage.tables.runs import CheckRow, CheckRunRow

_CHECK, _RUN = CheckRow.__table__, CheckRunRow.__table__  # type: ignore[attr-defined]
_TYPES: dict[type, type[TypeEngine[Any]]] = {date: Date, int: Integer, bool: Boolean, str: Text}
_KNOWN = "valid_from <= :on AND (valid_to IS NULL OR valid_to > :on)"


@dataclass(frozen=True)
class CheckRun:
    """One look of one check."""

    check_name: str
    on_day: date
    state: CheckState
    examined: int = 0
    flagged: int = 0
    opened: int = 0
    cleared: int = 0
    as_of: date | None = None
    registers: Mapping[str, Any] | None = None  # stem → {"as_of": ISO day or None, "max_age_days": n}
    message: str = ""
    job_run_id: int | None = None
    ended_at: datetime | None = None
    excepted: int = 0
    requested_by: str = ""


@dataclass(frozen=True)
class CatalogueEntry:
    """A check in words, for its page."""

    name: str
    position: int
    title: str
    looks_for: str
    ground: str
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Checks:
    """Questions of checks and their records, within one transaction."""

    connection: Connection

    def ask(
        self, query: str, *, on: date, registers: Sequence[str], answers: Mapping[str, type], **parameters: Any
    ) -> list[Any]:
        """Rows of one query over the registers as they were known on a day.

        In the query each register is a relation of its English noun (`account`, `absence`, …); `calendar_day`
        and `period` stand beside them. A query with relations of its own goes on with a comma. `answers` names
        the result's columns with their Python types; each of `parameters` must stand in the query.
        """
        given: dict[str, Any] = {"on": on} | parameters
        bound = [bindparam(name, type_=_TYPES[type(value)]()) for name, value in given.items()]
        statement = text(over_registers(query, registers))
        typed = statement.bindparams(*bound).columns(**{name: _TYPES[kind]() for name, kind in answers.items()})
        return list(self.connection.execute(typed, given))

    def count(self, stem: str, on: date) -> int:
        """How many entries a register had on a day."""
        query = text(f"SELECT count(*) FROM {table_name(BY_STEM[stem])} WHERE {_KNOWN}")
        return int(self.connection.execute(query.bindparams(bindparam("on", type_=Date())), {"on": on}).scalar_one())

    def latest_run(self, check_name: str, until: date | None = None) -> CheckRun | None:
        """The run with the latest day, up to a day when one is given."""
        query = select(_RUN).where(_RUN.c.check_name == check_name)
        if until is not None:
            query = query.where(_RUN.c.on_day <= until)
        row = (
            self.connection.execute(query.order_by(_RUN.c.on_day.desc(), _RUN.c.id.desc()).limit(1)).mappings().first()
        )
        return None if row is None else _as_run(row)

    def run_in(self, check_name: str, job_run_id: int) -> CheckRun | None:
        """The run of a check that was part of a job run."""
        query = select(_RUN).where(_RUN.c.check_name == check_name, _RUN.c.job_run_id == job_run_id)
        row = self.connection.execute(query.order_by(_RUN.c.id.desc()).limit(1)).mappings().first()
        return None if row is None else _as_run(row)

    def record_run(self, run: CheckRun) -> None:
        """Write a run down; a second run of the same day that saw nothing else leaves no second entry.

        One that somebody asked for does: whoever asked looks for it.
        """
        latest = self.latest_run(run.check_name)
        same_day = latest is not None and latest.on_day == run.on_day
        if same_day and latest is not None and not run.requested_by and _facts(latest) == _facts(run):
            return
        self.connection.execute(
            insert(_RUN).values(
                **{name: getattr(run, name) for name in CheckRun.__annotations__}
                | {"state": str(run.state), "registers": dict(run.registers or {})}
            )
        )

    def runs_of(self, check_name: str, limit: int) -> list[CheckRun]:
        """The latest runs of a check, newest first."""
        query = select(_RUN).where(_RUN.c.check_name == check_name).order_by(_RUN.c.on_day.desc(), _RUN.c.id.desc())
        return [_as_run(row) for row in self.connection.execute(query.limit(limit)).mappings()]

    def catalogue(self) -> list[CatalogueEntry]:
        """Every check this office runs, in order."""
        rows = self.connection.execute(select(_CHECK).order_by(_CHECK.c.position)).mappings()
        return [CatalogueEntry(**{**row, "reads": tuple(row["reads"])}) for row in rows]

    def write_catalogue(self, entries: Sequence[CatalogueEntry]) -> None:
        """Replace the catalogue when it says something else."""
        if self.catalogue() != list(entries):
            self.connection.execute(delete(_CHECK))
            rows = [
                {name: getattr(e, name) for name in CatalogueEntry.__annotations__} | {"reads": list(e.reads)}
                for e in entries
            ]
            self.connection.execute(insert(_CHECK), rows)


def over_registers(query: str, registers: Sequence[str]) -> str:
    """The text that is asked: the query behind its registers as known on `:on`, each under its noun."""
    views = ",\n".join(
        f"{BY_STEM[stem].noun} AS (SELECT * FROM {table_name(BY_STEM[stem])} WHERE {_KNOWN})" for stem in registers
    )
    return f"WITH {views}\n{query}"


def _facts(run: CheckRun) -> tuple[Any, ...]:
    return run.state, run.examined, run.flagged, run.excepted, run.as_of, run.message, run.registers


def _as_run(row: Mapping[Any, Any]) -> CheckRun:
    facts = {name: row[name] for name in CheckRun.__annotations__}
    return CheckRun(**facts | {"state": CheckState(row["state"])})
