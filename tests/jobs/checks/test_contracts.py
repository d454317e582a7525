"""再委託契約の条項不足 and 再委託先の確認不足 at their edges."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.databases import on_both_databases
from tests.jobs.situations import (
    Row,
    a_clause,
    a_contract,
    a_department,
    a_subcontract,
    an_office,
    check,
    given,
    tasks_of,
)
from tracker.domain.flags import CheckState
from tracker.office import Office

pytestmark = on_both_databases

CLAUSES, CONFIRMATIONS = "unsigned-clauses", "unconfirmed-subcontracts"
EARLY, LEFT_ON, DAY = date(2022, 4, 1), date(2023, 7, 3), date(2023, 7, 31)
ALWAYS = ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "W1", "W2"]
SPECIFIC = ["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10"]
BOTH_DAYS = {"責任体制確認日": date(2023, 3, 20), "安全措置確認日": date(2023, 3, 20)}


def missing(office: Office, name: str, on: date = DAY) -> list[str] | None:
    flags = check(office, name, on).flags
    return flags[0].details["missing"] if flags else None


def clauses(*keys: str, stands_in: str = "契約書") -> list[Row]:
    return [a_clause(key, stands_in) for key in keys]


def agreed(office: Office, *rows: Row, specific: str = "○", **cells: object) -> None:
    """One sub-contract, with these rows of 条項確認."""
    subcontract = a_subcontract(**cells)
    given(office, EARLY, a_department(), a_contract(specific=specific), subcontract, *rows, empty=["条項確認"])


def test_every_clause_in_the_contract_leaves_nothing_missing(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    agreed(office, *clauses(*ALWAYS, *SPECIFIC))

    assert check(office, CLAUSES, DAY).state is CheckState.CLEAR


def test_without_any_row_every_required_clause_is_missing_in_the_guides_order(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    agreed(office)

    assert missing(office, CLAUSES) == ALWAYS + SPECIFIC


def test_n1_to_n10_are_required_only_with_specific_personal_information(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    agreed(office, *clauses(*ALWAYS[1:]), specific="×")

    assert missing(office, CLAUSES) == ["C1"]


def test_a_clause_that_stands_nowhere_is_missing(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    agreed(office, *clauses(*ALWAYS[:-1], *SPECIFIC), a_clause("W2", "なし"))

    assert missing(office, CLAUSES) == ["W2"]


@pytest.mark.parametrize(
    ("signed_on", "received_on", "counts"),
    [
        (date(2023, 7, 1), date(2023, 7, 10), True),
        (date(2023, 7, 31), date(2023, 7, 31), True),  # on the day itself
        (date(2023, 7, 1), date(2023, 8, 1), False),  # the copy comes tomorrow
        (date(2023, 8, 1), date(2023, 7, 10), False),
        (date(2023, 7, 1), "", False),  # signed, and no copy
        ("", date(2023, 7, 10), False),
        ("", "", False),
    ],
)
def test_a_clause_in_a_memorandum_counts_when_it_is_signed_and_its_copy_received(
    tmp_path: Path, signed_on: date | str, received_on: date | str, counts: bool
) -> None:
    office = an_office(tmp_path)
    rows = [*clauses(*ALWAYS[2:], *SPECIFIC), *clauses("C1", "C2", stands_in="覚書")]
    agreed(office, *rows, 覚書締結日=signed_on, 覚書写し受領日=received_on)

    assert missing(office, CLAUSES) == (None if counts else ["C1", "C2"])


@pytest.mark.parametrize("name", [CLAUSES, CONFIRMATIONS])
@pytest.mark.parametrize(
    ("start", "end", "holds"),
    [
        (date(2023, 7, 31), date(2024, 3, 31), True),  # begins on the day
        (date(2023, 8, 1), date(2024, 3, 31), False),
        (date(2023, 4, 1), date(2023, 7, 31), True),  # ends on the day
        (date(2023, 4, 1), date(2023, 7, 30), False),
        (date(2023, 4, 1), "", True),  # no end
    ],
)
def test_only_a_sub_contract_whose_term_holds_the_day_is_looked_at(
    tmp_path: Path, name: str, start: date, end: date | str, holds: bool
) -> None:
    office = an_office(tmp_path)
    agreed(office, 開始日=start, 終了日=end)

    assert (missing(office, name) is not None) is holds


def test_a_flag_names_the_sub_contract_and_the_contracts_department(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    rows = [
        a_contract("K1", specific="×"),
        a_contract("K2", specific="×"),
        a_subcontract("A", "K1"),
        a_subcontract("B", "K2"),
    ]
    given(office, EARLY, a_department(), *rows, *(a_clause(key, subcontract="A") for key in ALWAYS))

    result = check(office, CLAUSES, DAY)

    (flag,) = result.flags
    assert (flag.subject, flag.department_code, flag.deadline) == ("B", "0101", date(2023, 8, 30))
    assert result.examined == 2


@pytest.mark.parametrize(
    ("organisation", "safeguards", "expected"),
    [
        (date(2023, 7, 31), date(2023, 7, 31), None),
        (date(2023, 8, 1), date(2023, 7, 31), ["責任体制"]),  # a day in the future
        (date(2023, 7, 31), date(2023, 8, 1), ["安全措置"]),
        ("", date(2023, 4, 1), ["責任体制"]),
        (date(2023, 4, 1), "", ["安全措置"]),
        ("", "", ["責任体制", "安全措置"]),
    ],
)
def test_both_confirmations_must_be_dated_by_the_day(
    tmp_path: Path, organisation: date | str, safeguards: date | str, expected: list[str] | None
) -> None:
    office = an_office(tmp_path)
    agreed(office, 責任体制確認日=organisation, 安全措置確認日=safeguards)

    assert missing(office, CONFIRMATIONS) == expected


def test_a_confirmation_after_the_approval_is_still_one(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    agreed(office, 承認日=date(2023, 3, 1), **BOTH_DAYS)

    assert missing(office, CONFIRMATIONS) is None


def test_confirmations_are_asked_for_only_with_specific_personal_information(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    agreed(office, specific="×")

    assert check(office, CONFIRMATIONS, DAY).state is CheckState.CLEAR


# --- a sub-contract whose contract has left the register of contracts


def left(office: Office, *rows: Row, specific: str = "×", **cells: object) -> None:
    """A sub-contract whose contract was ended by a later export."""
    agreed(office, *rows, specific=specific, **cells)
    given(office, LEFT_ON, a_contract("K9", specific="×"))


@pytest.mark.parametrize("specific", ["○", "×"])
def test_a_sub_contract_whose_contract_has_left_the_register_is_asked_for_every_clause(
    tmp_path: Path, specific: str
) -> None:
    office = an_office(tmp_path)
    left(office, *clauses(*ALWAYS[1:]), specific=specific)

    result = check(office, CLAUSES, DAY)

    (flag,) = result.flags
    assert (flag.subject, flag.details["missing"]) == ("K1-1", ["C1", *SPECIFIC])
    assert "契約K1は台帳「委託契約」にない" in flag.summary
    assert result.examined == 1


@pytest.mark.parametrize("specific", ["○", "×"])
def test_a_sub_contract_whose_contract_has_left_the_register_is_asked_for_both_confirmations(
    tmp_path: Path, specific: str
) -> None:
    office = an_office(tmp_path)
    left(office, specific=specific, 責任体制確認日=date(2023, 7, 1))

    (flag,) = check(office, CONFIRMATIONS, DAY).flags

    assert (flag.subject, flag.details["missing"]) == ("K1-1", ["安全措置"])
    assert "契約K1は台帳「委託契約」にない" in flag.summary


@pytest.mark.parametrize("name", [CLAUSES, CONFIRMATIONS])
def test_a_sub_contract_with_everything_is_clear_wherever_its_contract_is(tmp_path: Path, name: str) -> None:
    office = an_office(tmp_path)
    left(office, *clauses(*ALWAYS, *SPECIFIC), **BOTH_DAYS)

    assert check(office, name, DAY).state is CheckState.CLEAR


@pytest.mark.parametrize("name", [CLAUSES, CONFIRMATIONS])
def test_on_a_day_when_the_contract_still_stood_there_nothing_is_said_of_its_absence(tmp_path: Path, name: str) -> None:
    office = an_office(tmp_path)
    left(office, specific="○")

    (before,) = check(office, name, LEFT_ON - timedelta(days=1)).flags
    (after,) = check(office, name, DAY).flags

    assert "台帳「委託契約」にない" not in before.summary
    assert "台帳「委託契約」にない" in after.summary


def test_a_flag_whose_contract_leaves_the_register_stays_with_its_department_and_its_days(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    left(office, specific="○")
    (before,) = check(office, CONFIRMATIONS, LEFT_ON - timedelta(days=1)).flags

    (after,) = check(office, CONFIRMATIONS, DAY).flags

    assert (after.department_code, after.deadline, after.first_seen_on) == (
        "0101",
        before.deadline,
        before.first_seen_on,
    )
    (task,) = tasks_of(office)
    assert (task.department_code, task.is_open) == ("0101", True)


def test_a_flag_first_seen_without_its_contract_has_no_department_and_names_the_contract(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    left(office)

    (flag,) = check(office, CONFIRMATIONS, DAY).flags

    (task,) = tasks_of(office)
    assert (flag.department_code, task.department_code) == (None, None)
    assert task.title == "再委託先の安全管理措置の確認（契約K1）"
