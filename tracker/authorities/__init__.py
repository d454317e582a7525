"""Others who vouch for somebody: the office's directory, its sign-on, a proxy in front; one account per person here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

from tracker.accounts import event_of, facts_of
from tracker.domain.accounts import Account, Role, account_name, refuse_unusable_account
from tracker.domain.errors import AccountRefused, CommandRefused
from tracker.domain.events import Happened, Occasion
from tracker.settings import Settings
from tracker.storage.accounts import KnownAccount
from tracker.storage.store import Store

PARTS = {"ldap": ("ldap3",), "oidc": ("authlib", "httpx2")}


class AuthorityUnreachable(AccountRefused):
    """Whoever vouches does not answer; a sentence for the sign-in page."""


class NotVouched(AccountRefused):
    """What came back from whoever vouches does not hold, or nobody here is known by it."""


@dataclass(frozen=True)
class Vouched:
    """Somebody whom another authority knows; `role` is that of an account made for them, None to make none."""

    name: str
    display_name: str
    role: Role | None = None
    department_code: str | None = None


def account_of(store: Store, person: Vouched, occasion: Occasion) -> Account | None:
    """The account of somebody who was vouched for; made when their groups give them a role.

    An account that is there keeps the role it has here; one that is shut stays shut.
    """
    name = account_name(person.name)
    with store.reading() as records:
        known = records.accounts.find(name)
    if known is not None:
        return known.account if known.disabled_at is None else None
    if person.role is None:
        return None
    account = Account(name, person.display_name or name, person.role)
    if account.is_of_department:
        account = replace(account, department_code=person.department_code or None)
    try:
        refuse_unusable_account(account)
    except AccountRefused:
        return None
    with store.transaction() as records:
        if records.accounts.find(name) is None:
            event = event_of(Happened.ACCOUNT_ADDED, name, occasion, **facts_of(account))
            records.accounts.add(KnownAccount(account, occasion.at), event)
    return account


def role_of(groups: Iterable[str], roles: Mapping[str, Role]) -> Role | None:
    """The role that somebody's groups give them: that of the first group in the settings' own order."""
    theirs = {group.casefold() for group in groups}
    return next((role for group, role in roles.items() if group.casefold() in theirs), None)


def refuse_missing_parts(settings: Settings) -> None:
    """Raise CommandRefused when a way to sign in is set whose libraries are not installed."""
    for section, parts in PARTS.items():
        if getattr(settings, section) and not all(find_spec(part) for part in parts):
            raise CommandRefused(
                f"設定 [{section}] を使うには、zesei[{section}] を入れてください（{'、'.join(parts)} がありません）。"
            )
