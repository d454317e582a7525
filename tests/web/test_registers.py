"""A register's list on its page: followed link by link, filtered, ordered, as of another day; and what nonsense gets."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.builders import a_file, a_row, take
from tests.web.situations import DEPARTMENTS, TODAY, administrator, an_office, auditor, chief, division, member
from tracker.domain.registers import REGISTERS
from tracker.office import Office

ACCOUNTS = "/registers/アカウント"
USERS = [f"u{number:03d}" for number in range(120)]


def users_on(page: str) -> list[str]:
    """The user ids in the order of the page."""
    return [unescape(name) for name in re.findall(r'<th scope="row" class="cell"><a href="[^"]*">([^<]*)</a>', page)]


def link_called(page: str, label: str) -> str | None:
    """The address behind a link of that name."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>{label}</a>', page)
    return unescape(found[1]) if found else None


def followed(browser: TestClient, path: str, label: str) -> list[list[str]]:
    """The pages from one on, by the link of that name."""
    pages, turns = list[list[str]](), 0
    address: str | None = path
    while address and turns < 10:
        page = browser.get(address).text
        pages.append(users_on(page))
        address, turns = link_called(page, label), turns + 1
    return pages


def test_the_links_lead_through_every_row_and_back(office: Office) -> None:
    browser = division(office)

    assert followed(browser, ACCOUNTS, "次の50件") == [USERS[:50], USERS[50:100], USERS[100:]]
    last = link_called(browser.get(ACCOUNTS).text, "最後へ") or ""
    assert followed(browser, last, "前の50件") == [USERS[70:], USERS[20:70], USERS[:50]]
    assert users_on(browser.get(link_called(browser.get(last).text, "最初へ") or "").text) == USERS[:50]
    assert "120件" in browser.get(last).text


def test_the_links_keep_the_filter_the_order_and_the_day(office: Office) -> None:
    stopped = [user for number, user in enumerate(USERS) if number % 2]

    pages = followed(division(office), f"{ACCOUNTS}?state=停止&sort=-last_login_on&on=R6.3.1", "次の50件")

    assert pages == [stopped[::-1][:50], stopped[::-1][50:]]


def test_an_earlier_day_shows_what_was_known_then(office: Office) -> None:
    browser = division(office)

    assert users_on(browser.get(f"{ACCOUNTS}?on=令和6年1月10日").text) == ["old"]
    assert "令和6年1月9日（火）の時点で分かっていた行はありません" in browser.get(f"{ACCOUNTS}?on=R6.1.9").text
    wrong = browser.get(f"{ACCOUNTS}?on=きのう").text
    assert "日付として読めません" in wrong
    assert 'value="きのう"' in wrong
    assert users_on(wrong) == USERS[:50]


def test_a_large_register_says_how_it_is_searched_and_when_it_can_be_ordered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.register_lists.LARGE", 100)
    browser = division(office)

    page = browser.get(f"{ACCOUNTS}?q=ｕ０１&sort=last_login_on").text
    assert "行が多いので、ユーザーIDの先頭か、職員番号（全部）で探します" in page
    assert users_on(page) == USERS[10:20]
    assert "行が多いので、キーの順に示します" in page
    assert 'name="access_right"' not in page
    assert "キーの順に示します" in browser.get(f"{ACCOUNTS}?sort=last_login_on").text
    assert "キーの順に示します" not in browser.get(f"{ACCOUNTS}?sort=last_login_on&state=停止").text
    assert users_on(browser.get(f"{ACCOUNTS}?sort=-staff_no").text)[:2] == [USERS[-1], USERS[-2]]


NONSENSE = (
    "after=0", "after=0&after=S1", "after=9&after=S1&after=u1", "after=x&after=S1&after=u1", "after=0&after=%00&after=u1",
    "after=0&after=S1&after=" + "x" * 10_000, "after=-1&after=S1&after=u1", "after=0&after='&after=%25", "before=0&before=&before=",
    "after=0&after=%F0%9F%8D%B5&after=%FF", "sort=x", "sort=-", "sort=state", "state=x", "system_code=%00", "staff_no=-",
    "on=9999-12-31", "on=0001-01-01", "on=%00", "last=x", "q=%00", "q=%F4%8F%BF%BF", "sort=last_login_on&after=0&after=x&after=S1&after=u1",
    "sort=last_login_on&after=1&after=S1&after=u1", "after=0&after=S1&after=u1&before=0&before=S1&before=u1", "state=-", "is_specific=2",
)  # fmt: skip


@pytest.mark.parametrize("large", [100, 100_000])
@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_an_address_shows_the_list_all_the_same(
    office: Office, query: str, large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.web.register_lists.LARGE", large)

    assert division(office).get(f"{ACCOUNTS}?{query}").status_code == 200


def test_every_register_can_be_filtered_ordered_and_searched_by_what_its_page_offers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = division(office)
    for large in (0, 100_000):
        monkeypatch.setattr("tracker.web.register_lists.LARGE", large)
        for register in REGISTERS:
            page = browser.get(f"/registers/{quote(register.stem)}?q=1").text
            offered = re.findall(r'<select name="([a-z_]+)">(.*?)</select>', page, re.S)
            for name, options in offered:
                for value in re.findall(r'<option value="([^"]+)"', options):
                    answer = browser.get(f"/registers/{register.stem}", params={name: unescape(value)})
                    assert (answer.status_code, f'value="{value}" selected' in answer.text) == (200, True), (
                        register.stem,
                        name,
                    )
            for address in re.findall(r'<th scope="col"[^>]*><a href="([^"]*)"', page):
                assert browser.get(unescape(address)).status_code == 200


def test_only_the_division_and_an_auditor_look_into_registers(office: Office) -> None:
    for browser in (division(office), auditor(office)):
        assert browser.get(ACCOUNTS).status_code == 200
    for browser in (member(office), chief(office), administrator(office)):
        for path in (ACCOUNTS, f"{ACCOUNTS}/exports", f"{ACCOUNTS}/rows/S1/u001", "/imports", "/subcontracts/x"):
            assert browser.get(path).status_code == 403


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with one account in January, and with 120 others since March; every second one is suspended."""
    office = an_office(tmp_path)
    systems = a_file(tmp_path / "s", "システム", a_row("システム", システムコード="S1"))
    others = [a_file(tmp_path / "s", stem) for stem in ("職員", "休業", "委託契約", "ファイル簿", "指導事項")]
    january = a_file(tmp_path / "j", "アカウント", a_row("アカウント", システムコード="S1", ユーザーID="old"))
    take(office, systems, *others[:1], *others[2:3], *others[3:], january, on=date(2024, 1, 10))
    rows = [
        a_row("アカウント", システムコード="S1", ユーザーID=user, 職員番号=f"{number:05d}", 状態="停止" if number % 2 else "有効",
              最終ログイン=date.fromordinal(date(2023, 1, 1).toordinal() + number).isoformat())
        for number, user in enumerate(USERS)
    ]  # fmt: skip
    take(office, a_file(tmp_path / "m", "アカウント", *rows), on=date(2024, 3, 1))
    assert DEPARTMENTS
    assert date(2024, 3, 1) < TODAY
    return office
