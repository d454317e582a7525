"""The report to the regulator: done and to come apart, with evidence and extensions; what changed since the last one."""

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from jobs.reports.improvement import improvement_report
from jobs.reports.issuing import issue, retold
from jobs.reports.kinds import KINDS
from notifications.papers import render_docx, render_html
from notifications.reports.improvement import (
    Change,
    ImprovementReport,
    improvement_from_json,
    improvement_paper,
    improvement_to_json,
)
from tests.conftest import Command
from tests.jobs.reports.findings import EXAMPLE_DAY, a_finding, a_plan, attach, carry, office_of_the_example
from tests.jobs.situations import Row, a_department, an_occasion, an_office, given
from tests.registers.test_council_paper import EXAMPLE
from tracker.office import Office

START = date(2023, 10, 2)
FIRST, SECOND = date(2023, 11, 30), date(2024, 1, 31)


def report_of(office: Office, on: date) -> ImprovementReport:
    with office.store.reading() as records:
        return improvement_report(records, office, an_occasion(on))


def issued(office: Office, on: date) -> ImprovementReport:
    with office.store.transaction() as records:
        report = issue(records, office, KINDS["improvement"], an_occasion(on)).report
    return improvement_from_json(dict(report.facts))


def an_office_with_three_plans(folder: Path) -> Office:
    office = an_office(folder)
    plans = [
        a_plan("1", "権限を停止する", 期限="2023-12-28"),
        a_plan("2", "手順を改める", 期限="2023-12-28"),
        a_plan("3", "研修を行う"),
    ]
    given(office, START, a_department(), a_finding(), *plans)
    return office


def test_done_and_to_come_stand_apart_with_day_evidence_and_extensions(tmp_path: Path) -> None:
    office = an_office_with_three_plans(tmp_path)
    sha256 = attach(office, "R5-1/1", "停止の記録.pdf", date(2023, 12, 1))
    carry(office, "R5-1/1", "complete", "画面で確かめた。", on=date(2023, 12, 1))
    carry(office, "R5-1/2", "extend", date(2024, 2, 29), "", "協議が続くため", on=date(2023, 12, 20))

    finding = report_of(office, date(2023, 12, 25)).findings[0]

    (done,) = finding.done
    assert (done.action, done.done_on, done.note) == ("権限を停止する", date(2023, 12, 1), "画面で確かめた。")
    assert [(one.name, one.sha256) for one in done.evidence] == [("停止の記録.pdf", sha256)]
    assert [one.action for one in finding.remaining] == ["手順を改める", "研修を行う"]
    (extension,) = finding.remaining[0].extensions
    assert (extension.on_day, extension.old, extension.new, extension.reason) == (
        date(2023, 12, 20), date(2023, 12, 28), date(2024, 2, 29), "協議が続くため",
    )  # fmt: skip
    page = render_html(improvement_paper(report_of(office, date(2023, 12, 25))))
    assert all(
        words in page for words in ("停止の記録.pdf", f"{sha256[:12]}…", "協議が続くため", "残る措置は2件です。")
    )


def test_the_letter_leaves_number_and_day_to_be_filled_in(tmp_path: Path) -> None:
    paper = improvement_paper(report_of(an_office_with_three_plans(tmp_path), FIRST))

    page = render_html(paper)

    assert paper.addressee == "個人情報保護委員会事務局　御中"
    assert "令和　　年　　月　　日" in page
    assert "　第　　　　号" in page
    assert page.index("下記のとおり報告します") < page.index("記</") < page.index("以上</")
    assert render_docx(paper).startswith(b"PK")


def test_the_first_report_has_no_part_on_changes_and_the_second_tells_them_by_measure(tmp_path: Path) -> None:
    office = an_office_with_three_plans(tmp_path)
    first = issued(office, FIRST)
    carry(office, "R5-1/1", "complete", "確かめた。", on=date(2023, 12, 1))
    carry(office, "R5-1/2", "extend", date(2024, 2, 29), "", "協議", on=date(2023, 12, 20))
    attach(office, "R5-1/1", "記録.pdf", date(2023, 12, 1))
    given(office, date(2024, 1, 9), a_finding(), a_finding("R5-2"), *three_and_a_fourth())

    second = report_of(office, SECOND)

    assert (first.previous_on, first.changes) == (None, ())
    assert second.previous_on == FIRST
    assert second.changes == (
        Change("R5-1", "権限を停止する", "実施しました（令和5年12月1日）。"),
        Change("R5-1", "権限を停止する", "証跡を1件加えました。"),
        Change("R5-1", "手順を改める", "期限を令和5年12月28日から令和6年2月29日に変えました。"),
        Change("R5-1", "様式を配る", "改善策に加えました。"),
        Change("R5-2", "", "新たに報告する事項です（改善策0件）。"),
    )
    assert "前回報告（令和5年11月30日現在）以後の変化" in render_html(improvement_paper(second))
    assert "以後の変化" not in render_html(improvement_paper(first))


def three_and_a_fourth() -> list[Row]:
    return [
        a_plan("1", "権限を停止する", 期限="2023-12-28"), a_plan("2", "手順を改める", 期限="2023-12-28"),
        a_plan("3", "研修を行う"), a_plan("4", "様式を配る"),
    ]  # fmt: skip


