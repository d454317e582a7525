"""The keyboard alone: every link, button and field in the order of the page, each with a focus that is seen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import come_in
from tests.browser.crawl import GUEST, ways_through
from tests.browser.looking import walk_by_tab
from tests.browser.serving import Served

KINDS = (
    "/", "/tasks", "/tasks/{key:path}", "/registers/{stem}", "/letters/{number}", "/handovers", "/calendar",
    "/imports/{number}", "/guidance/new", "/previews/{token}", "/sessions",
)  # fmt: skip
MOST_STEPS = 150
BEGIN_AT_THE_TOP = "document.body.tabIndex = -1, document.body.focus()"  # also where a field has the focus at once


CHOSEN = [
    *(("division", kind) for kind in KINDS), ("chief", "/"), ("chief", "/tasks/{key:path}"),
    ("administrator", "/accounts/{name}"), (GUEST, "/sign-in"), (GUEST, "/submissions/{token}"),
    (GUEST, "/departments/{secret}"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "kind"), CHOSEN)
def test_tab_reaches_everything_in_the_order_of_the_page_and_shows_where_it_is(
    guest: Page, demo: Served, role: str, kind: str
) -> None:
    page = guest
    if role != GUEST:
        come_in(page, demo.host, role)
    page.goto(ways_through(page, demo, role)[kind])
    page.evaluate(BEGIN_AT_THE_TOP)

    ways, reached = walk_by_tab(page, MOST_STEPS)

    assert len(ways) > 3
    assert [step["at"] for step in reached] == list(range(min(len(ways), MOST_STEPS)))
    assert [step["name"] for step in reached if not step["seen"]] == []


def test_the_first_tab_offers_to_skip_to_the_content(page: Page) -> None:
    page.goto("/tasks")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.textContent") == "本文へ"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_what_folds_opens_and_closes_with_the_keyboard(page: Page) -> None:
    page.goto("/tasks/finding:R5-2(2)/b")
    fold = page.locator("details.answer").first
    fold.locator("> summary").focus()

    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "completion-note"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(fold).not_to_have_attribute("open", "")


def test_on_a_phone_the_menu_opens_and_leads_on_by_the_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto("/checks")
    page.locator(".menu summary").focus()

    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/tasks")


@pytest.mark.parametrize("kind", ["/", "/tasks", "/tasks/{key:path}", "/findings/{finding_no:path}"])
def test_on_paper_there_is_what_is_read_and_nothing_that_is_clicked(page: Page, demo: Served, kind: str) -> None:
    page.goto(ways_through(page, demo, "division")[kind])

    page.emulate_media(media="print")

    expect(page.locator("h1")).to_be_visible()
    assert page.locator("button:visible, input:visible, select:visible, nav:visible, summary:visible").count() == 0
    assert page.locator("main table:visible, main dl:visible").count() > 0
