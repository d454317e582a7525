"""What is done with accounts: added, changed, given a password, shut and opened again; each as one transaction."""

from dataclasses import replace

from tracker.domain.accounts import Account, Role, looks_like, refuse_unusable_account
from tracker.domain.errors import AccountRefused, CommandRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.passwords import refuse_weak_password
from tracker.passwords import hash_of, is_right
from tracker.signing_in import subject_of_name
from tracker.storage.accounts import KnownAccount
from tracker.storage.store import Records, Store

UNKNOWN = "利用者「{name}」は登録されていません。"
ALIKE = (
    "「{shown}」と見分けのつかない氏名の利用者（{name}）がいます。所属などを添えて、見分けのつく氏名にしてください。"
)
NOBODYS = ("コマンド", "自動実行", "はじめの設定")  # who the trail names where no account acts
LINK = "通知のリンク"
NOT_A_PERSON = "「{shown}」は、経過で人と見分けられないので、氏名には使えません。"
TAKEN = "利用者名「{name}」は、もう使われています。"
LAST_ADMINISTRATOR = "管理者がいなくなるので、できません。先に、ほかの管理者を登録してください。"
WRONG_PASSWORD = "今のパスワードが違います。"
SAME_PASSWORD = "今のパスワードと違うものにしてください。"


def event_of(kind: Happened, name: str, occasion: Occasion, **facts: object) -> Event:
    """Something that happened to an account."""
    return Event(kind, f"account:{name}", occasion, facts)


def add_account(
    store: Store, account: Account, password: str, occasion: Occasion, shortest: int, *, must_change: bool = True,
    only_first: bool = False,
) -> KnownAccount:  # fmt: skip
    """A new account; without a password it can only be entered another way. AccountRefused with the field.

    With `only_first` refused by CommandRefused where there is one already.
    """
    refuse_unusable_account(account)
    if password:
        refuse_weak_password(password, account, shortest)
    kept = hash_of(password) if password else ""
    known = KnownAccount(account, occasion.at, kept, must_change_password=bool(password) and must_change)
    with store.transaction() as records:
        if only_first and not records.accounts.is_empty():
            raise CommandRefused("最初の管理者は、もう登録されています。")
        if records.accounts.find(account.name):
            raise AccountRefused("name", TAKEN.format(name=account.name))
        refuse_look_alike(records, account)
        records.accounts.add(known, event_of(Happened.ACCOUNT_ADDED, account.name, occasion, **facts_of(account)))
    return known


def change_account(records: Records, account: Account, version: int, occasion: Occasion) -> None:
    """Another display name, role or department; what is open goes on under the new role."""
    refuse_unusable_account(account)
    known = replace(found(records, account.name), version=version)
    if account.display_name != known.account.display_name:
        refuse_look_alike(records, account)
    _keep_an_administrator(records, known, account.role is Role.ADMINISTRATOR)
    event = event_of(Happened.ACCOUNT_CHANGED, account.name, occasion, **facts_of(account))
    records.accounts.save(replace(known, account=account), event)


def set_password(store: Store, name: str, password: str, occasion: Occasion, shortest: int) -> None:
    """A password to be changed at the next sign-in, given by an administrator; ends the account's sessions."""
    with store.reading() as reading:
        account = found(reading, name).account
    refuse_weak_password(password, account, shortest)
    kept = hash_of(password)
    with store.transaction() as records:
        changed = replace(found(records, name), password_hash=kept, must_change_password=True)
        records.accounts.save(changed, event_of(Happened.PASSWORD_SET, name, occasion))
        records.sessions.end_all(name, occasion.at)
        records.tries.forget(subject_of_name(name))


def change_password(
    store: Store, name: str, old: str, new: str, occasion: Occasion, shortest: int, session: str
) -> None:
    """Somebody's own new password, told the old one; ends the account's other sessions."""
    with store.reading() as reading:
        known = found(reading, name)
    if not is_right(old, known.password_hash):
        raise AccountRefused("old", WRONG_PASSWORD)
    refuse_weak_password(new, known.account, shortest)
    if is_right(new, known.password_hash):
        raise AccountRefused("password", SAME_PASSWORD)
    changed = replace(known, password_hash=hash_of(new), must_change_password=False)
    with store.transaction() as records:
        records.accounts.save(changed, event_of(Happened.PASSWORD_CHANGED, name, occasion))
        records.sessions.end_all(name, occasion.at, but=session)


def disable(records: Records, name: str, occasion: Occasion) -> None:
    """Nobody gets in by this account any more; its sessions end."""
    known = found(records, name)
    if known.disabled_at is not None:
        raise CommandRefused("この利用者は、もう利用を止めています。")
    _keep_an_administrator(records, known, stays=False)
    stopped = replace(known, disabled_at=occasion.at)
    records.accounts.save(stopped, event_of(Happened.ACCOUNT_DISABLED, name, occasion))
    records.sessions.end_all(name, occasion.at)


def enable(records: Records, name: str, occasion: Occasion) -> None:
    """The account may be used again."""
    known = found(records, name)
    if known.disabled_at is None:
        raise CommandRefused("この利用者は、利用を止めていません。")
    records.accounts.save(replace(known, disabled_at=None), event_of(Happened.ACCOUNT_ENABLED, name, occasion))


def unlock(records: Records, name: str, occasion: Occasion) -> None:
    """The account may be tried again at once."""
    if records.tries.forget(subject_of_name(found(records, name).account.name)):
        records.events.append([event_of(Happened.ACCOUNT_UNLOCKED, name, occasion)])


def end_sessions(records: Records, name: str, occasion: Occasion, but: str = "") -> int:
    """End the account's sessions, but for one; how many there were."""
    ended = records.sessions.end_all(found(records, name).account.name, occasion.at, but)
    if ended:
        records.events.append([event_of(Happened.SESSIONS_REVOKED, name, occasion, number=ended)])
    return ended


def found(records: Records, name: str) -> KnownAccount:
    """The account; CommandRefused when there is none."""
    known = records.accounts.find(name)
    if known is None:
        raise CommandRefused(UNKNOWN.format(name=name))
    return known


def refuse_look_alike(records: Records, account: Account) -> None:
    """Raise AccountRefused for a display name that a reader of the trail would take for another account's."""
    if account.display_name in NOBODYS or LINK in account.display_name:
        raise AccountRefused("display_name", NOT_A_PERSON.format(shown=account.display_name))
    for known in records.accounts.all():
        if known.account.name != account.name and looks_like(known.account.display_name) == looks_like(
            account.display_name
        ):
            raise AccountRefused("display_name", ALIKE.format(shown=account.display_name, name=known.account.name))


def facts_of(account: Account) -> dict[str, object]:
    """What the trail keeps of an account."""
    return {
        "role": str(account.role), "department": account.department_code, "display_name": account.display_name,
    }  # fmt: skip


def _keep_an_administrator(records: Records, known: KnownAccount, stays: bool) -> None:
    is_one = known.account.role is Role.ADMINISTRATOR and known.disabled_at is None
    if is_one and not stays and records.accounts.count_of(Role.ADMINISTRATOR) == 1:
        raise CommandRefused(LAST_ADMINISTRATOR)
