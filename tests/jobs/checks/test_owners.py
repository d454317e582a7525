"""Registers of which many rows are nobody's: a check that reads them cannot judge, and says which and how many."""

from datetime import date
from pathlib import Path

from jobs.checking import write_catalogue
from tests.jobs.situations import (
    a_department,
    a_person,
    a_system,
    an_absence,
    an_account,
    an_office,
    check,
    given,
)  # fmt: skip
from tracker.domain.flags import CheckState
from tracker.freshness import ages_of_registers, judge_checks
from tracker.office import Office

OWN_SHARE = '[registers."アカウント"]\nmax_unknown_percent = 60\n'
DAY = date(2023, 7, 10)


def state_of(office: Office, name: str, on: date = DAY) -> CheckState:
    return check(office, name, on).state


def with_accounts(folder: Path, *owners: str, config: str = "", state: str = "有効") -> Office:
    folder.mkdir(exist_ok=True)
    office = an_office(folder, config, old_registers_will_do=not config)
    accounts = [an_account(user=f"u{n}", number=owner, state=state) for n, owner in enumerate(owners)]
    given(office, DAY, a_department(), a_person(), a_system(), an_absence(DAY, None), *accounts)
    return office


def test_a_tenth_of_accounts_that_are_nobodys_makes_their_checks_stale_and_not_clear(tmp_path: Path) -> None:
    office = with_accounts(tmp_path, *["1"] * 9, "X9")

    for name in ("absent-accounts", "retired-accounts"):
        result = check(office, name, DAY)
        assert result.state is CheckState.STALE
        assert "台帳「アカウント」の10件のうち1件は、職員番号が台帳「職員」にありません。" in result.message
    assert state_of(office, "unknown-accounts") is CheckState.FLAGGED  # they are what it is after


def test_less_than_a_tenth_or_the_offices_own_share_is_no_trouble(tmp_path: Path) -> None:
    few = with_accounts(tmp_path / "few", *["1"] * 10, "X9")
    own = with_accounts(tmp_path / "own", "1", "X9", config=OWN_SHARE)

    assert state_of(few, "retired-accounts") is CheckState.CLEAR
    assert state_of(own, "retired-accounts") is CheckState.CLEAR


def test_accounts_that_are_stopped_and_absences_that_are_over_may_be_anybodys(tmp_path: Path) -> None:
    office = with_accounts(tmp_path, "X1", "X2", state="停止")
    given(office, DAY, an_absence(DAY, None), an_absence(date(2020, 1, 1), date(2020, 2, 1), number="X9"))

    assert state_of(office, "absent-accounts") is CheckState.CLEAR
    given(office, DAY, an_absence(DAY, None), an_absence(date(2020, 1, 1), None, number="X9"))
    assert state_of(office, "absent-accounts") is CheckState.STALE


def test_people_who_left_the_register_of_staff_are_somebody_still(tmp_path: Path) -> None:
    office = with_accounts(tmp_path, "1", "1")

    given(office, date(2023, 7, 11), a_person("2"))

    assert state_of(office, "retired-accounts", date(2023, 7, 11)) is CheckState.CLEAR


def test_the_pages_say_why_until_something_comes_in(tmp_path: Path) -> None:
    office = with_accounts(tmp_path, "1", "X9")
    write_catalogue(office.store)
    check(office, "retired-accounts", DAY)

    with office.store.reading() as records:
        ages = ages_of_registers(records, office.settings, DAY)
        (judged,) = [one for one in judge_checks(records, DAY, ages, {}) if one.entry.name == "retired-accounts"]

    assert judged.standing == "stale"
    assert "アカウント」の2件のうち1件は、職員番号が" in judged.trouble
    assert judged.trouble.endswith("この検査の結果は当てになりません。")
