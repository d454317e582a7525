"""The example office's accounts: one of every role, with a password that everybody may know."""

from datetime import datetime

from tracker.accounts import event_of, facts_of
from tracker.domain.accounts import Account, Role
from tracker.domain.events import Happened, Occasion
from tracker.office import Office
from tracker.passwords import hash_of
from tracker.storage.accounts import KnownAccount
from tracker.web.visit import ShownAccount

PASSWORD = "otameshi-2024"
CLERKS = "0303"  # a department that answers to the division; it has something overdue, something due and something new
ACCOUNTS = (
    Account("joho01", "職員０１", Role.DIVISION),
    Account("kacho02", "職員０２", Role.CHIEF, CLERKS),
    Account("tanto03", "職員０３", Role.MEMBER, CLERKS),
    Account("kansa04", "職員０４", Role.AUDITOR),
    Account("kanri05", "職員０５", Role.ADMINISTRATOR),
)


def add_demo_accounts(office: Office, at: datetime, by: str) -> None:
    """Make the accounts, where there are none yet."""
    with office.store.reading() as reading:
        if not reading.accounts.is_empty():
            return
    occasion = Occasion(by, at, office.clock.day_of(at))
    kept = hash_of(PASSWORD)
    with office.store.transaction() as records:
        for account in ACCOUNTS:
            event = event_of(Happened.ACCOUNT_ADDED, account.name, occasion, **facts_of(account))
            records.accounts.add(KnownAccount(account, at, kept), event)


def shown_accounts() -> tuple[ShownAccount, ...]:
    """What the example office's sign-in page tells."""
    return tuple(ShownAccount(account, PASSWORD) for account in ACCOUNTS)
