"""Names that are one, passwords that are taken, tries that are too many, sessions that are over."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.accounts import Account, Role, account_name
from tracker.domain.errors import AccountRefused
from tracker.domain.lockouts import Lockout, Tries
from tracker.domain.passwords import refuse_weak_password
from tracker.domain.sessions import Session, SessionTimes

NOW = datetime(2024, 3, 18, tzinfo=UTC)
ACCOUNT = Account("joho01", "情報太郎", Role.DIVISION)


@given(st.text(max_size=40))
def test_the_spelling_of_a_name_is_its_own_spelling(typed: str) -> None:
    name = account_name(typed)

    assert account_name(name) == name
    assert account_name(typed.upper()) == account_name(typed.upper().lower())
    assert not any(letter.isspace() for letter in name)


@pytest.mark.parametrize(
    "password",
    [
        "みどりの窓と木の机と傘",
        "correct horse battery",
        "長い　空白の　ある　合言葉です",
        "P@ssw0rd-ではない何か",
        "é" * 3 + "abcdefgh-12",
    ],
)
def test_a_long_password_of_whatever_letters_is_taken(password: str) -> None:
    refuse_weak_password(password, ACCOUNT, 11)


@pytest.mark.parametrize(
    "password",
    ["", "short", "joho01-joho01-x", "ＪＯＨＯ０１のパスワード", "わたしは情報太郎です。", "aaaaaaaaaaaaaaa", "ababababababab",
     "123456789012", "210987654321", "abcdefghijklm", "qwertyuiopas", "password12345", "Passw0rd!!!!!", "あ" * 129],
)  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused_in_a_sentence(password: str) -> None:
    with pytest.raises(AccountRefused, match="。$") as refused:
        refuse_weak_password(password, ACCOUNT, 12)

    assert refused.value.field == "password"


RULE = Lockout(5, timedelta(minutes=15))


@given(st.lists(st.integers(min_value=0, max_value=400), min_size=1, max_size=200))
def test_in_no_quarter_of_an_hour_after_a_first_try_more_than_five_are_looked_at(gaps: list[int]) -> None:
    """Counted by hand: whatever the pace, a window that begins with a look holds at most twice the number."""
    at, tries, looked = NOW, None, list[datetime]()
    for gap in gaps:
        at += timedelta(seconds=gap)
        tries = Tries(1, at) if tries is None else tries.one_more(at, RULE)
        if not tries.is_locked(at, RULE):
            looked.append(at)

    for first in looked:
        within = [moment for moment in looked if first <= moment < first + RULE.window]
        assert len(within) <= 2 * RULE.tries


def test_the_sixth_try_is_not_looked_at_and_more_do_not_prolong_the_lock() -> None:
    tries = Tries(1, NOW)
    for second in range(1, 5):
        tries = tries.one_more(NOW + timedelta(seconds=second), RULE)
        assert not tries.is_locked(NOW + timedelta(seconds=second), RULE)

    locked = tries.one_more(NOW + timedelta(minutes=5), RULE)
    assert locked.is_locked(NOW + timedelta(minutes=5), RULE)
    still = locked.one_more(NOW + timedelta(minutes=19), RULE)
    assert still.is_locked(NOW + timedelta(minutes=19), RULE)
    assert not still.one_more(NOW + timedelta(minutes=20), RULE).is_locked(NOW + timedelta(minutes=20), RULE)


def test_a_session_is_over_at_its_very_minute() -> None:
    times = SessionTimes(timedelta(minutes=60), timedelta(hours=12))
    session = Session("k", ACCOUNT, False, NOW, NOW + timedelta(hours=11, minutes=30))

    assert not session.is_over(NOW + timedelta(hours=11, minutes=59), times)
    assert session.is_over(NOW + timedelta(hours=12), times)
    assert not Session("k", ACCOUNT, False, NOW, NOW).is_over(NOW + timedelta(minutes=59), times)
    assert Session("k", ACCOUNT, False, NOW, NOW).is_over(NOW + timedelta(minutes=60), times)
