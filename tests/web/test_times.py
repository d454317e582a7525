"""The month and the timeline: every deadline on its day, each number a link to exactly those, a department its own alone."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from tests.web.situations import (
    CARE,
    DISABILITY,
    OCCASION,
    TODAY,
    a_task,
    an_office,
    auditor,
    chief,
    division,
    given,
    member,
    words_of,
)  # fmt: skip
from tracker.domain.bars import Span, bar_of
from tracker.domain.months import fiscal_words, read_month
from tracker.domain.tasks import Task
from tracker.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def due(name: str, day: date | None, **facts: object) -> Task:
    return a_task(name, deadline=day, **facts)


# ---- the month


def test_every_open_deadline_stands_on_its_day_with_its_shape_department_and_title(office: Office) -> None:
    given(office, due("1", date(2024, 3, 15)), due("2", TODAY), due("3", date(2024, 3, 29), department_code=CARE),
          due("4", date(2024, 4, 1)), due("5", None))  # fmt: skip

    days = days_of(division(office).get("/calendar?month=2024-03").text)

    assert {day: words for day, words in days.items() if "台帳に書く" in words} == {
        "2024-03-15": "15日（金） ▲期限超過 台帳に書く 1 障害者福祉課 ",
        "2024-03-18": "18日（月） 本日 ●本日期限 台帳に書く 2 障害者福祉課 ",
        "2024-03-29": "29日（金） ◆期限間近 台帳に書く 3 介護保険課 ",
    }
    assert len(days) == 31


def test_what_does_not_fit_a_day_leads_to_exactly_that_days_list(office: Office) -> None:
    given(office, *(due(str(n), date(2024, 3, 22)) for n in range(9)), due("other", date(2024, 3, 25)),
          due("care", date(2024, 3, 22), department_code=CARE))  # fmt: skip
    client = division(office)

    page = client.get(f"/calendar?month=2024-03&department={DISABILITY}").text
    (path, rest, whole) = re.findall(r'href="([^"]*)">ほか(\d+)件 <span class="quiet">（全(\d+)件）', page)[0]
    listed = titles_of(client.get(unescape(path)).text)

    assert (rest, whole) == ("6", "9")
    assert listed == {f"台帳に書く {n}" for n in range(9)}


def test_what_is_closed_is_shown_when_asked_and_its_link_holds_it_too(office: Office) -> None:
    tasks = [due(str(n), date(2024, 3, 22)) for n in range(5)]
    given(office, *tasks)
    with office.store.transaction() as records:
        records.tasks.save(*tasks[0].complete("済み。", OCCASION))
    client = division(office)

    hidden, shown = (client.get(f"/calendar?month=2024-03{more}").text for more in ("", "&closed=1"))
    path = re.findall(r'href="([^"]*)">ほか2件', shown)[0]

    assert "期限 4件" in words_of(hidden)
    assert "期限 5件" in words_of(shown)
    assert len(titles_of(client.get(unescape(path)).text)) == 5


def test_days_on_which_the_office_is_closed_say_so(office: Office) -> None:
    days = days_of(division(office).get("/calendar?month=R6.3").text)

    assert days["2024-03-20"].strip() == "20日（水） 祝日"  # 春分の日
    assert days["2024-03-23"].strip() == "23日（土） 閉庁日"
    assert days["2024-03-21"].strip() == "21日（木）"


@pytest.mark.parametrize("typed", ["2024-03", "2024/3", "令和6年3月", "令和６年 ３月", "R6.3", "2024-03-15"])
def test_a_month_is_read_as_people_write_it(typed: str) -> None:
    assert read_month(typed) == date(2024, 3, 1)


def test_what_is_no_month_is_said_and_this_month_is_shown(office: Office) -> None:
    page = words_of(division(office).get("/calendar?month=来月").text)

    assert "「来月」は月として読めません。" in page
    assert "令和6年3月の予定" in page


@pytest.mark.parametrize("month", ["1990-01", "2099-12", "2024-02", "2023-12"])
def test_months_at_the_edges_of_years_have_a_way_back(office: Office, month: str) -> None:
    answer = division(office).get(f"/calendar?month={month}")

    assert answer.status_code == 200
    assert 'href="/calendar">' in answer.text


# ---- the timeline


def test_a_page_of_the_timeline_goes_on_where_the_last_one_ended_forth_and_back(office: Office) -> None:
    given(
        office,
        *(
            due(f"{n:03d}", TODAY + timedelta(days=n % 9), department_code=(DISABILITY, CARE)[n % 2])
            for n in range(120)
        ),
    )
    client, seen, path = division(office), list[list[str]](), "/timeline"

    while path:
        page = client.get(path).text
        seen.append(in_order(page))
        path = way(page, "次の50件")
    back = in_order(client.get(way(page, "前の50件")).text)

    expected = [
        f"台帳に書く {n:03d}"
        for n in sorted(
            range(120), key=lambda n: ((DISABILITY, CARE)[n % 2], TODAY + timedelta(days=n % 9), f"{n:03d}")
        )
    ]
    assert [len(page) for page in seen] == [50, 50, 20]
    assert [title for page in seen for title in page] == expected
    assert back == seen[1]


def test_the_timeline_of_a_year_holds_what_was_open_in_it_and_says_each_bar_in_words(office: Office) -> None:
    given(office, due("1", date(2024, 3, 15), opened_on=date(2023, 12, 1)),
          due("2", date(2023, 2, 1), opened_on=date(2023, 1, 4), completed_on=date(2023, 3, 1)),
          due("3", date(2023, 5, 31), opened_on=date(2023, 3, 1), completed_on=date(2023, 6, 30), first_deadline=date(2023, 4, 28)),
          due("4", date(2024, 6, 1), opened_on=date(2024, 4, 2)))  # fmt: skip
    client = division(office)

    page = client.get("/timeline?year=2023").text

    assert set(in_order(page)) == {"台帳に書く 1", "台帳に書く 3"}
    assert (
        "令和5年3月1日（水）に登録、期限令和5年5月31日（水）（初めは令和5年4月28日（金））、令和5年6月30日（金）に完了"
        in page
    )
    assert set(in_order(client.get("/timeline?year=2022").text)) == {"台帳に書く 2", "台帳に書く 3"}
    assert set(in_order(client.get("/timeline?from=2023-06-01&to=2023-06-29").text)) == {"台帳に書く 3"}
    assert "工程 令和5年度" in words_of(page)
    assert fiscal_words(2019) == "令和元年度"


def test_by_finding_only_findings_are_grouped_and_no_department_has_a_page_of_its_own(office: Office) -> None:
    given(
        office,
        due("1", TODAY, origin_ref="R5-2"),
        due("2", TODAY, origin_ref="R5-1"),
        due("3", TODAY, department_code=None),
    )
    client = division(office)

    groups = re.findall(r'scope="rowgroup"><a[^>]*>([^<]*)<', client.get("/timeline?by=finding").text)

    assert groups == ["指導事項 R5-1", "指導事項 R5-2"]
    assert in_order(client.get("/timeline").text) == ["台帳に書く 1", "台帳に書く 2"]
    assert in_order(client.get("/timeline?department=-").text) == ["台帳に書く 3"]


def test_nothing_is_drawn_with_inline_styles(office: Office) -> None:
    given(office, due("1", TODAY))

    for path in ("/timeline", "/calendar"):
        assert not re.findall(r"\sstyle=|<style|<script(?![^>]*src=)|\son\w+=", division(office).get(path).text), path


def test_a_department_sees_its_own_on_both_whatever_its_address_says(office: Office) -> None:
    mine, theirs = due("1", TODAY), due("2", TODAY, department_code=CARE)
    given(office, mine, theirs)

    for client in (member(office), chief(office)):
        for path in ("/calendar", f"/calendar?department={CARE}", "/timeline", f"/timeline?department={CARE}",
                     "/timeline?by=finding", f"/timeline?after={theirs.key}", f"/timeline?before={theirs.key}"):  # fmt: skip
            page = client.get(path)
            assert page.status_code == 200
            assert "台帳に書く 2" not in page.text, path
        assert "台帳に書く 1" in client.get("/calendar").text
        assert in_order(client.get("/timeline").text) == ["台帳に書く 1"]
        assert '<select name="department">' not in client.get("/timeline").text
    assert "台帳に書く 2" in auditor(office).get("/calendar").text


# ---- bars

DAYS = st.integers(-500, 500).map(lambda n: TODAY + timedelta(days=n))


@whatever(opened=DAYS, deadline=st.none() | DAYS, first=st.none() | DAYS, closed=st.none() | DAYS, done=st.booleans())
def test_whatever_the_days_a_bar_lies_inside_its_picture_and_what_is_late_follows_the_deadline(
    opened: date, deadline: date | None, first: date | None, closed: date | None, done: bool
) -> None:
    closed = None if closed is None else max(opened, min(closed, TODAY))
    task = replace(due("1", deadline), opened_on=opened, first_deadline=first,
                   completed_on=closed if done else None, withdrawn_on=None if done else closed)  # fmt: skip
    span = Span(date(2023, 4, 1), date(2024, 3, 31))

    bar = bar_of(task, span, TODAY)

    for left, width in ((bar.left, bar.width), (bar.late_left, bar.late_width)):
        assert 0 <= left <= left + width <= 100.01
    is_late = deadline is not None and deadline < (closed or TODAY)
    assert is_late or bar.late_width == 0
    if is_late and deadline is not None and span.first <= deadline < (closed or TODAY) <= span.last:
        assert bar.late_width == pytest.approx(100 * ((closed or TODAY) - deadline).days / 366, abs=0.03)
    if bar.first_deadline is not None:
        assert first is not None
        assert first != deadline
        assert bar.first_deadline == pytest.approx(100 * (first - span.first).days / 366, abs=0.01)


def days_of(page: str) -> dict[str, str]:
    """What stands on each day."""
    cells = re.findall(r'<li class="date[^"]*">(.*?)(?=<li class="(?:date|blank)|</ol>)', page, re.DOTALL)
    return {re.findall(r'datetime="([^"]*)"', cell)[0]: words_of(cell) for cell in cells}


def titles_of(page: str) -> set[str]:
    return {unescape(title) for title in re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)}


def in_order(page: str) -> list[str]:
    found = [unescape(title) for title in re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)]
    assert max(Counter(found).values(), default=1) == 1
    return found


def way(page: str, label: str) -> str:
    found = re.findall(rf'<a href="([^"]*)"[^>]*>{label}</a>', page)
    return unescape(found[0]) if found else ""
