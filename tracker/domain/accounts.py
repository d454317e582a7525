"""Who may come in: the roles, and an account that has one."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody comes for."""

    DIVISION = "division"
    CHIEF = "chief"
    MEMBER = "member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


DEPARTMENT_ROLES = frozenset({Role.CHIEF, Role.MEMBER})


@dataclass(frozen=True)
class Account:
    """Somebody who is signed in. `department_code` is the department of a chief or a member, None for the others."""

    name: str
    display_name: str
    role: Role
    department_code: str | None = None

    @property
    def is_of_department(self) -> bool:
        """Whether only one department's things are this account's business."""
        return self.role in DEPARTMENT_ROLES

    def sees(self, department_code: str | None) -> bool:
        """Whether a thing of that department may be shown; what has no department is the whole office's."""
        return not self.is_of_department or (department_code is not None and department_code == self.department_code)
