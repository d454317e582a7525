"""Those who do not work on tasks, in a browser: an auditor reads everything, an administrator looks after accounts."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.browsing import NARROW, Watch, a_watched_page, sign_in, sign_out
from tests.browser.crawl import ways_through
from tests.browser.looking import axe_finds, sticks_out
from tests.browser.serving import Served, answering
from tracker.office import open_office
from tracker.web.app import create_app
from tracker.web.setup import SetupCode

OWN = {"/sign-out", "/password", "/session-ends"}  # what everybody may do with their own sign-in
CHANGING = re.compile(r'<form[^>]*action="([^"]*)"[^>]*method="post"|<form[^>]*method="post"[^>]*action="([^"]*)"')
GIVEN, CHOSEN = "kari-no-kotoba-06", "あたらしい合いことば 2024"


def test_an_auditor_reads_everything_and_finds_nothing_that_changes_it(guest: Page, demo: Served) -> None:
    sign_in(guest, "kansa04")
    ways = ways_through(guest, demo, "auditor")
    assert len(ways) > 30

    for kind, path in ways.items():
        answer = guest.request.get(path)
        assert answer.status == 200, kind
        if answer.headers["content-type"].startswith("text/html"):
            found = {one or other for one, other in CHANGING.findall(answer.text())}
            assert found <= OWN, kind
    guest.goto("/")
    sign_out(guest)


def test_an_administrator_lets_somebody_in_unlocks_them_and_shuts_them_out(visitor: Page, minder: Watch) -> None:
    sign_in(visitor, "kanri05")
    visitor.get_by_role("link", name="設定", exact=True).first.click()
    visitor.get_by_label("利用者名").fill("tanto06")
    visitor.get_by_label("氏名").fill("職員０６")
    visitor.get_by_label("役割").select_option("member")
    visitor.get_by_label("所管課 （課長と所管課の職員だけ）").select_option("0101")
    visitor.get_by_label("仮のパスワード").fill(GIVEN)
    visitor.get_by_role("button", name="登録する").click()
    expect(visitor.locator("h1")).to_contain_text("職員０６")
    sign_out(visitor)

    _changes_the_given_password(visitor)
    _is_locked_out(visitor, minder)

    sign_in(visitor, "kanri05")
    visitor.get_by_role("link", name="職員０６（tanto06）").click()
    visitor.get_by_role("button", name="ログインの制限を解く").click()
    expect(visitor.locator("main [role=status]")).to_be_visible()
    sign_out(visitor)
    sign_in(visitor, "tanto06", CHOSEN)
    sign_out(visitor)

    sign_in(visitor, "kanri05")
    visitor.goto("/accounts/tanto06")
    visitor.get_by_role("button", name="利用を止める").click()
    expect(visitor.locator("main [role=status]")).to_be_visible()
    sign_out(visitor)
    _try(visitor, CHOSEN)
    expect(visitor.get_by_role("alert")).to_contain_text("利用者名又はパスワードが違います。")
    minder.forgive("422")


def test_the_first_administrator_is_made_on_the_page_that_the_console_names(browser: Browser, tmp_path: Path) -> None:
    setup = SetupCode()
    app = create_app(open_office(None, tmp_path), setup)
    with answering(app) as address, a_watched_page(browser, address, NARROW) as (page, watch):
        page.goto(f"/setup/{setup.renew()}")
        assert axe_finds(page) == []
        assert sticks_out(page) == []
        page.get_by_label("利用者名").fill("kanri01")
        page.get_by_label("氏名").fill("職員０１")
        page.get_by_label("パスワード", exact=True).fill(CHOSEN)
        page.get_by_label("パスワード（もう一度）").fill(CHOSEN)
        page.get_by_role("button", name="登録する").click()

        expect(page.locator("h1")).to_have_text("今日")
        sign_out(page)
        assert watch.troubles == []


def _changes_the_given_password(page: Page) -> None:
    sign_in(page, "tanto06", GIVEN)
    expect(page.locator("h1")).to_have_text("パスワードの変更")
    assert axe_finds(page) == []
    page.goto("/tasks")
    expect(page.locator("h1")).to_have_text("パスワードの変更")
    page.get_by_label("今のパスワード").fill(GIVEN)
    page.get_by_label("新しいパスワード", exact=True).fill(CHOSEN)
    page.get_by_label("新しいパスワード（もう一度）").fill(CHOSEN)
    page.get_by_role("button", name="パスワードを変える").click()
    expect(page.locator("h1")).to_have_text("ログイン中の画面")
    page.goto("/tasks")
    expect(page.locator("h1")).to_have_text("対応")
    sign_out(page)


def _is_locked_out(page: Page, watch: Watch) -> None:
    for _ in range(20):
        _try(page, "ちがうことば")
        expect(page.get_by_role("alert")).to_be_visible()
        if "ログインの失敗が続いた" in page.get_by_role("alert").inner_text():
            break
    else:
        raise AssertionError("never locked")
    watch.forgive("422")
    watch.forgive("429")


def _try(page: Page, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("利用者名").fill("tanto06")
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン", exact=True).click()
