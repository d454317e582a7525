"""Signing in: a try is counted before it is looked at, a right one begins a session that only its browser knows."""

import hashlib
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from sqlalchemy.exc import IntegrityError

from tracker.domain.accounts import Account, account_name
from tracker.domain.errors import AccountRefused, TooManyAtOnce
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.lockouts import Lockout
from tracker.domain.sessions import Session
from tracker.passwords import is_right
from tracker.settings import AccountSettings
from tracker.storage.accounts import KnownAccount
from tracker.storage.store import Records, Store
from tracker.storage.turns import Busy, Turns

KEY_BYTES = 32
LONGEST_BROWSER = 200
WRONG = "利用者名又はパスワードが違います。"
LOCKED = "ログインの失敗が続いたため、{minutes}分ほどログインできません。急ぐときは、管理者に連絡してください。"
Authenticate = Callable[[str, str], Account | None]
_NOT_REFUSED: WeakKeyDictionary[Turns, deque[tuple[str, str]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Browser:
    """From where somebody signs in, and with what."""

    address: str = ""
    program: str = ""


def subject_of_name(name: str) -> str:
    """What tries are counted under: not the name itself, for somebody may have typed a password there."""
    return "name:" + hashlib.sha256(account_name(name).encode("utf-8", "replace")).hexdigest()


def key_of(secret: str) -> str:
    """What the database knows of a session's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def own_passwords(store: Store) -> Authenticate:
    """The office's own accounts and passwords."""

    def authenticate(name: str, password: str) -> Account | None:
        with store.reading() as records:
            known = records.accounts.find(account_name(name))
        is_theirs = is_right(password, known.password_hash if known else "")
        return known.account if known and is_theirs and known.disabled_at is None else None

    return authenticate


def sign_in(
    store: Store, ways: tuple[Authenticate, ...], name: str, password: str, browser: Browser, occasion: Occasion,
    settings: AccountSettings,
) -> str:  # fmt: skip
    """The secret of a new session; AccountRefused when the name is locked or nobody knows name and password."""
    count_try(store, name, browser.address, occasion, settings)
    with no_try_when_busy(store, name, browser.address):
        account = next((known for way in ways if (known := way(name, password))), None)
        if account is None:
            raise AccountRefused("password", WRONG)
        with store.transaction() as records:
            forgive_tries(records, name, browser.address)
            return begin_session(records, account.name, browser, "password", occasion)


@contextmanager
def no_try_when_busy(store: Store, name: str, address: str) -> Iterator[None]:
    """Who was not looked at or gets no turn was not refused: the next who tries takes that try back before his own counts."""
    try:
        yield
    except (Busy, TooManyAtOnce):
        owe_try(store, name, address)
        raise


def begin_session(records: Records, name: str, browser: Browser, way: str, occasion: Occasion) -> str:
    """Somebody is known: the secret of a new session. AccountRefused for an account that may not sign in."""
    known = records.accounts.find(name)
    if known is None or known.disabled_at is not None:
        raise AccountRefused("", WRONG)
    secret = secrets.token_urlsafe(KEY_BYTES)
    session = _session(secret, known, browser, way, occasion)
    records.sessions.open(session)
    facts = {"address": browser.address, "way": way}
    by = replace(occasion, by=known.account.display_name, account=name)
    records.accounts.note_sign_in(name, Event(Happened.SIGNED_IN, f"account:{name}", by, facts))
    return secret


def _session(secret: str, known: KnownAccount, browser: Browser, way: str, occasion: Occasion) -> Session:
    must_change = known.must_change_password and way == "password"
    program = "".join(letter for letter in browser.program if letter.isprintable())[:LONGEST_BROWSER]
    now = occasion.at
    return Session(key_of(secret), known.account, must_change, now, now, browser.address, program, way)


def count_try(store: Store, name: str, address: str, occasion: Occasion, settings: AccountSettings) -> None:
    """Count one try of a password before it is looked at; AccountRefused where there were too many."""
    try:
        locked = _count(store, name, address, occasion, settings)
    except IntegrityError:  # of two first tries at the same moment the other one was quicker; now it is there
        locked = _count(store, name, address, occasion, settings)
    if locked:
        raise AccountRefused("", LOCKED.format(minutes=settings.lock_minutes))


def _count(store: Store, name: str, address: str, occasion: Occasion, settings: AccountSettings) -> bool:
    subjects = ((subject_of_name(name), settings.by_name), (f"address:{address}", settings.by_address))
    with store.transaction() as records:
        _take_back_owed(store, records)
        return bool([each for each, rule in subjects if _is_too_much(records, each, rule, name, occasion)])


def owe_try(store: Store, name: str, address: str) -> None:
    """Take a try back as soon as there is a turn."""
    _NOT_REFUSED.setdefault(store.turns, deque()).append((name, address))


def _take_back_owed(store: Store, records: Records) -> None:
    owed = _NOT_REFUSED.get(store.turns, deque())
    while owed:
        name, address = owed.popleft()
        records.tries.take_back(subject_of_name(name))
        records.tries.take_back(f"address:{address}")


def forgive_tries(records: Records, name: str, address: str) -> None:
    """The password was right."""
    records.tries.forget(subject_of_name(name))
    records.tries.take_back(f"address:{address}")


def _is_too_much(records: Records, subject: str, rule: Lockout, name: str, occasion: Occasion) -> bool:
    before = records.tries.of(subject)
    is_locked = records.tries.count(subject, occasion.at, rule).is_locked(occasion.at, rule)
    is_new = is_locked and not (before and before.is_locked(occasion.at, rule))
    if is_new and subject.startswith("name:") and records.accounts.find(account_name(name)):
        records.events.append([Event(Happened.ACCOUNT_LOCKED, f"account:{account_name(name)}", occasion)])
    return is_locked
