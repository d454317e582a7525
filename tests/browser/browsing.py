"""A browser that may reach this machine alone, and a watch that writes down everything a page must not do."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from jobs.demo.accounts import ACCOUNTS, PASSWORD
from tests.leaving_out import leave_out
from tracker.web.guests import COOKIE

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
WIDE, ZOOMED, NARROW, NARROWEST = 1280, 640, 400, 320  # 640: a screen of 1280 at 200 %; 320: at 400 %
HEIGHT = 900
LEFT = "net::ERR_ABORTED"  # what was still under way when the page was left, or became a download
NAMES = {str(account.role): account.name for account in ACCOUNTS}
BEGUN: dict[tuple[str, str], str] = {}  # the session's secret by host and role
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Debian's Chromium; the tests are left out with a word where there is none, and fail in CI."""
    chromium = shutil.which("chromium")
    if chromium is None:
        leave_out("chromium not found; Debian's package is chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield browser
        browser.close()


@dataclass
class Watch:
    """What went wrong in a context, in the order it happened."""

    host: str
    troubles: list[str] = field(default_factory=list)

    def keep(self, context: BrowserContext) -> None:
        """Watch every page of the context, its frames included."""
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.troubles.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def forgive(self, words: str) -> None:
        """Take off the list what a test provoked on purpose; it must be there."""
        provoked = [trouble for trouble in self.troubles if words in trouble]
        assert provoked, (words, self.troubles)
        self.troubles = [trouble for trouble in self.troubles if trouble not in provoked]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and address.netloc != self.host:
            self.troubles.append(f"another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.troubles.append(f"request failed: {request.failure} {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"answered {response.status}: {response.url}")


@contextmanager
def a_watched_page(
    browser: Browser, address: str, width: int = WIDE, *, scripts: bool = True
) -> Iterator[tuple[Page, Watch]]:
    """A page in a context of its own, with its watch; paths are relative to the address."""
    context = browser.new_context(
        base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", java_script_enabled=scripts,
        viewport={"width": width, "height": HEIGHT},
    )  # fmt: skip
    context.set_default_timeout(10_000)
    watch = Watch(urlsplit(address).netloc)
    watch.keep(context)
    try:
        yield context.new_page(), watch
    finally:
        context.close()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Through the form that everybody signs in with, wherever it stands at the moment."""
    if not urlsplit(page.url).path.startswith("/sign-in"):
        page.goto("/sign-in")
    page.get_by_label("利用者名").fill(name)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン", exact=True).click()
    page.get_by_role("button", name="ログアウト").wait_for()


def sign_out(page: Page) -> None:
    """Through the button that is on every page."""
    page.get_by_role("button", name="ログアウト").click()
    page.get_by_text("ログアウトしました。").wait_for()


def come_in(page: Page, host: str, role: str) -> None:
    """As somebody of a role: by the form the first time, then in the session that this began."""
    if (host, role) not in BEGUN:
        sign_in(page, NAMES[role])
        BEGUN[host, role] = next(str(one.get("value")) for one in page.context.cookies() if one.get("name") == COOKIE)
    kept = BEGUN[host, role]
    page.context.add_cookies([{"name": COOKIE, "value": kept, "url": f"http://{host}", "httpOnly": True}])
