"""Which passwords are taken: long ones that do not repeat the name; no rule about kinds of characters."""

import unicodedata

from tracker.domain.accounts import Account, account_name
from tracker.domain.errors import AccountRefused

LONGEST_PASSWORD = 128  # before anything is computed from it
FEWEST_DIFFERENT = 5
SHORTEST_NAME_LOOKED_FOR = 4
ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
WELL_KNOWN = ("password", "passw0rd", "zesei")


def same_spelling(password: str) -> str:
    """A password as it is compared: full-width letters of an input method are the same as narrow ones."""
    return unicodedata.normalize("NFKC", password)


def refuse_weak_password(password: str, account: Account, shortest: int) -> None:
    """Raise AccountRefused for a password that is short, very long, or guessed first."""
    plain = same_spelling(password)
    if len(plain) < shortest:
        raise AccountRefused(
            "password", f"パスワードは{shortest}字以上にしてください。言葉を並べた長いものが覚えやすく安全です。"
        )
    if len(plain) > LONGEST_PASSWORD:
        raise AccountRefused("password", f"パスワードは{LONGEST_PASSWORD}字までにしてください。")
    folded = account_name(plain)
    names = {name for name in (account.name, account_name(account.display_name)) if _is_telling(name)}
    if any(name in folded for name in names):
        raise AccountRefused("password", "パスワードに、利用者名や氏名を入れないでください。")
    if len(set(folded)) < FEWEST_DIFFERENT or any(folded in row or folded in row[::-1] for row in ROWS):
        raise AccountRefused("password", "同じ字の繰り返しや、並び順どおりの字のパスワードは使えません。")
    if any(folded.strip("0123456789!?.-_") == word for word in WELL_KNOWN):
        raise AccountRefused("password", "よく知られたパスワードは使えません。")


def _is_telling(name: str) -> bool:
    return len(name) >= SHORTEST_NAME_LOOKED_FOR
