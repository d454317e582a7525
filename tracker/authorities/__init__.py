"""Others who vouch for somebody: the office's directory, its sign-on, a proxy in front; one account per person here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec

from tracker.accounts import event_of, facts_of, refuse_look_alike
from tracker.domain.accounts import (
    LONGEST_NAME,
    Account,
    Role,
    account_name,
    is_in_one_spelling,
    refuse_unusable_account,
)  # fmt: skip
from tracker.domain.errors import AccountRefused, CommandRefused
from tracker.domain.events import Happened, Occasion
from tracker.settings import Settings
from tracker.storage.accounts import KnownAccount
from tracker.storage.store import Records, Store

PARTS = {"ldap": ("ldap3",), "oidc": ("authlib", "httpx2")}

OTHER_SPELLING = (
    "利用者名「{name}」は、全角や大文字、見えない文字を含むので受け付けません。"
    "庁内の認証の側の名前を「{one}」のように直すか、情報システムの担当者に連絡してください。"
)
ANOTHERS = "利用者「{name}」は、庁内の認証の別の人に結び付いています。管理者に連絡してください。"
HAS_PASSWORD = (
    "利用者「{name}」には、是正のパスワードがあります。パスワードでログインしてください。"
    "庁内の認証でログインするには、管理者が結付けを認める設定（oidc.takes_over）が要ります。"
)
BY_PASSWORD_ONLY = "管理者は、是正のパスワードだけでログインします。"


class AuthorityUnreachable(AccountRefused):
    """Whoever vouches does not answer; a sentence for the sign-in page."""


class NotVouched(AccountRefused):
    """What came back from whoever vouches does not hold, or nobody here is known by it."""


@dataclass(frozen=True)
class Vouched:
    """Somebody whom another authority knows; `role` is that of an account made for them, None to make none.

    `issuer` and `subject` say who it is for good; an authority that knows no such thing leaves them out.
    """

    name: str
    display_name: str
    role: Role | None = None
    department_code: str | None = None
    issuer: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class Customs:
    """What the office allows those who come from outside."""

    administrators_by_password: bool = False
    takes_over: bool = False


def account_of(store: Store, person: Vouched, occasion: Occasion, customs: Customs = Customs()) -> Account | None:
    """The account of somebody who was vouched for; made when their groups give them a role.

    An account that is there keeps the role it has here; one that is shut stays shut. NotVouched with a sentence for a
    name that is not in its one spelling, for another person's account, and for what the office does not allow.
    """
    with store.reading() as reading:
        known = _theirs(reading, person)
    if known is None:
        with store.transaction() as records:
            known = _of_that_name(records, person, occasion, customs) or _made(records, person, occasion, customs)
    if known is None or known.disabled_at is not None:
        return None
    refuse_administrator(known.account, customs)
    return known.account


def refuse_administrator(account: Account, customs: Customs) -> None:
    """Raise NotVouched where administrators come in by a password of ours alone."""
    if customs.administrators_by_password and account.role is Role.ADMINISTRATOR:
        raise NotVouched("", BY_PASSWORD_ONLY)


def refuse_other_spelling(name: str) -> None:
    """Raise NotVouched for a name from outside that would have to be changed to be an account's."""
    if not is_in_one_spelling(name):
        shown = "".join(letter if letter.isprintable() else f"〔{ord(letter):04X}〕" for letter in name[:LONGEST_NAME])
        raise NotVouched("", OTHER_SPELLING.format(name=shown, one=account_name(name)[:LONGEST_NAME]))


def _theirs(records: Records, person: Vouched) -> KnownAccount | None:
    """The account that was joined to this very person, whatever they are called now."""
    if person.issuer is None or person.subject is None:
        return None
    return records.accounts.vouched_as(person.issuer, person.subject)


def _of_that_name(records: Records, person: Vouched, occasion: Occasion, customs: Customs) -> KnownAccount | None:
    """The account of that name, joined to this person from now on; NotVouched when it is somebody else's."""
    refuse_other_spelling(person.name)
    known = records.accounts.find(person.name)
    if known is None or person.subject is None:
        return known
    refuse_administrator(known.account, customs)
    if known.subject is not None:
        raise NotVouched("", ANOTHERS.format(name=person.name))
    if known.password_hash and not customs.takes_over:
        raise NotVouched("", HAS_PASSWORD.format(name=person.name))
    joined = replace(known, issuer=person.issuer, subject=person.subject)
    facts = {"issuer": person.issuer, "subject": person.subject}
    records.accounts.save(joined, event_of(Happened.ACCOUNT_JOINED, person.name, occasion, **facts))
    return joined


def _made(records: Records, person: Vouched, occasion: Occasion, customs: Customs) -> KnownAccount | None:
    if person.role is None:
        return None
    account = Account(person.name, person.display_name or person.name, person.role)
    if account.is_of_department:
        account = replace(account, department_code=person.department_code or None)
    try:
        refuse_unusable_account(account)
    except AccountRefused:
        return None
    refuse_administrator(account, customs)
    refuse_look_alike(records, account)
    event = event_of(
        Happened.ACCOUNT_ADDED,
        account.name,
        occasion,
        **facts_of(account),
        issuer=person.issuer,
        subject=person.subject,
    )
    known = KnownAccount(account, occasion.at, issuer=person.issuer, subject=person.subject)
    records.accounts.add(known, event)
    return known


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
