"""A kept letter for its reader, with the addresses to answer at; and for everybody else, without."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from tracker.domain.events import Happened
from tracker.domain.letter_links import (
    deadline_without,
    has_placeholders,
    html_without,
    text_without,
    with_addresses,
)
from tracker.links import AnswerLink, AnswerLinks, office_secret
from tracker.office import Office
from tracker.storage.outbox import QueuedLetter
from tracker.storage.store import Records


def for_reader(records: Records, office: Office, letter: QueuedLetter) -> QueuedLetter:
    """The letter as it is packed for the department it is written to: signed for that department's tasks and no others."""
    urls = [str(facts.get("url") or "") for facts in letter.deadlines]
    code = letter.department_code
    if not code or not any(map(has_placeholders, (letter.body_text, letter.body_html, letter.url, *urls))):
        return letter
    links, until = (
        AnswerLinks(office_secret(office.data_dir)),
        letter.on_day + timedelta(days=office.settings.answers.days),
    )

    def token_of(task_key: str) -> str | None:
        number = records.events.first_about(f"task:{task_key}") if _was_of(records, task_key, code) else None
        return None if number is None else links.sign(AnswerLink(task_key, code, until), number)

    def signed(text: str) -> str:
        return with_addresses(text, token_of, partial(_page_of, records, code))

    return replace(
        letter, body_text=signed(letter.body_text), body_html=signed(letter.body_html), url=signed(letter.url),
        deadlines=tuple({**facts, "url": signed(url) or None} for facts, url in zip(letter.deadlines, urls, strict=True)),
    )  # fmt: skip


def for_others(letter: QueuedLetter) -> QueuedLetter:
    """The letter as anybody but its reader sees it, also one that was kept with its tokens by an earlier version."""
    return replace(
        letter, body_text=text_without(letter.body_text), body_html=html_without(letter.body_html), url="",
        deadlines=tuple(map(deadline_without, letter.deadlines)),
    )  # fmt: skip


def _page_of(records: Records, code: str) -> str | None:
    key = records.department_keys.valid().get(code)
    return key.secret if key else None


def _was_of(records: Records, task_key: str, code: str) -> bool:
    """Whether a task is or was the department's: words that somebody typed into a letter sign nothing else."""
    task = records.tasks.find(task_key)
    if task is None or task.department_code == code:
        return task is not None
    events = records.events.about(f"task:{task_key}")
    return any(one.kind == Happened.TASK_HANDED_OVER and one.facts.get("old") == code for one in events)
