"""What scripts add: lists that change in place, with the address and the focus kept; and nothing that needs them."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.browsing import Watch, a_watched_page, come_in
from tests.browser.serving import Served

HTML = "text/html; charset=utf-8"
MARK = "document.body.dataset.mark = 'same page'"


def is_the_same_document(page: Page) -> bool:
    """Whether the page was changed in place since it was marked."""
    return page.evaluate("document.body.dataset.mark") == "same page"


def focused(page: Page) -> str:
    """The element that has the focus, as its tag and what it says."""
    words: str = page.evaluate("document.activeElement.tagName + ' ' + document.activeElement.textContent.trim()")
    return words


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.evaluate("location.href")).query)  # page.url lags behind a change in place


def test_a_filter_changes_the_list_in_place_and_the_address_can_be_mailed(page: Page, demo: Served) -> None:
    page.goto("/tasks")
    page.evaluate(MARK)

    page.get_by_label("種類").select_option(label="検査")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator("main .said")).to_contain_text("2件")

    assert is_the_same_document(page)
    assert focused(page) == "BUTTON 絞り込む"
    expect(page).to_have_url(re.compile("origin=flag"))  # the address follows the list
    assert asked(page)["origin"] == ["flag"]
    rows = page.locator("main tbody tr").all_inner_texts()
    page.goto(page.evaluate("location.href"))
    assert page.locator("main tbody tr").all_inner_texts() == rows


def test_a_tab_changes_the_list_and_the_title_of_what_is_hidden(page: Page) -> None:
    page.goto("/tasks")
    page.evaluate(MARK)

    page.get_by_role("link", name=re.compile("^完了")).click()
    expect(page.locator(".tabs [aria-current]")).to_contain_text("完了")

    assert is_the_same_document(page)
    assert focused(page).startswith("A 完了")
    expect(page).to_have_url(re.compile("standing=completed"))
    assert asked(page)["standing"] == ["completed"]
    assert page.locator(".filter [name=standing]").input_value() == "completed"


def test_turning_the_page_leads_to_the_top_of_the_list_and_back_leads_back(page: Page) -> None:
    page.goto("/jobs")
    page.evaluate(MARK)

    page.get_by_role("link", name="次の50件").click()
    expect(page.locator(".pages span")).to_contain_text("2 /")

    assert is_the_same_document(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "これまでの処理"
    expect(page.get_by_label("これまでの処理")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".pages span")).to_contain_text("1 /")
    assert "page" not in asked(page)


def test_what_went_wrong_meanwhile_is_opened_as_a_page_of_its_own(page: Page, watch: Watch) -> None:
    page.goto("/tasks")
    page.route("**/tasks?*", lambda route: route.fulfill(status=500, content_type=HTML, body="<h1>表示できません</h1>"))

    page.get_by_role("button", name="絞り込む").click()

    expect(page.get_by_role("heading", name="表示できません")).to_be_visible()
    assert page.locator("nav").count() == 0
    watch.forgive("500")


def test_signed_out_meanwhile_leads_to_the_page_that_asks_to_sign_in(page: Page) -> None:
    page.goto("/tasks")
    page.evaluate(MARK)
    page.context.clear_cookies()

    page.get_by_role("button", name="絞り込む").click()
    page.wait_for_url("**/sign-in?next=*")

    assert not is_the_same_document(page)


def test_a_second_click_while_the_answer_is_under_way_sends_nothing_more(page: Page) -> None:
    held = list[Route]()
    page.goto("/tasks/finding:R5-2(2)/b")
    page.route("**/completions", lambda route: held.append(route))
    page.get_by_text("完了にする（").click()
    page.locator("#completion-note").fill("電話で聞きました。")
    page.get_by_role("button", name="完了にする").scroll_into_view_if_needed()
    button = page.get_by_role("button", name="完了にする").bounding_box()
    assert button is not None

    for _ in range(2):  # the bare mouse: a locator would wait for the answer
        page.mouse.click(button["x"] + 10, button["y"] + 10)
        page.wait_for_timeout(300)  # also for a second request that must not come

    assert len(held) == 1
    held[0].abort("aborted")


@pytest.mark.parametrize("width", [1280, 400])
def test_without_scripts_everything_is_there(browser: Browser, demo: Served, width: int) -> None:
    with a_watched_page(browser, demo.address, width, scripts=False) as (page, watch):
        come_in(page, demo.host, "division")
        page.goto("/tasks")
        if width == 400:
            page.get_by_text("メニュー").click()
        page.locator("nav:visible").get_by_role("link", name="送信").click()
        page.get_by_label("状態").select_option(index=1)
        page.get_by_role("button", name="絞り込む").click()
        assert "state" in asked(page)
        page.go_back()
        page.get_by_role("link", name="次の50件").click()
        assert asked(page)["page"] == ["2"]

        assert watch.troubles == []
