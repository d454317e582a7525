"""The council's table: the real paper's five rows for its day, 済 for a later one, other cities, and bad days."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jobs.reports.council import council_table
from jobs.reports.issuing import issue, retold
from jobs.reports.kinds import KINDS
from notifications.reports.council import CouncilRow, CouncilTable, council_from_json, council_paper, council_to_json
from notifications.reports.measures import Measure, MeasureState
from notifications.reports.sentences import measure_sentence
from tests.builders import take
from tests.conftest import Command
from tests.jobs.reports.findings import (
    EXAMPLE_DAY,
    PAPER_DAY,
    a_finding,
    a_plan,
    attach,
    carry,
    facts_of_the_paper,
    office_of_the_example,
    office_of_the_paper,
)
from tests.jobs.situations import a_department, an_occasion, an_office, given
from tests.registers.test_council_paper import EXAMPLE
from tracker.office import Office

STATES = {
    "予定": MeasureState.PLANNED, "依頼予定": MeasureState.PLANNED, "実施済": MeasureState.DONE,
    "決定": MeasureState.DECIDED, "従前から実施": MeasureState.CUSTOMARY,
}  # fmt: skip


def table_of(office: Office, on: date) -> CouncilTable:
    with office.store.reading() as records:
        return council_table(records, office, an_occasion(on))


def rows_of(table: CouncilTable) -> list[CouncilRow]:
    return [row for part in table.laws for row in part.rows]


def sentences_of(row: CouncilRow, day: date) -> list[str]:
    return [measure_sentence(measure, day) for measure in row.measures]


def told(measure: Measure) -> tuple[Any, ...]:
    return measure.state, measure.deadline, measure.deadline_printed, measure.done_on, measure.is_request


def printed(fact: Any) -> tuple[Any, ...]:
    words = fact.get("due_wareki", "").removesuffix("は")
    return STATES[fact["state"]], fact.get("due"), words, fact.get("done"), fact["state"] == "依頼予定"


# -- the real paper


def test_for_its_day_the_papers_five_rows_come_out_with_the_same_facts(tmp_path: Path) -> None:
    table = table_of(office_of_the_paper(tmp_path), PAPER_DAY)

    found = [
        (f"{part.number}{row.number}", part.law, row.clause, row.subject, [told(one) for one in row.measures])
        for part in table.laws
        for row in part.rows
    ]
    assert found == [
        (
            fact["number_in_paper"], fact["law"], fact["clause"], fact["subject"],
            [printed(one) for one in fact["response"]],
        )
        for fact in facts_of_the_paper()["findings"]
    ]  # fmt: skip
    assert [f"{note.mark}{note.text}" for note in table.footnotes] == [
        f"{note['id']}{note['value']}" for note in facts_of_the_paper()["references"]
    ]
    assert [row.mark for row in rows_of(table)] == ["", "※1", "", "※2", ""]


def test_for_its_day_the_sentences_are_those_of_the_paper(tmp_path: Path) -> None:
    rows = rows_of(table_of(office_of_the_paper(tmp_path), PAPER_DAY))

    assert sentences_of(rows[0], PAPER_DAY) == [
        "各課に調査を実施し、その回答を精査する予定です。",
        "令和6年2月1日までに、個人情報ファイル簿を公表する予定です。",
    ]
    assert sentences_of(rows[2], PAPER_DAY) == [
        "令和5年8月15日に、当該職員のアクセス権限を停止しました。",
        "長期（90日以上）不在者は、アカウントの権限を停止することとしました。",
        "その他のシステムについても、適切なアカウント管理を行うよう周知する予定です。",
    ]
    assert sentences_of(rows[3], PAPER_DAY)[0].startswith("これまで、再委託先ホームページにて")
    assert sentences_of(rows[4], PAPER_DAY)[-1].endswith("その結果を情報管理課へ報告するよう依頼する予定です。")


def test_for_a_later_day_the_wording_turns_by_itself_and_the_paper_of_its_own_day_stays(tmp_path: Path) -> None:
    office = office_of_the_paper(tmp_path)
    before = table_of(office, PAPER_DAY)

    carry(office, "R5.12.19-1(1)/2", "complete", "公表した。", on=date(2024, 1, 30))
    carry(office, "R5.12.19-2(2)/5", "complete", "依頼した。", on=date(2024, 2, 5))
    carry(office, "R5.12.19-2(2)/2", "extend", date(2024, 3, 29), "令和6年3月29日まで", "協議", on=date(2024, 1, 29))

    later = rows_of(table_of(office, date(2024, 2, 10)))
    assert sentences_of(later[0], date(2024, 2, 10)) == [
        "各課に調査を実施し、その回答を精査する予定です。",
        "令和6年1月30日に、個人情報ファイル簿を公表しました。",
    ]
    log = sentences_of(later[4], date(2024, 2, 10))
    assert log[1] == "期限を令和6年1月31日から延長し、令和6年3月29日までに、ログ分析の実施手順を決定する予定です。"
    assert log[4].startswith("令和6年2月5日に、")
    assert log[4].endswith("報告するよう依頼しました。")
    between = rows_of(table_of(office, date(2024, 1, 29)))
    assert sentences_of(between[0], date(2024, 1, 29))[1].endswith("公表する予定です。")
    assert table_of(office, PAPER_DAY).laws == before.laws


# -- another city, with laws of its own


def test_the_example_citys_rows_come_out_under_its_numbers(tmp_path: Path) -> None:
    table = table_of(office_of_the_example(tmp_path), EXAMPLE_DAY)

    assert [(part.number, part.law, [row.number for row in part.rows]) for part in table.laws] == [
        (1, "個人情報保護法", ["(1)", "(2)"]),
        (2, "番号法", ["(1)", "(2)"]),
    ]
    assert [row.clause for row in rows_of(table)] == [
        "事務対応ガイド4-8-4",
        "事務対応ガイド４－８－５（１）",
        "番号法ガイドライン②Db",
        "当市の手引第9章の規程",
    ]
    assert [note.mark for note in table.footnotes] == ["※1", "※2"]
    first = council_paper(table).blocks[1]
    assert first.columns[2].title == "市の対応（改善策）"  # type: ignore[union-attr]
    assert "（事務対応ガイド※1　4-8-4）" in first.rows[0][1][1].text  # type: ignore[union-attr]


def test_laws_of_the_citys_own_come_after_the_two_and_are_counted_on(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(
        office, date(2023, 10, 2), a_department(),
        a_finding("R5-1", law="ひばり野市個人情報保護条例", 条項="第5条"), a_finding("R5-2", law="番号法"),
        a_finding("R5-10", law="個人情報の保護に関する法律"), a_finding("R5-9", law="個人情報保護法"),
        a_plan(), a_plan("10", "十番目を行う"), a_plan("2", "二番目を行う"),
    )  # fmt: skip

    table = table_of(office, date(2023, 10, 2))

    assert [(part.number, part.law, [(row.number, row.full_number) for row in part.rows]) for part in table.laws] == [
        (1, "個人情報保護法", [("(1)", "R5-9"), ("(2)", "R5-10")]),
        (2, "番号法", [("(1)", "R5-2")]),
        (3, "ひばり野市個人情報保護条例", [("(1)", "R5-1")]),
    ]
    own = table.laws[2].rows[0]
    assert [one.action for one in own.measures] == ["操作権限を停止する", "二番目を行う", "十番目を行う"]


def test_two_guidances_are_told_apart_and_each_guide_is_noted_once(tmp_path: Path) -> None:
    office = office_of_the_example(tmp_path)
    text = EXAMPLE.read_text(encoding="utf-8").replace("令和 6 年 10 月 22 日（火）", "令和 7 年 10 月 21 日（火）")
    second = tmp_path / "second.txt"
    second.write_text(text, encoding="utf-8")
    take(office, second, on=date(2025, 10, 21))

    table = table_of(office, date(2025, 10, 21))

    assert [(part.guidance[-11:], part.number) for part in table.laws] == [
        ("令和6年10月22日）", 1), ("令和6年10月22日）", 2), ("令和7年10月21日）", 1), ("令和7年10月21日）", 2),
    ]  # fmt: skip
    assert [row.number for row in rows_of(table)] == ["(1)", "(2)", "(1)", "(2)"] * 2
    assert [note.mark for note in table.footnotes] == ["※1", "※2"]


# -- states, evidence, days and departments


def test_a_measure_that_is_given_up_is_told_with_its_reason_and_one_entered_by_mistake_is_not(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(
        office,
        date(2023, 10, 2),
        a_department(),
        a_finding(),
        a_plan(),
        a_plan("2", "誤記を行う"),
        a_plan("3", "様式を改める"),
    )
    given(office, date(2023, 11, 1), a_plan(), a_plan("3", "様式を改める", 状態="取下げ"))

    row = rows_of(table_of(office, date(2023, 11, 1)))[0]

    assert sentences_of(row, date(2023, 11, 1)) == [
        "操作権限を停止する予定です。",
        "様式を改めることは、取りやめることとしました。",
    ]
    assert len(rows_of(table_of(office, date(2023, 10, 2)))[0].measures) == 3


def test_evidence_stands_behind_a_measure_when_asked_as_it_was_on_the_day(tmp_path: Path) -> None:
    office = office_of_the_paper(tmp_path)
    attach(office, "R5.12.19-1(1)/2", "公表の起案.pdf", date(2024, 1, 30))

    assert rows_of(table_of(office, date(2024, 1, 29)))[0].measures[1].evidence == ()
    table = table_of(office, date(2024, 1, 30))
    assert [one.name for one in rows_of(table)[0].measures[1].evidence] == ["公表の起案.pdf"]
    assert "証跡" not in str(council_paper(table))
    assert "証跡: 公表の起案.pdf" in str(council_paper(replace(table, with_evidence=True)))


def test_a_report_issued_later_for_an_earlier_day_has_no_evidence_of_later_days(tmp_path: Path) -> None:
    office = office_of_the_paper(tmp_path)
    attach(office, "R5.12.19-1(1)/2", "公表の起案.pdf", date(2024, 1, 30))

    now = an_occasion(date(2024, 2, 5)).at
    with office.store.transaction() as records:
        issued = issue(records, office, KINDS["council"], replace(an_occasion(date(2024, 1, 29)), at=now))
        late = issue(records, office, KINDS["council"], replace(an_occasion(date(2024, 1, 31)), at=now))

    assert "公表の起案" not in str(issued.report.facts)
    assert "公表の起案" in str(late.report.facts)


def test_what_was_issued_is_told_again_the_same_after_more_has_happened(tmp_path: Path) -> None:
    office = office_of_the_paper(tmp_path)
    day = date(2024, 1, 30)
    with office.store.transaction() as records:
        report = issue(records, office, KINDS["council"], an_occasion(day)).report

    carry(office, "R5.12.19-1(1)/2", "complete", "公表した。", on=day)
    attach(office, "R5.12.19-1(1)/2", "公表の起案.pdf", day)

    with office.store.reading() as records:
        assert retold(records, office, report) == report.facts
    assert "公表しました" in str(sentences_of(rows_of(table_of(office, day))[0], day))


def test_before_the_first_finding_the_table_says_that_there_is_none(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, date(2023, 9, 1), a_department())
    given(office, date(2023, 10, 2), a_finding(), a_plan())

    table = table_of(office, date(2023, 9, 30))

    assert table.laws == ()
    assert "登録されていた指導事項はありません" in str(council_paper(table))


def test_a_finding_without_plans_says_so(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, date(2023, 10, 2), a_department(), a_finding())

    assert "改善策は登録されていません。" in str(council_paper(table_of(office, date(2023, 10, 2))))


def test_a_department_that_no_longer_exists_keeps_its_name(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(
        office,
        date(2023, 10, 2),
        a_department(),
        a_department("0201", "旧福祉課"),
        a_finding(所属コード="0201"),
        a_plan(),
    )
    given(office, date(2024, 4, 1), a_department())

    measure = rows_of(table_of(office, date(2024, 4, 2)))[0].measures[0]

    assert measure.department.endswith("旧福祉課")


def test_the_table_is_kept_as_it_is(tmp_path: Path) -> None:
    table = table_of(office_of_the_example(tmp_path), EXAMPLE_DAY)

    assert council_from_json(council_to_json(table)) == table


@pytest.mark.parametrize("form", ["html", "pdf", "docx", "json"])
def test_the_command_writes_each_format(zesei: Command, tmp_path: Path, form: str) -> None:
    zesei("import", EXAMPLE, "--as-of", "2024-10-22")
    out = tmp_path / f"paper.{form}"

    done = zesei("report", "council", "--on", "2024-10-22", "--format", form, "--output", out)

    start = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF-", "docx": b"PK", "json": b"{"}[form]
    assert out.read_bytes().startswith(start)
    assert re.search("書き出しました", done.err)
