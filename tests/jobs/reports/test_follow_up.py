"""The follow-up form: one row a finding, its 措置区分 by the stated rule, read back from the workbook."""

from datetime import date
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from jobs.reports.follow_up import finding_status, follow_up_form
from notifications.papers import render_html, render_xlsx
from notifications.reports.follow_up import FollowUpForm, follow_up_from_json, follow_up_paper, follow_up_to_json
from tests.conftest import Command
from tests.jobs.reports.findings import a_finding, a_plan, carry
from tests.jobs.situations import a_department, an_occasion, an_office, given
from tests.registers.test_council_paper import EXAMPLE
from tracker.domain.decisions import Approval, Approver
from tracker.domain.measures import MeasureStatus as Is
from tracker.domain.measures import consider
from tracker.office import Office

START, DAY = date(2023, 10, 2), date(2023, 12, 1)


def form_of(office: Office, on: date = DAY) -> FollowUpForm:
    with office.store.reading() as records:
        return follow_up_form(records, office, an_occasion(on))


@pytest.mark.parametrize(
    ("measures", "status"),
    [
        ([], "検討中"), ([None], "検討中"), ([Is.TAKEN], "措置完了"), ([Is.TAKEN, Is.NOT_TAKEN], "措置完了"),
        ([Is.TAKEN, None], "措置完了"), ([Is.NOT_TAKEN, Is.NOT_TAKEN], "不措置"), ([Is.TAKEN, Is.PLANNED], "措置中"),
        ([Is.PLANNED, Is.UNDER_WAY], "措置中"), ([Is.TAKEN, Is.CONSIDERED], "措置中"), ([Is.PLANNED, Is.PLANNED], "措置予定"),
        ([Is.PLANNED, Is.CONSIDERED], "措置予定"), ([Is.CONSIDERED], "検討中"), ([Is.CONSIDERED, Is.NOT_TAKEN], "検討中"),
    ],
)  # fmt: skip
def test_the_measures_of_a_finding_make_its_status(measures: list[Is | None], status: str) -> None:
    assert finding_status(measures) == status


def test_a_finding_is_completed_only_when_nothing_is_left_whatever_the_order() -> None:
    left = {Is.UNDER_WAY, Is.PLANNED, Is.CONSIDERED}
    for measures in product([*Is, None], repeat=3):
        status = finding_status(measures)

        assert (status is Is.TAKEN) == (Is.TAKEN in measures and not left & set(measures))
        assert status is finding_status(measures[::-1])


def an_office_with_every_status(folder: Path) -> Office:
    office = an_office(folder)
    given(
        office, START, a_department(),
        *(a_finding(f"R5-{number}", 指導の種類="助言" if number == 5 else "指導") for number in range(1, 6)),
        a_plan("1", "一を行う", of="R5-1"), a_plan("2", "二を行う", of="R5-1"),
        a_plan("1", "三を行う", of="R5-2", 期限="2024-03-29"), a_plan("2", "四を行う", of="R5-2", 期限="2024-01-31"),
        a_plan("1", "五を行う", of="R5-3", 期限="2024-02-29"), a_plan("1", "六を行う", of="R5-4"),
        a_plan("1", "七を行う", of="R5-5"),
    )  # fmt: skip
    carry(office, "R5-1/1", "complete", "済んだ。", on=date(2023, 11, 2))
    carry(office, "R5-1/2", "complete", "済んだ。", on=date(2023, 10, 20))
    carry(office, "R5-2/2", "complete", "済んだ。", on=date(2023, 11, 2))
    with office.store.transaction() as records:
        task = records.tasks.find("finding:R5-5/1")
        assert task is not None
        considered, event = consider(task, "費用を調べる。", an_occasion(date(2023, 11, 1)))
        approval = Approval(date(2023, 10, 31), Approver.DIRECTOR, "5政情第12号")
        facts = {"on": "2023-10-31", "by": "director", "document_no": "5政情第12号"}
        records.tasks.save(considered.approve(approval), event.with_facts(approval=facts))
    return office


