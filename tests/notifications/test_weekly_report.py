"""The weekly report: one set of facts in sentences, a mail, a page and stored JSON."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest

from notifications.papers import render_html
from notifications.reports.weekly import (
    ChangeRow,
    CheckRow,
    ComingRow,
    Counts,
    DepartmentRow,
    FindingRow,
    MeasureRow,
    WeeklyReport,
    highlights_of,
    render_weekly_letter,
    weekly_from_json,
    weekly_paper,
    weekly_to_json,
)

ISSUED = date(2024, 3, 18)
TOKYO = timezone(timedelta(hours=9))


def a_measure(title: str = "操作権限の棚卸し", state: str = "対応中", deadline: date | None = None) -> MeasureRow:
    return MeasureRow(title, deadline, "令和6年1月末まで", state, date(2024, 1, 30) if state == "完了" else None)


def a_check(state: str = "clear", title: str = "長期不在者", open_flags: int = 0) -> CheckRow:
    return CheckRow("absent-accounts", title, state, ISSUED, date(2024, 3, 6), Counts(0, 0, 41, 42), open_flags)


def a_coming(days: int, title: str = "自己点検表の提出") -> ComingRow:
    return ComingRow(ISSUED + timedelta(days=days), days, title, "市民課")


def a_report(**changes: object) -> WeeklyReport:
    report = WeeklyReport(
        office="あおば市",
        division="情報管理課",
        period_from=date(2024, 3, 11),
        period_to=date(2024, 3, 17),
        issued_on=ISSUED,
        as_of_at=datetime(2024, 3, 18, 6, 5, tzinfo=TOKYO),
        totals=Counts(open=231, overdue=17, done=35, new=29, newly_overdue=6),
        previous=Counts(open=237, overdue=13, done=34, new=28, newly_overdue=6),
        highlights=("期限超過は17件です。",),
        departments=(
            DepartmentRow("0301", "市民課", Counts(211, 4, 33, 27)),
            DepartmentRow("0303", "障害者施策課", Counts(20, 13, 2, 2)),
        ),
        findings=(
            FindingRow(
                "1(1)",
                "ログの分析",
                "事務対応ガイド 4-8-5(3)",
                Counts(3, 1, 1, 0),
                (a_measure("周知", "完了", date(2024, 1, 31)), a_measure("分析", "期限超過", date(2024, 3, 15))),
            ),
        ),
        checks=(a_check("stale", open_flags=19), a_check("clear", "ファイル簿の未公表")),
        coming=(a_coming(3),),
        trend=((date(2024, 3, 10), 237, 13), (date(2024, 3, 17), 231, 17)),
        previous_flags=21,
        changes=(ChangeRow("overdue", "分析", "障害者施策課", date(2024, 3, 15)),),
    )
    return replace(report, **changes)  # type: ignore[arg-type]


def page_of(report: WeeklyReport) -> str:
    return render_html(weekly_paper(report))


class Cells(HTMLParser):
    """The words of a page, cell by cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_subject_of_the_weekly_mail_says_how_many_are_overdue_and_when() -> None:
    subject = render_weekly_letter(a_report()).subject

    assert subject.startswith("【週次報告】")
    assert subject.endswith("期限超過 17件（令和6年3月18日）")


def test_mail_text_mail_html_and_page_carry_the_same_numbers() -> None:
    letter, page = render_weekly_letter(a_report()), page_of(a_report())

    for part in (letter.text, " ".join(Cells(letter.html).words), " ".join(Cells(page).words)):
        for number in (17, 6, 35):
            assert re.search(rf"(?<!\d){number} ?件", part), number
        for before in ("前週 13件、4件増", "前週 34件、1件増", "前週 6件、増減なし"):
            assert before in part
        assert "令和6年3月11日（月）～17日（日）" in part
    for part in (letter.text, letter.html):
        assert "前週 237件、6件減" in part
        assert "前週 28件、1件増" in part
        assert "前週 21件、2件減" in part
        assert "令和6年3月18日（月）6時05分現在" in part
    assert "令和6年3月18日6時05分現在の記録" in page


