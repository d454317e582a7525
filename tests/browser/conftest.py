"""What the tests in a browser begin with: the example office's pages, and a page that must not misbehave."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsing import Watch, a_browser, a_watched_page, come_in
from tests.browser.serving import Served, a_demo_office, served, served_as_it_is

expect.set_options(timeout=15_000)  # a machine with other work still shows the page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with a_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of all who test at the same time."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture(scope="session")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Served]:
    """The example office for tests that only look: what one changes the next one sees."""
    with served(a_demo_office(shared, tmp_path_factory.mktemp("office") / "data")) as pages:
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


@pytest.fixture
def own_office(browser: Browser, tmp_path: Path, shared: Path) -> Iterator[Served]:
    """An example office of one's own, as it is on its first morning, to be changed."""
    with served_as_it_is(a_demo_office(shared, tmp_path / "data")) as pages:
        yield pages


@pytest.fixture
def visiting(browser: Browser, own_office: Served) -> Iterator[tuple[Page, Watch]]:
    """A page and its watch before an office of one's own: whatever troubles are left at the end fail the test."""
    with a_watched_page(browser, own_office.address) as (page, watch):
        yield page, watch
    assert watch.troubles == []


@pytest.fixture
def visitor(visiting: tuple[Page, Watch]) -> Page:
    """Somebody who sits down before the own office's pages, on which nothing may go wrong."""
    return visiting[0]


@pytest.fixture
def minder(visiting: tuple[Page, Watch]) -> Watch:
    """The watch over `visitor`."""
    return visiting[1]
