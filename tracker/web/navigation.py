"""The ways that stand at the left of every page, and who is shown which."""

from dataclasses import dataclass

from tracker.domain.accounts import Account
from tracker.web.routes import ADMINISTRATORS, READERS, SIGNED_IN, WATCHERS, Who


@dataclass(frozen=True)
class Way:
    """A page at the left; `nouns` are the first parts of the addresses that belong to it."""

    path: str
    label: str
    who: Who
    nouns: frozenset[str]


def _way(label: str, who: Who, noun: str, *more: str) -> Way:
    return Way(f"/{noun}", label, who, frozenset({noun, *more}))


WAYS = (
    _way("今日", SIGNED_IN, ""),
    _way("指導事項", WATCHERS, "findings", "guidance", "revisions", "previews"),
    _way("対応", READERS, "tasks"),
    _way("予定", READERS, "calendar", "timeline"),
    _way("引継ぎ", WATCHERS, "handovers"),
    _way("検査", WATCHERS, "checks", "flags", "exceptions"),
    _way("台帳", WATCHERS, "registers", "imports", "subcontracts"),
    _way("報告", WATCHERS, "reports"),
    _way("送信", WATCHERS, "letters", "forecast"),
    _way("処理", WATCHERS | ADMINISTRATORS, "jobs"),
    _way("設定", ADMINISTRATORS, "accounts"),
)


def ways_of(account: Account | None) -> tuple[Way, ...]:
    """What an account may use; nothing without one."""
    return tuple(way for way in WAYS if account and account.role in way.who)


def may_search(account: Account | None) -> bool:
    """Whether the search box is an account's."""
    return account is not None and account.role in READERS
