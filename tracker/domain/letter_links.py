"""Secret addresses in a letter: a placeholder while it is kept, the address for its reader, nothing for everybody else."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any

TAKEN_OUT = "（回答用のリンクは取り除きました）"
ANSWERS, PAGES = "/submissions/", "/departments/"  # what opens without sign-in: one task's answer, a department's own
OWN_PAGE = "zesei-own-page-of-the-department"  # as long as a page's secret, so that lines are broken the same
_ANSWER = re.compile(rf"(?<={ANSWERS})zesei-answer-([A-Za-z0-9_=-]+)\.")
_PAGE = re.compile(rf"(?<={PAGES}){OWN_PAGE}")
_ADDRESS = re.compile(
    r"(?:https?://[^\s\"'<>()（）]{0,255}?)?/(?:submissions|departments)/[^\s\"'<>()（）「」、。]*", re.I
)
_LINK = re.compile(r"\s(?:href|action)\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.I)


def answer_placeholder(task_key: str) -> str:
    """What stands in a kept letter where the token of a task's answer will stand."""
    return f"zesei-answer-{urlsafe_b64encode(task_key.encode()).decode()}."


def with_addresses(text: str, token_of: Callable[[str], str | None], page: Callable[[], str | None]) -> str:
    """A letter for its reader. `token_of` signs for a task's key; a placeholder for which there is nothing opens nothing."""

    def signed(found: re.Match[str]) -> str:
        return token_of(_key_in(found)) or found[0]

    return _PAGE.sub(lambda found: page() or found[0], _ANSWER.sub(signed, text))


def has_placeholders(text: str) -> bool:
    """Whether there is anything to put in."""
    return bool(_ANSWER.search(text) or _PAGE.search(text))


def keys_in(text: str) -> set[str]:
    """The keys of the tasks to whose answers placeholders stand in a text."""
    return {_key_in(found) for found in _ANSWER.finditer(text)} - {""}


def text_without(text: str) -> str:
    """A text for whoever must not answer by it, also one that was kept with its tokens."""
    return _ADDRESS.sub(TAKEN_OUT, text)


def html_without(page: str) -> str:
    """The same for an HTML part: what was a link is its words alone."""
    return text_without(_LINK.sub(lambda link: "" if _ADDRESS.search(link[0]) else link[0], page))


def deadline_without(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A deadline of a letter's calendar without the address to answer at."""
    url = facts.get("url")
    return {**facts, "url": None if url and _ADDRESS.search(url) else url}


def _key_in(placeholder: re.Match[str]) -> str:
    try:
        return urlsafe_b64decode(placeholder[1]).decode()
    except ValueError:  # somebody typed it
        return ""
