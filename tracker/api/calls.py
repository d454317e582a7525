"""One call of a program: whose token it carries, the office's day and hour, and who the trail will name."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from tracker.answering import Custom
from tracker.api.problems import Declined
from tracker.domain.departments import display_names
from tracker.domain.events import Occasion
from tracker.domain.tokens import Token, TokenRole, TokenScope
from tracker.office import Office
from tracker.storage.store import Records

SCHEME = "bearer"
NO_TOKEN = "Authorization: Bearer にトークンを付けて送ってください。トークンは zesei token add で渡します。"
NOT_OPEN = "このトークンは使えません。取り消されたか、期限が過ぎたか、書き間違いです。"
NOT_THIS_ROLE = "この連携の役割では使えません。"
ONLY_READS = "この連携は読むだけです。変えるには、読み書きできるトークンが要ります。"


@dataclass(frozen=True)
class Call:
    """A call that was let in."""

    office: Office
    token: Token
    now: datetime

    @cached_property
    def today(self) -> date:
        """The office's day at the moment of the call."""
        return self.office.clock.day_of(self.now)

    @property
    def custom(self) -> Custom:
        """The office's own rules that go along with a change."""
        return Custom(effects=self.office.settings.effects.rule())

    @property
    def occasion(self) -> Occasion:
        """Now, by this integration."""
        return Occasion(self.token.by, self.now, self.today)

    @property
    def only_department(self) -> str:
        """The department to which a list is restricted; empty for those who see all."""
        return self.token.department_code or "" if self.token.role is TokenRole.DEPARTMENT else ""

    def names(self, records: Records) -> dict[str, str]:
        """Departments known today: code → name as shown."""
        return display_names(records.departments(self.today))


def admit(request: Request, roles: frozenset[TokenRole], scope: TokenScope) -> Call:
    """The call, when its token is open and reaches so far; Declined (401, 403) otherwise."""
    office: Office = request.app.state.office
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not secret.strip():
        raise Declined(401, NO_TOKEN, headers={"WWW-Authenticate": "Bearer"})
    now = office.clock.now()
    with office.store.reading() as records:
        token = records.tokens.opened_by(secret.strip())
    if token is None or not token.is_open(office.clock.day_of(now)):
        raise Declined(401, NOT_OPEN, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    request.state.call = call = Call(office, token, now)
    if token.role not in roles:
        raise Declined(403, NOT_THIS_ROLE, headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'})
    if not token.may(scope):
        raise Declined(403, ONLY_READS, headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'})
    return call


async def _call(request: Request) -> Call:
    call: Call = request.state.call
    return call


Calling = Annotated[Call, Depends(_call)]
