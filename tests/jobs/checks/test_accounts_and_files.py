"""退職者のアカウント, 持ち主の分からないアカウント and ファイル簿の未公表 at their edges."""

from datetime import date
from pathlib import Path

import pytest

from tests.databases import on_both_databases
from tests.jobs.situations import (
    a_department,
    a_file,
    a_person,
    a_system,
    an_account,
    an_office,
    check,
    flagged,
    given,
)  # fmt: skip
from tracker.domain.flags import CheckState

pytestmark = on_both_databases

EARLY, DAY = date(2023, 4, 3), date(2023, 7, 31)
RETIRED, UNKNOWN, FILES = "retired-accounts", "unknown-accounts", "unpublished-files"


def test_an_account_is_flagged_from_the_day_after_its_person_retired(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, EARLY, a_department(), a_person(retired_on=date(2023, 6, 30)), a_system(), an_account())

    assert flagged(office, RETIRED, date(2023, 6, 30)) == []
    assert flagged(office, RETIRED, date(2023, 7, 1)) == ["S/u1"]


def test_the_account_of_a_retired_person_must_be_active_to_be_flagged(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    accounts = [an_account("u1", state="停止"), an_account("u2", state="削除"), an_account("u3")]
    given(office, EARLY, a_department(), a_person(retired_on=date(2023, 6, 30)), a_system(), *accounts)

    assert flagged(office, RETIRED, DAY) == ["S/u3"]


def test_people_who_have_not_retired_are_not_flagged(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, EARLY, a_department(), a_person(), a_system(), an_account())

    assert check(office, RETIRED, DAY).state is CheckState.CLEAR


def test_a_login_after_the_retirement_is_said(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    accounts = [
        an_account("u1", last_login_on=date(2023, 6, 30)),
        an_account("u2", last_login_on=date(2023, 7, 1)),
        an_account("u3"),
    ]
    given(office, EARLY, a_department(), a_person(retired_on=date(2023, 6, 30)), a_system(), *accounts)

    used = [flag.subject for flag in check(office, RETIRED, DAY).flags if "退職後の令和5年7月1日に" in flag.summary]

    assert used == ["S/u2"]


def test_an_account_without_a_staff_number_or_with_one_that_nobody_has_is_flagged(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    accounts = [an_account("u1", "1"), an_account("u2", ""), an_account("u3", "9"), an_account("u4", "１")]
    given(office, EARLY, a_department(), a_person("1"), a_system(), *accounts)

    flags = {flag.subject: flag.details["reason"] for flag in check(office, UNKNOWN, DAY).flags}

    assert flags == {"S/u2": "blank", "S/u3": "unknown"}


@pytest.mark.parametrize("state", ["停止", "削除"])
def test_a_suspended_account_needs_no_owner(tmp_path: Path, state: str) -> None:
    office = an_office(tmp_path)
    given(office, EARLY, a_department(), a_person(), a_system(), an_account(number="", state=state))

    assert flagged(office, UNKNOWN, DAY) == []


def test_a_retired_person_is_known_and_somebody_gone_from_the_register_is_not(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    people = [a_person("1", retired_on=date(2023, 6, 30)), a_person("2")]
    given(office, EARLY, a_department(), *people, a_system(), an_account("u1", "1"), an_account("u2", "2"))
    assert flagged(office, UNKNOWN, date(2023, 7, 3)) == []

    given(office, date(2023, 7, 4), people[0])

    assert flagged(office, UNKNOWN, date(2023, 7, 4)) == ["S/u2"]


@pytest.mark.parametrize(("persons", "is_flagged"), [(999, False), (1000, True), (1001, True), ("１，０００", True)])
def test_a_file_of_a_thousand_persons_must_be_published(tmp_path: Path, persons: object, is_flagged: bool) -> None:
    office = an_office(tmp_path)
    given(office, EARLY, a_department(), a_file(persons=persons))

    assert flagged(office, FILES, DAY) == (["F1"] if is_flagged else [])


@pytest.mark.parametrize(("persons", "is_flagged"), [(99, False), (100, True)])
def test_how_many_persons_is_a_setting(tmp_path: Path, persons: int, is_flagged: bool) -> None:
    office = an_office(tmp_path, f"[checks.{FILES}]\npersons = 100\n")
    given(office, EARLY, a_department(), a_file(persons=persons))

    assert flagged(office, FILES, DAY) == (["F1"] if is_flagged else [])


def test_a_file_counts_as_published_from_its_publication_day(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, EARLY, a_department(), a_file("F1", published_on=date(2023, 8, 1)), a_file("F2", published_on=DAY))

    assert flagged(office, FILES, DAY) == ["F1"]
    assert flagged(office, FILES, date(2023, 8, 1)) == []


def test_a_file_flag_says_how_many_persons_and_gives_sixty_days(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, EARLY, a_department(), a_file(persons="590,000"))

    result = check(office, FILES, DAY)

    (flag,) = result.flags
    assert (flag.details, flag.deadline, result.examined) == ({"persons": 590_000}, date(2023, 9, 29), 1)
    assert "590,000人" in flag.summary
