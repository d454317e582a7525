"""Passwords that many type at once: who is not looked at is told so, and was no failed try."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import asked
from tests.web.situations import Browser, an_office
from tests.web.test_sign_in import JOHO, PASSWORD, try_to_sign_in, with_accounts
from tracker import passwords
from tracker.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@contextmanager
def everybody_signs_in() -> Iterator[None]:
    """As many passwords are being looked at as may wait."""
    for _ in range(passwords.AT_ONCE + passwords.WAITING):
        assert passwords._queue.acquire(blocking=False)
    try:
        yield
    finally:
        passwords._queue.release(passwords.AT_ONCE + passwords.WAITING)


def test_a_right_password_that_was_not_looked_at_is_told_to_come_again_and_is_no_failed_try(office: Office) -> None:
    with_accounts(office, JOHO)
    with everybody_signs_in():
        for _ in range(9):
            answer = try_to_sign_in(Browser(office))
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
            assert "失敗には数えていません" in answer.text

    assert try_to_sign_in(Browser(office)).status_code == 303
    assert asked(office, "SELECT kind FROM event WHERE kind = 'AccountLocked'") == []


def test_a_change_of_password_that_was_not_looked_at_is_no_failed_try_either(office: Office) -> None:
    with_accounts(office, JOHO)
    browser = Browser(office)
    try_to_sign_in(browser)
    typed = {"old": PASSWORD, "password": "夕ぐれの港に灯る赤いあかり", "again": "夕ぐれの港に灯る赤いあかり"}
    with everybody_signs_in():
        for _ in range(9):
            assert "失敗には数えていません" in browser.post("/password", data=typed).text

    assert browser.post("/password", data=typed).status_code == 303
