"""The watch over every page in these tests sees each kind of trouble: shown by making it."""

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.browsing import Watch, a_watched_page
from tests.browser.serving import Served

FOREIGN = "http://elsewhere.example"
FREE = "<!DOCTYPE html><html lang='ja'><title>見本</title><body>{}</body></html>"  # a page without our policy
TROUBLES = [
    ("<script>console.error('壊れました')</script>", "console: 壊れました"),
    ("<script>nothing.there()</script>", "page error: nothing is not defined"),
    ("<script>Promise.reject(new Error('忘れた約束'))</script>", "page error: 忘れた約束"),
    ("<img src='/static/nothing.png' alt=''>", "answered 404: "),
    ("<img src='http://127.0.0.1:1/nothing.png' alt=''>", "another host: http://127.0.0.1:1/nothing.png"),
    (f"<img src='{FOREIGN}/pixel.png' alt=''>", f"another host: {FOREIGN}/pixel.png"),
    (f"<link rel='stylesheet' href='{FOREIGN}/font.css'>", f"another host: {FOREIGN}/font.css"),
    (f"<script src='{FOREIGN}/count.js'></script>", f"another host: {FOREIGN}/count.js"),
    (f"<script>fetch('{FOREIGN}/').catch(() => 0)</script>", f"another host: {FOREIGN}/"),
    (f"<script>navigator.sendBeacon('{FOREIGN}/beacon')</script>", f"another host: {FOREIGN}/beacon"),
    ("<iframe title='x' srcdoc='<script>console.error(1)</script>'></iframe>", "console: 1"),
]  # fmt: skip
FORBIDDEN = [
    ("const s = document.createElement('script'); s.textContent = '1'; document.body.append(s)", "policy: script-src-elem"),
    ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')", "policy: style-src-attr"),
    ("document.body.insertAdjacentHTML('beforeend', '<img alt=\"\" src=\"http://elsewhere.example/x.png\">')", "policy: img-src"),
    ("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"1\">x</p>')", "policy: script-src-attr"),
    ("setTimeout('1')", "policy: script-src"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "told"), TROUBLES, ids=[told for _, told in TROUBLES])
def test_the_watch_tells_what_a_page_does_wrong(browser: Browser, demo: Served, body: str, told: str) -> None:
    with a_watched_page(browser, demo.address) as (page, watch):
        page.route("**/planted", lambda route: _answer(route, body))
        page.goto("/planted")

        assert _is_told(page, watch, told), watch.troubles


@pytest.mark.parametrize(("script", "told"), FORBIDDEN, ids=[told for _, told in FORBIDDEN])
def test_our_policy_stops_what_is_inline_or_foreign_and_the_watch_tells(
    browser: Browser, demo: Served, script: str, told: str
) -> None:
    with a_watched_page(browser, demo.address) as (page, watch):
        page.goto("/sign-in")
        assert watch.troubles == []

        page.evaluate(script)

        assert _is_told(page, watch, told), watch.troubles


def test_a_page_of_our_own_gives_the_watch_nothing_to_tell(page: Page, watch: Watch) -> None:
    page.goto("/")
    page.wait_for_load_state("networkidle")

    assert watch.troubles == []


def _is_told(page: Page, watch: Watch, words: str) -> bool:
    for _ in range(100):
        if any(words in trouble for trouble in watch.troubles):
            return True
        page.wait_for_timeout(20)
    return False


def _answer(route: Route, body: str) -> None:
    route.fulfill(content_type="text/html; charset=utf-8", body=FREE.format(body))