def test_each_finding_has_its_row_with_month_decision_and_kind(tmp_path: Path) -> None:
    office = an_office_with_every_status(tmp_path)

    form = form_of(office)

    assert [(row.number, row.status, row.month) for row in form.rows] == [
        ("R5-1", "措置完了", date(2023, 11, 2)),
        ("R5-2", "措置中", date(2024, 3, 29)),
        ("R5-3", "措置予定", date(2024, 2, 29)),
        ("R5-4", "措置予定", None),
        ("R5-5", "検討中", None),
    ]
    assert [row.kind for row in form.rows] == ["指摘"] * 4 + ["意見"]
    last = form.rows[-1]
    assert (last.decided_on, last.decided_by, last.document_no) == (date(2023, 10, 31), "部長決定", "5政情第12号")
    assert dict(form.counts) == {"措置完了": 1, "措置中": 1, "措置予定": 2, "不措置": 0, "検討中": 1}
    assert dict(form_of(office, START).counts)["措置予定"] == 5


def test_the_workbook_has_the_form_on_one_sheet_as_it_is_published(tmp_path: Path) -> None:
    form = form_of(an_office_with_every_status(tmp_path))

    book = CalamineWorkbook.from_filelike(BytesIO(render_xlsx(follow_up_paper(form))))

    rows = book.get_sheet_by_name("措置状況報告").to_python()
    heading = next(number for number, row in enumerate(rows) if row[0] == "番号")
    assert rows[heading] == [
        "番号", "法律・条項", "指摘・意見", "所管課", "指摘の内容", "措置区分", "措置の内容", "完了年月／完了予定年月", "方針決定年月日",
        "決裁者区分", "文書番号", "連絡先",
    ]  # fmt: skip
    body = rows[heading + 1 :]
    assert [row[5] for row in body] == ["A　措置完了", "B　措置中", "C　措置予定", "C　措置予定", "E　検討中"]
    assert [row[7] for row in body] == ["令和5年11月", "令和6年3月", "令和6年2月", "未定", "未定"]
    assert body[4][8] == date(2023, 10, 31)
    assert body[0][6] == "・令和5年11月2日に、一を行いました。\n・令和5年10月20日に、二を行いました。"
    counts = book.get_sheet_by_name("措置区分別").to_python()[3:]
    assert [(row[0], row[1]) for row in counts] == [
        ("A　措置完了", 1), ("B　措置中", 1), ("C　措置予定", 2), ("D　不措置", 0), ("E　検討中", 1),
    ]  # fmt: skip
    assert "全5件（A 措置完了 1件、B 措置中 1件、C 措置予定 2件、D 不措置 0件、E 検討中 1件）" in str(
        book.get_sheet_by_name("概要").to_python()
    )


def test_before_the_first_finding_the_form_is_empty_and_says_so(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, date(2023, 9, 1), a_department())
    given(office, START, a_finding(), a_plan())

    assert "基準日までに登録された指導事項はありません。" in render_html(
        follow_up_paper(form_of(office, date(2023, 9, 30)))
    )


def test_the_form_is_kept_as_it_is_and_written_by_the_command(zesei: Command, tmp_path: Path) -> None:
    folder = tmp_path / "every"
    folder.mkdir()
    form = form_of(an_office_with_every_status(folder))
    assert follow_up_from_json(follow_up_to_json(form)) == form

    zesei("import", EXAMPLE, "--as-of", "2024-10-22")
    zesei("report", "follow-up", "--on", "2024-10-22", "--output", tmp_path / "form.xlsx")
    facts = zesei("report", "follow-up", "--on", "2024-10-22", "--format", "json").json
    rows = CalamineWorkbook.from_path(tmp_path / "form.xlsx").get_sheet_by_name("措置状況報告").to_python()
    assert [row[0] for row in rows[-4:]] == [row["number"] for row in facts["rows"]]
