"""組織改正: which department carries on what an ended one had to do, as far as the register of departments says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.departments import Department

REASON = "組織改正"  # of a hand-over that nobody had to decide on
_SEPARATORS = re.compile(r"[\s、,，;；・/]+")


class Doubt(StrEnum):
    """Why it is not clear to whom an ended department's tasks go."""

    NONE_NAMED = "none-named"
    SEVERAL = "several"
    UNKNOWN = "unknown"  # a code, the department's own or a successor's, that the register does not hold
    CIRCLE = "circle"
    NOT_BEGUN = "not-begun"


@dataclass(frozen=True)
class Succession:
    """Where the tasks of a department lie on a day. `heirs` are living departments, in the order they are named."""

    code: str
    heirs: tuple[str, ...]
    doubts: tuple[tuple[Doubt, str], ...] = ()  # each with the code that it is about

    @property
    def heir(self) -> str | None:
        """The one department to which the tasks go by themselves; None when somebody has to choose."""
        return self.heirs[0] if len(self.heirs) == 1 and not self.doubts else None


def lives_on(department: Department | None, day: date) -> bool:
    """Whether a department exists on a day; its 終了日 is its last day."""
    if department is None:
        return False
    has_begun = department.start_on is None or department.start_on <= day
    return has_begun and (department.end_on is None or department.end_on >= day)


def has_ended(department: Department, day: date) -> bool:
    """Whether a department's last day is over."""
    return department.end_on is not None and department.end_on < day


def succession_of(code: str, departments: Mapping[str, Department], day: date) -> Succession:
    """Follow 承継先コード (several may stand in one cell) until living departments are reached, and never in a circle."""
    heirs, doubts, followed = dict[str, None](), dict[tuple[Doubt, str], None](), set[str]()

    def follow(at: str, path: tuple[str, ...]) -> None:
        department = departments.get(at)
        if at in path:
            doubts[Doubt.CIRCLE, at] = None
        elif department is None:
            doubts[Doubt.UNKNOWN, at] = None
        elif lives_on(department, day):
            heirs[at] = None
        elif not has_ended(department, day):
            doubts[Doubt.NOT_BEGUN, at] = None
        elif not (named := successors_of(department)):
            doubts[Doubt.NONE_NAMED, at] = None
        elif at not in followed:
            followed.add(at)
            for successor in named:
                follow(successor, (*path, at))

    follow(code, ())
    if len(heirs) > 1:
        doubts[Doubt.SEVERAL, code] = None
    return Succession(code, tuple(heirs), tuple(doubts))


def successors_of(department: Department) -> tuple[str, ...]:
    """The codes named in 承継先コード."""
    return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(department.successor_code or ""))))
