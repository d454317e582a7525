"""One box: what each role finds, marked where the words stand, and a way on when nothing is found."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.builders import a_file, a_row, take
from tests.databases import on_both_databases
from tests.web.situations import (
    CARE,
    DISABILITY,
    a_letter,
    a_task,
    administrator,
    an_office,
    auditor,
    chief,
    division,
    given,
    member,
    words_of,
)
from tracker.office import Office

pytestmark = on_both_databases
MARCH = date(2024, 3, 1)


@pytest.fixture
def desk(tmp_path: Path, database: str) -> Office:
    """An office with tasks, a finding, registers and letters of two departments."""
    office = an_office(tmp_path)
    files = [
        a_file(tmp_path / "registers", "システム", a_row("システム", システムコード="SHOGAI", 所属コード=DISABILITY)),
        a_file(tmp_path / "registers", "職員", a_row("職員")),
        a_file(
            tmp_path / "registers",
            "アカウント",
            a_row("アカウント"),
            a_row("アカウント", ユーザーID="SF0300", 職員番号="7"),
        ),
        a_file(tmp_path / "registers", "休業", a_row("休業", 事由="病気休暇")),
        a_file(tmp_path / "registers", "指導事項", a_row("指導事項", 指導内容="点検の記録がない。")),
    ]
    take(office, *files, on=MARCH)
    given(
        office,
        a_task("1", title="点検表を作る", body="システムの点検を月に一度行い、<b>結果</b>を残してください。"),
        a_task("2", title="点検の報告", department_code=CARE),
    )
    with office.store.transaction() as records:
        records.outbox.queue(a_letter(subject="点検のお知らせ（障害者福祉課）"))
        records.outbox.queue(a_letter("reminder/0305/x", subject="点検のお知らせ（介護）", department_code=CARE))
    return office


def test_the_division_finds_all_kinds_of_things_at_once(desk: Office) -> None:
    page = division(desk).get("/search", params={"q": "点検"}).text

    assert headings(page) == ["対応 2件", "指導事項 1件", "通知 2件"]
    assert links(page) == [
        ("点検の報告", "/tasks/finding:R5-1/2"), ("点検表を作る", "/tasks/finding:R5-1/1"),
        ("操作権限", "/findings/R5-1"), ("点検のお知らせ（介護）", "/letters/2"), ("点検のお知らせ（障害者福祉課）", "/letters/1"),
    ]  # fmt: skip
    assert page.count("<mark>点検</mark>") == 6


def test_an_auditor_finds_what_the_division_finds(desk: Office) -> None:
    ask = {"q": "点検"}

    assert links(auditor(desk).get("/search", params=ask).text) == links(division(desk).get("/search", params=ask).text)


@pytest.mark.parametrize("who", [member, chief])
def test_a_department_finds_its_own_only_and_no_registers(desk: Office, who: type) -> None:
    for word, its in (
        ("点検", ["対応 1件", "通知 1件"]),
        ("システム", ["対応 1件"]),
        ("山田", []),
        ("sf0221", []),
        ("介護", []),
    ):
        page = who(desk, DISABILITY).get("/search", params={"q": word}).text
        assert headings(page) == its, word
        assert "/2" not in [path[-2:] for _, path in links(page)]


def test_an_administrator_has_no_search(desk: Office) -> None:
    assert administrator(desk).get("/search", params={"q": "点検"}).status_code == 403
    assert 'role="search"' not in administrator(desk).get("/").text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sf0221", [("sf0221", "/registers/アカウント?q=sf0221")]),
        ("ＳＦ02", [("sf0221", "/registers/アカウント?q=sf0221")]),
        ("sf03", [("SF0300", "/registers/アカウント?q=SF0300")]),
        ("30021", [("山田花子", "/registers/職員?q=30021"), ("sf0221", "/registers/アカウント?q=sf0221")]),
        ("山田", [("山田花子", "/registers/職員?q=30021")]),
        ("障害者福祉シ", [("障害者福祉システム", "/registers/システム?q=SHOGAI")]),
        ("病気", []),
    ],
)
def test_rows_of_registers_are_found_by_name_and_by_code(
    desk: Office, typed: str, found: list[tuple[str, str]]
) -> None:
    assert links(division(desk).get("/search", params={"q": typed}).text) == found


def test_all_words_must_stand_and_where_none_does_it_says_how_to_widen(desk: Office) -> None:
    client = division(desk)

    both = client.get("/search", params={"q": "点検　システム"}).text
    nothing = client.get("/search", params={"q": "点検 研修"}).text

    assert links(both) == [("点検表を作る", "/tasks/finding:R5-1/1")]
    assert "「点検」と「研修」のすべてを含むものはありません。" in words_of(nothing)
    assert "台帳" in words_of(nothing)
    assert 'href="/search?q=%E7%82%B9%E6%A4%9C"' in nothing


def test_without_words_it_says_what_is_searched(desk: Office) -> None:
    for typed in ("", "  ", "　"):
        assert "一文字でも探せます" in division(desk).get("/search", params={"q": typed}).text


def test_what_was_found_is_shown_as_text_whatever_it_holds(desk: Office) -> None:
    page = division(desk).get("/search", params={"q": "<b>結"}).text

    assert "<mark>&lt;b&gt;結</mark>果&lt;/b&gt;" in page
    assert 'value="&lt;b&gt;結"' in page


def test_of_many_the_newest_are_shown_and_a_way_to_all_of_them(desk: Office) -> None:
    given(desk, *(a_task(f"n{n:02d}", title=f"研修{n}") for n in range(11)))
    with desk.store.transaction() as records:
        for n in range(11):
            records.outbox.queue(a_letter(f"reminder/{n}", subject=f"研修のお知らせ{n}"))
    client = division(desk)

    page = client.get("/search", params={"q": "研修"}).text

    assert headings(page) == ["対応 新しい順に10件", "通知 新しい順に10件"]
    for path in re.findall(r'href="([^"]+)">(?:対応|通知)をすべて見る', page):
        assert re.search(r"11[件通]", words_of(client.get(unescape(path)).text)), path


def headings(page: str) -> list[str]:
    """The groups, with how many they show."""
    return [words_of(heading).strip() for heading in re.findall(r"<h2>(.*?)</h2>", page)]


def links(page: str) -> list[tuple[str, str]]:
    """What is found, in order: its title and where it leads."""
    found = re.findall(r'<li>\s*<p><a href="([^"]+)">(.*?)</a></p>', page, re.S)
    return [(words_of(title).strip(), unquote(unescape(path))) for path, title in found]