def test_without_a_week_before_there_is_nothing_to_compare() -> None:
    report = a_report(previous=None, previous_flags=None)

    assert render_weekly_letter(report).text.count("前週 －") == 9
    assert page_of(report).count("前週 －") == 6
    assert highlights_of(report)[0] == "期限超過は17件です。最も多いのは障害者施策課（13件）です。"


def test_the_page_needs_nothing_from_outside_and_runs_nothing() -> None:
    page = page_of(a_report(office="<script>あおば市</script>"))

    parsed = Cells(page)
    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in parsed.tags)
    assert not any({"src", "href", "onclick"} & set(attributes) for _, attributes in parsed.tags)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "size: A4 portrait" in page


def test_states_are_words_and_shapes_and_a_stale_check_is_never_called_clear() -> None:
    page = page_of(a_report())

    assert "▲ 期限超過" in page
    assert "！ 台帳が古い" in page
    assert page.count("異常なし") == 1
    assert ">42<" in page
    assert ">41<" in page


def test_the_trend_has_words_and_a_table_behind_it() -> None:
    page = page_of(a_report())

    assert 'role="img"' in page
    words = [word for word in Cells(page).words if word in ("237", "13", "231", "17")]
    assert words[-4:] == ["237", "13", "231", "17"]


def test_an_office_with_nothing_to_report_gets_a_report_that_says_so() -> None:
    nothing = Counts(0, 0, 0, 0)
    report = a_report(totals=nothing, departments=(), findings=(), checks=(), coming=(), trend=(), as_of_at=None)

    assert "登録された指導事項はありません。" in page_of(report)
    assert "期限を過ぎている所管課" not in render_weekly_letter(report).text
    assert highlights_of(report)[0] == "期限超過は0件で、前週より13件減りました。"


def test_the_highlights_say_what_changed_what_is_unsure_and_what_comes() -> None:
    report = a_report(coming=(a_coming(9), a_coming(6, "研修"), a_coming(1, "報告")))

    assert highlights_of(report) == (
        "期限超過は17件で、前週より4件増えました。最も多いのは障害者施策課（13件）です。",
        "前の週から新たに期限を過ぎたものは6件です（「分析」）。",
        "検査「長期不在者」は、台帳が古いため、現在の状況を確認できていません。",
        "7日以内に期限を迎える対応は2件です（最も早いものは令和6年3月19日（火）、市民課「報告」）。",
        "前の週から35件が完了し、新たに29件が加わりました。",
    )


@pytest.mark.parametrize(
    "report",
    [
        a_report(),
        a_report(as_of_at=None, previous=None, previous_flags=None, trend=(), findings=()),
        a_report(as_of_at=datetime(2024, 3, 17, 21, 5, 59, 123456, tzinfo=UTC)),
    ],
)
def test_a_report_comes_back_from_json_exactly_as_it_went_in(report: WeeklyReport) -> None:
    stored = json.loads(json.dumps(weekly_to_json(report), ensure_ascii=False))

    assert weekly_from_json(stored) == report


def test_the_json_has_iso_dates_and_numbers() -> None:
    stored = weekly_to_json(a_report())

    assert stored["issued_on"] == "2024-03-18"
    assert stored["totals"] == {
        "open": 231, "overdue": 17, "done": 35, "new": 29, "newly_overdue": 6, "reopened": 0, "withdrawn": 0,
        "extended": 0, "moved": 0, "answered": 0,
    }  # fmt: skip
    assert stored["trend"] == [["2024-03-10", 237, 13], ["2024-03-17", 231, 17]]


def test_the_letter_says_beside_a_check_how_many_exceptions_it_has() -> None:
    excepted = replace(a_check("flagged", open_flags=3), excepted=2)

    letter = render_weekly_letter(a_report(checks=(excepted, a_check("clear", "ファイル簿の未公表"))))

    assert letter.text.count("ほかに例外 2件があります。") == 1
    assert letter.html.count("ほかに例外 2件があります。") == 1