def test_what_was_taken_back_is_told_as_such(tmp_path: Path) -> None:
    office = an_office_with_three_plans(tmp_path)
    carry(office, "R5-1/1", "complete", "確かめた。", on=date(2023, 11, 1))
    issued(office, FIRST)
    carry(office, "R5-1/1", "reopen", "別の権限が残っていた。", on=date(2023, 12, 1))

    assert [change.what for change in report_of(office, SECOND).changes] == [
        "実施済みとした報告を改め、今後実施するものとしました。"
    ]


def test_a_report_without_news_says_so_and_the_last_edition_counts(tmp_path: Path) -> None:
    office = an_office_with_three_plans(tmp_path)
    issued(office, FIRST)
    carry(office, "R5-1/3", "complete", "済んだ。", on=date(2023, 11, 29))
    issued(office, FIRST)

    report = report_of(office, SECOND)

    assert report.changes == ()
    assert "前回報告以後の変化はありません。" in render_html(improvement_paper(report))


def test_a_report_that_was_issued_is_told_again_without_those_issued_after_it(tmp_path: Path) -> None:
    office = an_office_with_three_plans(tmp_path)
    with office.store.transaction() as records:
        report = issue(records, office, KINDS["improvement"], an_occasion(SECOND)).report
    with office.store.transaction() as records:  # one for an earlier day, made only later
        late = replace(an_occasion(FIRST), at=an_occasion(date(2024, 2, 5)).at)
        issue(records, office, KINDS["improvement"], late)

    with office.store.reading() as records:
        assert retold(records, office, report) == report.facts
    assert report_of(office, date(2024, 2, 10)).previous_on == SECOND


def test_the_next_report_is_due_after_two_months_on_an_open_day_while_something_remains(tmp_path: Path) -> None:
    office = an_office_with_three_plans(tmp_path)

    assert report_of(office, date(2023, 11, 29)).next_on == date(2024, 1, 29)
    assert report_of(office, date(2023, 12, 31)).next_on == date(2024, 2, 29)
    assert report_of(office, date(2023, 12, 16)).next_on == date(2024, 2, 16)
    assert report_of(office, date(2024, 1, 17)).next_on == date(2024, 3, 15)  # the 17th is a Sunday

    for branch in "123":
        carry(office, f"R5-1/{branch}", "complete", "済んだ。", on=date(2024, 1, 18))
    report = report_of(office, date(2024, 1, 18))
    assert report.next_on is None
    assert "次回の報告は予定していません" in render_html(improvement_paper(report))


def test_findings_of_others_are_not_reported_to_the_regulator(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(
        office, START, a_department(), a_finding("R5-1", 発出者="監査委員"), a_finding("R5-2", 発出者="個人情報保護委員会"),
        a_finding("R5-3", 発出者=""),
    )  # fmt: skip

    assert [finding.number for finding in report_of(office, START).findings] == ["R5-2", "R5-3"]


def test_before_the_first_finding_there_is_nothing_to_report(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    given(office, date(2023, 9, 1), a_department())
    given(office, START, a_finding(), a_plan())

    report = report_of(office, date(2023, 9, 30))

    assert report.findings == ()
    assert "報告する指導事項はありません。" in render_html(improvement_paper(report))


def test_each_measure_is_either_done_or_remaining_or_untaken_as_a_recount_has_it(tmp_path: Path) -> None:
    dice, office = random.Random(5), an_office(tmp_path)
    branches = [str(number) for number in range(1, 31)]
    given(office, START, a_department(), a_finding(), *(a_plan(branch, f"{branch}番を行う") for branch in branches))
    day, done, gone = date(2023, 12, 1), set[str](), set[str]()
    for branch in branches:
        on, fate = START + timedelta(days=dice.randrange(1, 120)), dice.choice(["complete", "extend", ""])
        if fate == "complete":
            carry(office, f"R5-1/{branch}", "complete", "済んだ。", on=on)
            done |= {branch} if on <= day else set()
        elif fate:
            carry(office, f"R5-1/{branch}", "extend", date(2024, 3, 1), "", "協議", on=on)

    finding = report_of(office, day).findings[0]

    assert {one.key.rpartition("/")[2] for one in finding.done} == done
    assert len(finding.remaining) == len(branches) - len(done) - len(gone)
    assert [one.key.rpartition("/")[2] for one in finding.measures] == branches


def test_the_report_is_kept_as_it_is_and_written_by_the_command(zesei: Command, tmp_path: Path) -> None:
    folder = tmp_path / "example"
    folder.mkdir()
    report = report_of(office_of_the_example(folder), EXAMPLE_DAY)
    assert improvement_from_json(improvement_to_json(report)) == report

    zesei("import", EXAMPLE, "--as-of", "2024-10-22")
    said = zesei("report", "improvement", "--on", "2024-10-22", "--issue").err
    facts = zesei("report", "improvement", "--on", "2024-12-20", "--format", "json").json
    assert "第1版を発行しました" in said
    assert (facts["previous_on"], facts["changes"]) == ("2024-10-22", [])
