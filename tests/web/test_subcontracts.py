"""A sub-contract's clauses on one form: what is missing since when, by the rule of the check, and what is recorded."""

from datetime import date
from pathlib import Path

import pytest

from jobs.checks.unsigned_clauses import CHECK
from tests.builders import a_file, a_row, register_on, take
from tests.web.situations import TODAY, an_office, auditor, division, member, words_of
from tracker.law import contract_items
from tracker.office import Office
from tracker.storage.unsigned_clauses import missing_in, missing_on, missing_since

PAGE = "/subcontracts/R5-0101-1"
KEYS = [item.key for item in contract_items()]


def filled_in(office: Office, **fields: str) -> dict[str, str]:
    """The form as the page gives it, with some fields filled in."""
    seen = division(office).get(PAGE).text.partition('name="seen" value="')[2].partition('"')[0]
    own = {"approved_on": "R5.3.20"}
    return {"subcontract": "R5-0101-1", "seen": seen, "reason": "契約書の写しで確かめた"} | own | fields


def test_the_form_says_what_the_check_says(office: Office) -> None:
    with office.store.reading() as records:
        answers = records.checks.ask(CHECK.query, on=TODAY, registers=CHECK.reads, answers=CHECK.answers)
        own = missing_on(records.checks, "R5-0101-1", TODAY)
    assert [missing_in(answer) for answer in answers] == [own]
    assert own == KEYS[1:]

    page = words_of(division(office).get(PAGE).text)
    assert f"足りない条項 {len(KEYS) - 1}件" in page


def test_clauses_days_and_reason_are_recorded_in_both_registers(office: Office) -> None:
    browser = division(office)
    typed = {f"s-{key}": "覚書" for key in KEYS[1:]} | {"s-C1": "契約書", "d-C1": "R5.4.3", "d-C2": "R6.3.1"}
    days = {"memorandum_signed_on": "R6.3.4", "memorandum_received_on": "令和6年3月11日", "confirmed_on": "R6.3.15"}

    answer = browser.post("/clause-confirmations", data=filled_in(office, **typed, **days))

    assert answer.status_code == 303
    page = words_of(browser.get(answer.headers["location"]).text)
    assert "記録しました。" in page
    assert "足りない条項はありません" in page
    checks = dict(register_on(office, "clause_check", TODAY, "clause", "stands_in || ' ' || confirmed_on"))
    assert (checks["C1"], checks["C2"], checks["N10"]) == ("契約書 2023-04-03", "覚書 2024-03-01", "覚書 2024-03-15")
    assert register_on(office, "subcontract", TODAY, "approved_on", "memorandum_received_on") == [
        ("2023-03-20", "2024-03-11")
    ]
    assert "理由 契約書の写しで確かめた" in words_of(browser.get("/registers/条項確認/rows/R5-0101-1/C2").text)


def test_a_clause_is_missing_since_the_day_from_which_it_was(office: Office, tmp_path: Path) -> None:
    """C1 until the export of 4 March, C2 since the contract began, N1 since the contract touches 特定個人情報."""
    take(
        office,
        a_file(tmp_path / "a", "委託契約", a_row("委託契約", システムコード="", 特定個人情報="×")),
        on=date(2024, 2, 19),
    )
    take(office, a_file(tmp_path / "b", "委託契約", a_row("委託契約", システムコード="")), on=date(2024, 2, 26))
    take(office, a_file(tmp_path / "c", "条項確認", a_row("条項確認", 記載="なし")), on=date(2024, 3, 4))

    with office.store.reading() as records:
        since = missing_since(records.checks, "R5-0101-1", TODAY)

    assert since["C1"] == date(2024, 3, 4)
    assert since["C2"] == date(2024, 2, 1)
    assert since["N1"] == date(2024, 2, 26)
    assert "令和6年2月26日（月）から" in division(office).get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"d-C2": "R6.3.1"}, "記載を選んでください"),
        ({"s-C2": "契約"}, "「契約」は使えません"),
        ({"s-C2": "契約書", "d-C2": "R6.13.1"}, "実在しない日付です"),
        ({"memorandum_signed_on": "いつか"}, "日付として読めません"),
        ({"s-C2": "契約書", "confirmed_on": "いつか"}, "日付として読めません"),
        ({"s-C2": "契約書", "reason": ""}, "なぜ直すかを書いてください"),
        ({}, "変わるところがありません"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_its_field_and_what_was_typed_stays(
    office: Office, fields: dict[str, str], sentence: str
) -> None:
    answer = division(office).post("/clause-confirmations", data=filled_in(office, **({"d-C8": ""} | fields)))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert all(f'value="{typed}"' in answer.text for name, typed in fields.items() if name.startswith("d-"))
    assert register_on(office, "clause_check", TODAY, "clause", "stands_in") == [("C1", "契約書")]


def test_who_comes_second_is_told(office: Office) -> None:
    browser, form = division(office), filled_in(office, **{"s-C2": "契約書"})
    assert browser.post("/clause-confirmations", data=form).status_code == 303

    answer = browser.post("/clause-confirmations", data=form | {"s-C2": "なし"})

    assert answer.status_code == 409
    assert "この再委託の記録が変わりました" in answer.text


def test_an_auditor_reads_the_form_and_nobody_else_sends_it(office: Office) -> None:
    form = filled_in(office, **{"s-C2": "契約書"})

    page = auditor(office).get(PAGE).text
    assert "<select" not in page.partition("<main")[2]
    assert "足りない" in page
    assert auditor(office).post("/clause-confirmations", data=form).status_code == 403
    assert member(office).get(PAGE).status_code == 403
    assert division(office).get("/subcontracts/x'/..").status_code == 404
    assert division(office).post("/clause-confirmations", data=form | {"subcontract": "x"}).status_code == 404


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with one sub-contract of which one clause was found in the contract."""
    office = an_office(tmp_path)
    folder = tmp_path / "first"
    files = [
        a_file(folder, "委託契約", a_row("委託契約", システムコード="")),
        a_file(folder, "再委託"),
        a_file(folder, "条項確認"),
    ]
    take(office, *files, on=date(2024, 2, 1))
    return office
