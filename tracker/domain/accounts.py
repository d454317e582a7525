"""Who may come in: the roles, and an account that has one."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.audience import NOBODY, WHOLE_OFFICE, Audience, of_department
from tracker.domain.errors import AccountRefused


class Role(StrEnum):
    """What somebody comes for."""

    DIVISION = "division"
    CHIEF = "chief"
    MEMBER = "member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ROLE_WORDS = {
    Role.DIVISION: "情報管理課", Role.CHIEF: "所管課の課長", Role.MEMBER: "所管課の職員", Role.AUDITOR: "監査",
    Role.ADMINISTRATOR: "管理者",
}  # fmt: skip
DEPARTMENT_ROLES = frozenset({Role.CHIEF, Role.MEMBER})
LONGEST_NAME = 64


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

    @property
    def audience(self) -> Audience:
        """What this account may see of a task's past."""
        if self.is_of_department:
            return of_department(self.department_code)
        return NOBODY if self.role is Role.ADMINISTRATOR else WHOLE_OFFICE

    def sees(self, department_code: str | None) -> bool:
        """Whether a thing of that department may be shown; what has no department is the whole office's."""
        return self.audience.sees(department_code)


def account_name(typed: str) -> str:
    """The one spelling of a name: ＪＯＨＯ０１ and Joho01 are joho01, so that no two accounts look alike."""
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()).split())


def is_in_one_spelling(name: str) -> bool:
    """Whether a name that comes from outside is spelled as accounts are: Ａdmin or ADMIN is not taken for admin."""
    return bool(name) and name == account_name(name) and _is_plain(name)


def looks_like(shown: str) -> str:
    """What two display names have in common that a reader would take for one."""
    return "".join(letter for letter in account_name(shown) if letter.isalnum())


def refuse_unusable_account(account: Account) -> None:
    """Raise AccountRefused with the field that is missing or does not fit the role."""
    if not account.name:
        raise AccountRefused("name", "利用者名を入力してください。")
    if len(account.name) > LONGEST_NAME or account.name != account_name(account.name) or not _is_plain(account.name):
        raise AccountRefused(
            "name", f"利用者名は、{LONGEST_NAME}字までの文字と数字にしてください（「-」「.」「_」「@」も使えます）。"
        )
    if not account.display_name:
        raise AccountRefused("display_name", "氏名を入力してください。")
    if len(account.display_name) > LONGEST_NAME:
        raise AccountRefused("display_name", f"氏名は、{LONGEST_NAME}字までにしてください。")
    if account.is_of_department and not account.department_code:
        raise AccountRefused("department", "課長と所管課の職員には、所管課を選んでください。")
    if not account.is_of_department and account.department_code:
        raise AccountRefused("department", "所管課は、課長と所管課の職員だけに選んでください。")


def _is_plain(name: str) -> bool:
    return name[0].isalnum() and all(letter.isalnum() or letter in "-._@" for letter in name)
