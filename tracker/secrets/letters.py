"""A kept letter for its reader, with the addresses to answer at; and for everybody else, without."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from tracker.domain.events import Happened
from tracker.domain.letter_links import (
    deadline_without,
    has_placeholders,
    html_without,
    keys_in,
    text_without,
    with_addresses,
)
from tracker.links import ABOUT_A_TASK, AnswerLink, AnswerLinks, office_secret
from tracker.office import Office
from tracker.secrets.department_pages import page_secret
from tracker.storage.outbox import QueuedLetter
from tracker.storage.store import Records


def for_reader(records: Records, office: Office, letter: QueuedLetter) -> QueuedLetter:
    """The letter as it is packed for the department it is written to: signed for that department's tasks and no others."""
    urls = [str(facts.get("url") or "") for facts in letter.deadlines]
    texts, code = (letter.body_text, letter.body_html, letter.url, *urls), letter.department_code
    if not code or not any(map(has_placeholders, texts)):
        return letter
    until = letter.on_day + timedelta(days=office.settings.answers.days)
    tokens = _tokens(records, office, code, until, set().union(*map(keys_in, texts)))

    def signed(text: str) -> str:
        return with_addresses(text, tokens.get, partial(_page_of, records, office, code))

    return replace(
        letter, body_text=signed(letter.body_text), body_html=signed(letter.body_html), url=signed(letter.url),
        deadlines=tuple({**facts, "url": signed(url) or None} for facts, url in zip(letter.deadlines, urls, strict=True)),
    )  # fmt: skip


def _tokens(records: Records, office: Office, code: str, until: date, keys: set[str]) -> dict[str, str]:
    """Signed for each of these tasks that is or was the department's: what somebody typed into a letter signs nothing else."""
    links, tasks = AnswerLinks(office_secret(office.data_dir)), records.tasks.by_keys(keys)
    own = [key for key, task in tasks.items() if task.department_code == code or _was_of(records, key, code)]
    numbers = records.events.firsts_about([f"{ABOUT_A_TASK}{key}" for key in own])
    return {
        key: links.sign(AnswerLink(key, code, until), numbers[f"{ABOUT_A_TASK}{key}"])
        for key in own
        if f"{ABOUT_A_TASK}{key}" in numbers
    }


def for_others(letter: QueuedLetter) -> QueuedLetter:
    """The letter as anybody but its reader sees it, also one that was kept with its tokens by an earlier version."""
    return replace(
        letter, body_text=text_without(letter.body_text), body_html=html_without(letter.body_html), url="",
        deadlines=tuple(map(deadline_without, letter.deadlines)),
    )  # fmt: skip


def _page_of(records: Records, office: Office, code: str) -> str | None:
    key = records.department_keys.valid().get(code)
    return page_secret(office.data_dir, key) if key else None


def _was_of(records: Records, task_key: str, code: str) -> bool:
    """Whether a task was the department's before it went elsewhere."""
    events = records.events.about(f"{ABOUT_A_TASK}{task_key}")
    return any(one.kind == Happened.TASK_HANDED_OVER and one.facts.get("old") == code for one in events)
