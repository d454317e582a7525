"""Tokens of integrations: which program of the office may read or change what, and until when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.domain.audience import WHOLE_OFFICE, Audience, of_department
from tracker.domain.errors import CommandRefused

LONGEST_TOKEN_NAME = 50
USE_IS_NOTED_AFTER = timedelta(minutes=1)


class TokenRole(StrEnum):
    """In whose place the program acts."""

    DIVISION = "division"
    AUDITOR = "auditor"
    DEPARTMENT = "department"


class TokenScope(StrEnum):
    """How far it may go; who may change may read as well."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Token:
    """What one integration was given; `until` is the last of the office's days on which it opens anything."""

    name: str
    role: TokenRole
    scope: TokenScope
    given_at: datetime
    department_code: str | None = None
    until: date | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    id: int | None = None

    @property
    def by(self) -> str:
        """How the trail names it."""
        return f"連携「{self.name}」"

    def is_open(self, today: date) -> bool:
        """Whether it opens anything on a day."""
        return self.revoked_at is None and (self.until is None or today <= self.until)

    def may(self, scope: TokenScope) -> bool:
        """Whether its scope reaches so far."""
        return scope is TokenScope.READ or self.scope is TokenScope.WRITE

    @property
    def audience(self) -> Audience:
        """What its program may see of a task's past."""
        return of_department(self.department_code) if self.role is TokenRole.DEPARTMENT else WHOLE_OFFICE

    def sees(self, department_code: str | None) -> bool:
        """Whether a thing of that department may be shown; what has no department is the whole office's."""
        return self.audience.sees(department_code)

    def is_use_to_be_noted(self, now: datetime) -> bool:
        """Whether its last use was so long ago that this one is written down."""
        return self.last_used_at is None or now - self.last_used_at >= USE_IS_NOTED_AFTER


def refuse_token(token: Token, today: date) -> None:
    """Raise CommandRefused with a sentence for a token that could not be used, or that could do too much."""
    if not (token.name and token.name.isprintable() and len(token.name) <= LONGEST_TOKEN_NAME):
        raise CommandRefused(f"連携の名前は、{LONGEST_TOKEN_NAME}字以内の、目に見える文字で付けてください。")
    if token.role is TokenRole.AUDITOR and token.scope is TokenScope.WRITE:
        raise CommandRefused("監査の役割では、何も変えられません。--scope read にしてください。")
    if token.role is TokenRole.DEPARTMENT and token.department_code is None:
        raise CommandRefused("所管課の役割には、--department で所属コードを指定してください。")
    if token.role is not TokenRole.DEPARTMENT and token.department_code is not None:
        raise CommandRefused("--department は、所管課の役割（--role department）だけに付けられます。")
    if token.until is not None and token.until < today:
        raise CommandRefused("期限（--until）は、今日以後の日にしてください。")
