"""Findings and improvement plans, read from their registers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, exists, literal, select

from tracker.domain.registers import IMPROVEMENT_PLAN
from tracker.storage.tables.registers import FindingVersion, ImprovementPlanVersion
from tracker.storage.versions import Versions, known_on

_FINDING, _PLAN = FindingVersion.__table__, ImprovementPlanVersion.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class FindingEntry:
    """A finding as the register knows it: the clause as printed beside its full form."""

    finding_no: str
    law: str
    clause_printed: str | None
    subject: str
    gist: str
    department_code: str | None
    given_on: date | None
    clause: str | None
    departments_printed: str | None
    systems_printed: str | None
    source: str | None
    guidance_kind: str | None = None
    given_by: str | None = None
    document_no: str | None = None


@dataclass(frozen=True)
class PlanEntry:
    """One improvement plan of a finding, and since when the register says so."""

    finding_no: str
    branch: str
    action: str
    department_code: str | None
    deadline_printed: str | None
    state: str | None
    completed_on: date | None
    department_printed: str | None
    officer_no: str | None
    valid_from: date


@dataclass(frozen=True)
class Findings:
    """Findings, within one transaction."""

    connection: Connection

    def known_on(self, day: date) -> list[FindingEntry]:
        """Every finding known on a day, in number order."""
        columns = [_FINDING.c[name] for name in FindingEntry.__annotations__]
        query = select(*columns).where(known_on(_FINDING, day)).order_by(_FINDING.c.finding_no)
        return [FindingEntry(*row) for row in self.connection.execute(query)]

    def find(self, finding_no: str, day: date) -> FindingEntry | None:
        """One finding as known on a day."""
        columns = [_FINDING.c[name] for name in FindingEntry.__annotations__]
        query = select(*columns).where(known_on(_FINDING, day), _FINDING.c.finding_no == finding_no)
        row = self.connection.execute(query).first()
        return None if row is None else FindingEntry(*row)

    def plans_of(self, finding_no: str, day: date) -> list[PlanEntry]:
        """The improvement plans of one finding, as known on a day."""
        return self._plans(known_on(_PLAN, day), _PLAN.c.finding_no == finding_no)

    def plans_on(self, day: date) -> list[PlanEntry]:
        """Every improvement plan known on a day."""
        return self._plans(known_on(_PLAN, day))

    def newest_plans(self, day: date) -> tuple[list[PlanEntry], list[PlanEntry]]:
        """What the newest import up to a day began, and what it ended for good."""
        newest = Versions(self.connection, IMPROVEMENT_PLAN).newest_import(day)
        if newest is None:
            return [], []
        begun = self._plans(known_on(_PLAN, day), _PLAN.c.begun_by == newest.id)
        other = _PLAN.alias()
        lives_on = exists(select(literal(1)).where(
            and_(other.c.finding_no == _PLAN.c.finding_no, other.c.branch == _PLAN.c.branch), known_on(other, day)
        ))  # fmt: skip
        return begun, self._plans(_PLAN.c.ended_by == newest.id, ~lives_on)

    def _plans(self, *conditions: Any) -> list[PlanEntry]:
        columns = [_PLAN.c[name] for name in PlanEntry.__annotations__]
        query = select(*columns).where(*conditions).order_by(_PLAN.c.finding_no, _PLAN.c.branch)
        return [PlanEntry(*row) for row in self.connection.execute(query)]
