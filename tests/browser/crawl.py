"""One address for every kind of page, found as a reader finds it: by following links from the first page."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple
from functools import cache
from html import unescape
from urllib.parse import unquote, urljoin, urlsplit

from playwright.sync_api import APIResponse, Page

from tests.browser.serving import Served
from tracker.domain.accounts import Role
from tracker.web.app import NOUNS, OUTSIDE_NOUNS

LINK = re.compile(r"""<(?:a|iframe)\s[^>]*?(?:href|src)=["']([^"'#]+)""")
GUEST = "guest"  # not signed in: the pages for anyone, which lead somebody who is signed in elsewhere
NO_PAGES = frozenset({"/setup/{code}", "/sign-in/oidc", "/sign-in/oidc/return"})  # gone here; on the way to elsewhere
OPENED_OF_A_KIND = 15  # enough to meet a task with an answer, a letter with a calendar
WALKED: dict[tuple[Served, str], dict[str, str]] = {}


def kinds_of_pages(role: str) -> list[str]:
    """Every kind of page that a role may open, as its route says: a new one is crawled without being named."""
    return [
        path
        for noun in (*NOUNS, *OUTSIDE_NOUNS)
        for (method, path), who in noun.routes.rules.items()
        if method == "GET" and path not in NO_PAGES and (Role(role) in who if role != GUEST else not who)
    ]


def ways_through(page: Page, demo: Served, role: str) -> dict[str, str]:
    """The first address found of each kind of page by who is signed in on `page`; walked once for each role."""
    if (demo, role) not in WALKED:
        WALKED[demo, role] = _walk(page, demo, {kind: _pattern(kind) for kind in kinds_of_pages(role)})
    return WALKED[demo, role]


def _walk(page: Page, demo: Served, kinds: dict[str, re.Pattern[str]]) -> dict[str, str]:
    waiting = ["/", *astuple(demo.unlinked)]
    waiting += [kind for kind in kinds if "{" not in kind]
    found, seen, opened = dict[str, str](), set[str](), Counter[str]()
    kind_of = cache(lambda path: next((k for k, pattern in kinds.items() if pattern.fullmatch(_path_of(path))), None))
    while waiting and len(found) < len(kinds):
        path = waiting.pop(next((i for i, link in enumerate(waiting) if kind_of(link) not in found), 0))
        kind = kind_of(path)
        if path in seen or kind is None or opened[kind] == OPENED_OF_A_KIND:
            continue
        seen.add(path)
        opened[kind] += 1
        answer = page.request.get(path)
        if answer.status == 200:
            found.setdefault(kind, path)
            waiting += sorted(_links(path, answer), key=lambda link: "?" in link)
    return found


def _links(path: str, answer: APIResponse) -> Iterable[str]:
    if not answer.headers["content-type"].startswith("text/html"):
        return []
    links = (urljoin(path, unescape(link)) for link in LINK.findall(answer.text()))
    return [link for link in links if link.startswith("/") and not link.startswith("/static/")]


def _path_of(link: str) -> str:
    return unquote(urlsplit(link).path)


def _pattern(kind: str) -> re.Pattern[str]:
    """/tasks/{key:path} as a pattern; the more exact kinds of one noun stand first in its module."""
    parts = re.split(r"(\{[^}]+\})", kind)
    return re.compile(
        "".join((".+" if ":path" in p else "[^/]+") if p.startswith("{") else re.escape(p) for p in parts)
    )
