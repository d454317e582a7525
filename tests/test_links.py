"""Signed links: what was signed here opens until its day is over, and nothing else opens anything."""

import re
from base64 import urlsafe_b64decode
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from tracker.domain.errors import LinkRefused
from tracker.links import OLD_SALT, AnswerLink, AnswerLinks, LinkExpired, office_secret

TODAY = date(2024, 3, 18)
LINK = AnswerLink("finding:R5-1(3)/1", "0303", date(2024, 5, 17))
LINKS = AnswerLinks("secret-of-this-office")
NUMBER = 512  # of the entry that opened the task
TRAIL = {NUMBER: f"task:{LINK.task_key}", 513: "letter:reminder/0303", 514: "task:flag:other"}.get
ADDRESS_CHARACTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(st.builds(AnswerLink, st.text(), st.text(), st.dates(min_value=TODAY)))
def test_what_was_signed_is_read_back_and_fits_into_an_address(link: AnswerLink) -> None:
    token = LINKS.sign(link, NUMBER)

    assert LINKS.read(token, TODAY, {NUMBER: f"task:{link.task_key}"}.get) == link
    assert set(token) <= ADDRESS_CHARACTERS


def test_a_link_holds_no_key_of_a_task_for_keys_hold_user_ids() -> None:
    key = "flag:absent-accounts/SHOGAI/sf0222#1"
    token = LINKS.sign(AnswerLink(key, "0303", LINK.until), NUMBER)

    for part in re.split(r"[.-]", token):
        decoded = urlsafe_b64decode(part[: len(part) // 4 * 4])
        assert not any(word.encode() in decoded + part.encode() for word in ("sf0222", "SHOGAI", "absent", key))
    assert len(token) < 80


def test_a_number_that_means_another_task_after_a_restored_backup_opens_nothing() -> None:
    token = LINKS.sign(LINK, NUMBER)

    for about in ("task:finding:R5-1(3)/2", "letter:x", LINK.task_key, None):
        with pytest.raises(LinkRefused, match="正しくありません"):
            LINKS.read(token, TODAY, {NUMBER: about}.get)


def test_a_link_of_a_mail_of_an_earlier_version_opens_until_its_day_is_over() -> None:
    token = str(URLSafeSerializer(LINKS.secret, salt=OLD_SALT).dumps(["finding:R5-1(3)/1", "0303", "2024-05-17"]))

    assert LINKS.read(token, LINK.until, TRAIL) == LINK
    with pytest.raises(LinkExpired, match=r"令和6年5月17日（金）"):
        LINKS.read(token, LINK.until + timedelta(days=1), TRAIL)


def test_a_link_opens_on_its_last_day_and_not_on_the_next() -> None:
    token = LINKS.sign(LINK, NUMBER)

    assert LINKS.read(token, LINK.until, TRAIL) == LINK
    with pytest.raises(LinkExpired, match=r"令和6年5月17日（金）"):
        LINKS.read(token, LINK.until + timedelta(days=1), TRAIL)


@given(st.data())
def test_a_token_with_one_character_changed_left_out_or_added_opens_nothing(data: st.DataObject) -> None:
    token = LINKS.sign(LINK, NUMBER)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(sorted(ADDRESS_CHARACTERS - {token[place]})))
    forged = data.draw(
        st.sampled_from([
            token[:place] + other + token[place + 1 :], token[:place] + token[place + 1 :],
            token[:place] + other + token[place:], token[:place],
        ])
    )  # fmt: skip

    try:
        opened = LINKS.read(forged, TODAY, TRAIL)
    except LinkRefused:
        return
    assert opened == LINK, "the last character of base64 has bits that count for nothing: the same link at most"


@given(st.text())
def test_any_other_text_opens_nothing(text: str) -> None:
    with pytest.raises(LinkRefused):
        LINKS.read(text, TODAY, TRAIL)


def test_another_offices_link_opens_nothing_here() -> None:
    with pytest.raises(LinkRefused, match="正しくありません"):
        LINKS.read(AnswerLinks("secret-of-another-office").sign(LINK, NUMBER), TODAY, TRAIL)


@pytest.mark.parametrize("content", [None, 1, "x", [], ["a", "b"], ["a", "b", "no day"], ["a", "b", 3], {"a": 1}])
def test_what_was_signed_here_but_is_no_link_opens_nothing(content: object) -> None:
    token = URLSafeSerializer(LINKS.secret, salt=OLD_SALT).dumps(content)

    with pytest.raises(LinkRefused):
        LINKS.read(str(token), TODAY, TRAIL)


def test_what_was_signed_for_another_purpose_opens_nothing() -> None:
    token = URLSafeSerializer(LINKS.secret, salt="other").dumps([LINK.task_key, LINK.department_code, "2024-05-17"])

    with pytest.raises(LinkRefused):
        LINKS.read(str(token), TODAY, TRAIL)


def test_the_offices_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = office_secret(tmp_path)

    assert office_secret(tmp_path) == first
    assert len(first) >= 43  # 256 bits
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_processes_that_begin_at_once_share_one_secret(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4) as processes:
        secrets = set(processes.map(office_secret, [tmp_path] * 16))

    assert len(secrets) == 1
