"""Departments, and how a name on paper leads to one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Department:
    """A 所管課 as the register of departments knows it."""

    code: str
    division: str
    name: str
    email: str | None = None
    chief_email: str | None = None
    director_email: str | None = None
    start_on: date | None = None
    end_on: date | None = None
    successor_code: str | None = None

    @property
    def full_name(self) -> str:
        """保健福祉部管理課: short names are unique only together with the 部."""
        return f"{self.division}{self.name}"


def department_named(name: str, departments: Iterable[Department]) -> Department | None:
    """The one department of that code, short name or full name; None when none or several have it."""
    found = [d for d in departments if name in (d.code, d.name, d.full_name, f"{d.division}　{d.name}")]
    return found[0] if len(found) == 1 else None


def display_names(departments: Iterable[Department]) -> dict[str, str]:
    """Code → short name, with the 部 before it where two share a short name."""
    departments = list(departments)
    times = Counter(department.name for department in departments)
    return {d.code: d.name if times[d.name] == 1 else d.full_name for d in departments}
