"""A form of these pages: carried out as one transaction, then back to the task with what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request

from tracker.domain.accounts import Account
from tracker.domain.events import Occasion
from tracker.storage.store import Records
from tracker.web.forms import Form, line_of, text_of
from tracker.web.visit import Desk, desk_of, number_of


@dataclass(frozen=True)
class Act:
    """What somebody who is signed in asks for with a form."""

    account: Account
    desk: Desk
    request: Request
    form: FormData

    @property
    def occasion(self) -> Occasion:
        """Now, by whoever is signed in."""
        clock = self.desk.office.clock
        now = clock.now()
        return Occasion(self.account.display_name, now, clock.day_of(now), self.account.name)

    def line(self, field: str) -> str:
        """A field of one line."""
        return line_of(self.form, field)

    def text(self, field: str) -> str:
        """A field of several lines."""
        return text_of(self.form, field)

    def number(self, field: str) -> int:
        """A field that the page filled with a number; 0 for anything else."""
        return number_of(self.line(field)) or 0

    def carry_out(self, change: Callable[[Records], str]) -> int:
        """Change records in one transaction; `change` names what it changed, answered is the newest event about it."""
        with self.desk.office.store.transaction() as records:
            about = change(records)
            return records.events.about(about)[0].id


async def _act(request: Request, form: Form) -> Act:
    account = desk_of(request).account_of(request)
    assert account is not None, "a form without a rule of who may send it"
    return Act(account, desk_of(request), request, form)


Acting = Annotated[Act, Depends(_act)]
