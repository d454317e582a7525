"""Every kind of page, found by following links: nothing for axe-core, nothing sticks out, a title, a heading, a way back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from jobs.demo.accounts import add_demo_accounts
from tests.browser.browsing import HEIGHT, NAMES, NARROW, NARROWEST, WIDE, ZOOMED, Watch, a_watched_page, come_in
from tests.browser.crawl import GUEST, kinds_of_pages, ways_through
from tests.browser.looking import axe_finds, frame_of, sticks_out
from tests.browser.serving import Served, answering
from tracker.office import open_office
from tracker.web.app import create_app

ROLES = (*NAMES, GUEST)
LIKE_ANOTHER = {"auditor": "division", "member": "chief"}  # sees no more on a page than the other does
OF_SOMETHING = "/revisions/new"  # of a finding, which its query names
KINDS = [(role, kind) for role in ROLES for kind in kinds_of_pages(role)]


@pytest.mark.parametrize(("role", "kind"), KINDS, ids=[f"{role} {kind}" for role, kind in KINDS])
def test_every_kind_of_page_can_be_reached_and_used_at_any_width(
    guest: Page, demo: Served, role: str, kind: str
) -> None:
    page = guest
    if role != GUEST:
        come_in(page, demo.host, role)
    ways = ways_through(page, demo, role)
    assert kind in ways, f"no page leads to {kind}, or the example office has nothing of the kind"
    if not _is_a_page_of_ours(page, ways[kind]):
        return

    page.goto(ways[kind])
    frame = frame_of(page)
    assert frame["language"] == "ja"
    assert re.search(r"[ぁ-ん一-龥ァ-ン]", frame["title"])
    assert (frame["headings"], frame["mains"]) == (1, 1)
    assert frame["ways"] > 0 or role == GUEST  # by a letter's link there is nowhere to go back to
    is_new = kind not in kinds_of_pages(LIKE_ANOTHER[role]) if role in LIKE_ANOTHER else True

    for width in (WIDE, ZOOMED, NARROW, NARROWEST):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert sticks_out(page) == [], width
        if is_new and width in (WIDE, NARROW):
            assert axe_finds(page) == [], width


@pytest.mark.parametrize("role", NAMES)
def test_an_office_that_has_nothing_yet_is_as_usable(browser: Browser, tmp_path: Path, role: str) -> None:
    office = open_office(None, tmp_path)
    add_demo_accounts(office, office.clock.now(), "試験")
    with answering(create_app(office)) as address, a_watched_page(browser, address, NARROW) as (page, watch):
        come_in(page, watch.host, role)
        for kind in (kind for kind in kinds_of_pages(role) if "{" not in kind and kind != OF_SOMETHING):
            page.goto(kind)
            assert axe_finds(page) == [], kind
            assert sticks_out(page) == [], kind
        assert watch.troubles == []


@pytest.mark.parametrize("path", ["/nothing", "/tasks/x", "/departments/x", "/submissions/x"])
def test_a_page_that_is_not_there_says_so_as_usably(page: Page, watch: Watch, path: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})

    page.goto(path)

    assert axe_finds(page) == []
    assert sticks_out(page) == []
    watch.forgive("404")


def _is_a_page_of_ours(page: Page, path: str) -> bool:
    """Not a file to be saved, nor a paper that is shown shut in a frame."""
    headers = page.request.get(path).headers
    return headers["content-type"].startswith("text/html") and "sandbox" not in headers["content-security-policy"]
