"""What the tests in a browser begin with: the example office's pages, and a page that must not misbehave."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.browsing import Watch, a_browser, a_watched_page, come_in
from tests.browser.serving import Served, a_demo_office, served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Served]:
    """The example office for tests that only look: what one changes the next one sees."""
    own = tmp_path_factory.mktemp("office") / "data"
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent
    with served(a_demo_office(shared, own)) as pages:
        yield pages


@pytest.fixture
def watched(browser: Browser, demo: Served) -> Iterator[tuple[Page, Watch]]:
    """A page and its watch: whatever troubles are left at the end fail the test."""
    with a_watched_page(browser, demo.address) as (page, watch):
        yield page, watch
    assert watch.troubles == []


@pytest.fixture
def page(watched: tuple[Page, Watch]) -> Page:
    """The division's page, on which nothing may go wrong."""
    page, watch = watched
    come_in(page, watch.host, "division")
    return page


@pytest.fixture
def guest(watched: tuple[Page, Watch]) -> Page:
    """The page of somebody who is not signed in, on which nothing may go wrong."""
    return watched[0]


@pytest.fixture
def watch(watched: tuple[Page, Watch]) -> Watch:
    """The watch over `page` or `guest`."""
    return watched[1]
