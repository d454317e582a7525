"""A register's rows leave as Excel and CSV files, harmless to open, and come back as they were."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.builders import a_file, a_row, register_on, take
from tests.web.situations import TODAY, an_office, auditor, division, member
from tracker.domain.register_files import guarded, unguarded
from tracker.office import Office

EVIL = ("=1+1", "+1", "-1", "@sum", "'=1", "''=1", "=", "-", "－", "＝1+1", "'", "'=", "'-")


@pytest.mark.parametrize("form", ["cp932", "utf-8"])
def test_a_csv_file_of_ours_comes_back_as_it_was(office: Office, tmp_path: Path, form: str) -> None:
    before = register_on(office, "contract", TODAY, "*")
    answer = division(office).get(f"/registers/委託契約/exports?form={form}")

    path = tmp_path / "委託契約.csv"
    path.write_bytes(answer.content)
    report = take(office, path, on=TODAY)

    assert [(change.rows, change.counts.any) for change in report.changes] == [(len(EVIL), False)]
    assert report.notices == []
    assert register_on(office, "contract", TODAY, "*") == before


def test_an_excel_file_of_ours_comes_back_as_it_was_and_its_days_are_days(office: Office, tmp_path: Path) -> None:
    answer = division(office).get("/registers/委託契約/exports?form=xlsx")

    path = tmp_path / "委託契約.xlsx"
    path.write_bytes(answer.content)
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert sheet[1][4] == date(2023, 4, 1)
    assert [row[1] for row in sheet[1:]] == list(EVIL)
    assert [(c.rows, c.counts.any) for c in take(office, path, on=TODAY).changes] == [(len(EVIL), False)]


def test_no_cell_of_a_csv_file_begins_as_a_formula(office: Office) -> None:
    text = division(office).get("/registers/委託契約/exports?form=utf-8").content.decode("utf-8-sig")

    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if len(cell) > 1 and cell[0] in "=+-@＝＋－＠\t\r"]


def test_an_apostrophe_of_another_programs_file_stays(office: Office, tmp_path: Path) -> None:
    take(office, a_file(tmp_path, "委託契約", a_row("委託契約", 件名="'=1")), on=TODAY)

    assert register_on(office, "contract", TODAY, "contract_no", "title") == [("R5-0101", "'=1")]


@given(text=st.text())
def test_whatever_is_guarded_comes_back_and_only_apostrophes_are_added(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text) in (text, f"'{text}")


def test_characters_that_shift_jis_lacks_are_listed_and_replaced_only_when_asked(
    office: Office, tmp_path: Path
) -> None:
    take(office, a_file(tmp_path, "組織", a_row("組織", 課="𠮷田課—", 所属コード="0303")), on=TODAY)
    browser = division(office)

    answer = browser.get("/registers/組織/exports?form=cp932")
    assert answer.status_code == 422
    assert "𠮷—" in answer.text
    assert "〓田課〓" in browser.get("/registers/組織/exports?form=cp932&lossy=1").content.decode("cp932")
    assert "𠮷田課—" in browser.get("/registers/組織/exports?form=utf-8").content.decode("utf-8")


def test_a_text_that_no_cell_of_excel_can_hold_is_listed_and_cut_only_when_asked(
    office: Office, tmp_path: Path
) -> None:
    take(office, a_file(tmp_path, "組織", a_row("組織", 課="長" * 40_000, 所属コード="0303")), on=TODAY)
    browser = division(office)

    answer = browser.get("/registers/組織/exports?form=xlsx")
    assert answer.status_code == 422
    assert "40,000字" in answer.text
    assert browser.get("/registers/組織/exports?form=xlsx&lossy=1").content.startswith(b"PK")
    assert "長" * 40_000 in browser.get("/registers/組織/exports?form=utf-8").content.decode("utf-8")


def test_a_file_holds_what_the_filter_shows_and_is_then_not_named_as_the_whole(office: Office) -> None:
    answer = division(office).get("/registers/委託契約/exports?form=utf-8&q=sum")

    assert [row[1] for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))][1:] == ["'@sum"]
    assert "%EF%BC%88%E4%B8%80%E9%83%A8%EF%BC%89.csv" in answer.headers["content-disposition"]
    assert "%EF%BC%88" not in division(office).get("/registers/委託契約/exports").headers["content-disposition"]


def test_an_auditor_may_take_a_file_and_a_department_may_not(office: Office) -> None:
    for form in ("xlsx", "cp932", "utf-8"):
        assert auditor(office).get(f"/registers/委託契約/exports?form={form}").status_code == 200
        assert member(office).get(f"/registers/委託契約/exports?form={form}").status_code == 403


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office whose contracts have titles that spreadsheets take for formulas."""
    office = an_office(tmp_path)
    rows = [a_row("委託契約", 契約番号=f"K{n:02d}", 件名=title, システムコード="") for n, title in enumerate(EVIL)]
    take(office, a_file(tmp_path / "first", "委託契約", *rows), on=date(2024, 2, 1))
    return office
