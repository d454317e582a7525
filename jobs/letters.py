"""From a letter's words to a letter in the outbox: to whom, under which key and Message-ID, and what it is noted for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from email.utils import getaddresses
from functools import cached_property
from typing import Any
from urllib.parse import quote

from jobs.checks import all_checks
from notifications.letters.letter import Letter
from notifications.letters.stationery import Stationery
from notifications.mail import message_id
from tracker.domain.departments import Department
from tracker.domain.escalations import EscalationKey
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.flags import Flag
from tracker.domain.letter_links import ANSWERS, OWN_PAGE, PAGES, answer_placeholder, html_without, text_without
from tracker.domain.reminders import ReminderKey
from tracker.domain.tasks import Origin, Task
from tracker.office import Office
from tracker.storage.outbox import WEBHOOK, QueuedLetter
from tracker.storage.store import Records

NO_ADDRESS = "宛先のメールアドレスがありません。印刷して渡してください。"
_SEPARATORS = re.compile(r"[;；、，\r\n]")


@dataclass(frozen=True)
class Composed:
    """A letter ready to queue, with what it is noted for; `part` names it when there is trouble."""

    part: str
    queued: tuple[QueuedLetter, ...]
    reminders: tuple[tuple[ReminderKey, date | None], ...] = ()
    escalations: tuple[EscalationKey, ...] = ()
    listed: tuple[Task, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def letter(self) -> QueuedLetter:
        """The mail itself; the others are the same for other channels."""
        return self.queued[0]


def queue_letters(records: Records, letters: Iterable[Composed], occasion: Occasion) -> None:
    """Queue letters and note what they are about, all in the caller's transaction."""
    letters = list(letters)
    records.outbox.queue_all([queued for letter in letters for queued in letter.queued])
    records.ledger.note_reminders([
        (key, deadline, letter.letter.key, occasion.on_day)
        for letter in letters for key, deadline in letter.reminders
    ])  # fmt: skip
    events = list[Event]()
    for letter in letters:
        facts = {"letter": letter.letter.key, "department": letter.letter.department_code}
        if letter.escalations:
            records.ledger.note_escalations(letter.escalations, letter.letter.key, occasion.on_day)
        events += [
            Event(Happened.REMINDER_QUEUED, f"task:{key.task_key}", occasion, facts | {"step": key.step})
            for key, _ in letter.reminders
        ]
        events += [
            Event(Happened.TASK_ESCALATED, f"task:{key.task_key}", occasion, facts | {"to": str(key.to)})
            for key in letter.escalations
        ]
    records.events.append(events)


def addresses_in(written: str | None) -> tuple[str, ...]:
    """The addresses in a cell: several may stand there, parted by commas, semicolons or 、."""
    if not written or not written.strip():
        return ()
    pairs = getaddresses([_SEPARATORS.sub(",", written)])
    found = tuple(dict.fromkeys(address for _, address in pairs if "@" in address))
    return found or (written.strip(),)  # what is no address stays visible, and is refused when it is to be sent


@dataclass(frozen=True)
class Post:
    """How this office's letters are addressed on one day."""

    office: Office
    occasion: Occasion
    troubles: list[str] = field(default_factory=list)

    @cached_property
    def stationery(self) -> Stationery:
        """The templates: the office's own where there are any."""
        stationery = Stationery(self.office.settings.letters.folder)
        for trouble in stationery.check():  # a broken one is not used at all
            self.troubles.append(str(trouble))
        return stationery

    def address(
        self, letter: Letter, kind: str, key: str, department: Department, *, addressee: str,
        to: str | None, copies: Sequence[str] = (), deadlines: Sequence[Mapping[str, Any]] = (), url: str | None = None,
        is_departments: bool = False,
    ) -> tuple[QueuedLetter, ...]:  # fmt: skip
        """The mail, and the same for every webhook it goes to; without an address it is kept for print.

        `is_departments`: its readers may answer for the department. In any other letter nothing is ever signed.
        """
        text, html = letter.text, letter.html
        if not is_departments:
            text, html = text_without(text), html_without(html)
        recipients, now = addresses_in(to), self.occasion.at
        mail = QueuedLetter(
            key=key, kind=kind, department_code=department.code or None, recipients=recipients,
            copies=tuple(copy for copy in copies if copy not in recipients) if recipients else (),
            subject=letter.subject, body_text=text, body_html=html,
            message_id=message_id(kind, key, self.office.settings.mail.domain), on_day=self.occasion.on_day, queued_at=now,
            next_attempt_at=now if recipients else None, given_up_at=None if recipients else now,
            answer="" if recipients else NO_ADDRESS, addressee=addressee,
            deadlines=tuple(deadlines), url=url or "",
        )  # fmt: skip
        return (mail, *self._webhooks(mail, department))

    def answer_url(self, task_key: str, department: Department) -> str | None:
        """Where a department answers to a task, without sign-in where the office allows it; None without an address.

        The token is put in when the letter is packed for its reader (tracker.secrets.letters).
        """
        if not self._site:
            return None
        if not self.links_need_no_sign_in or not department.code:
            return self.list_url(department.code)
        return f"{self._site}{ANSWERS}{answer_placeholder(task_key)}"

    def list_url(self, department_code: str) -> str | None:
        """The division's list of a department's tasks."""
        return f"{self._site}/tasks?department={quote(department_code or '-')}" if self._site else None

    def own_page_url(self, *, is_given: bool) -> str | None:
        """A department's own page, when it has a secret address, which is put in as the tokens are."""
        return f"{self._site}{PAGES}{OWN_PAGE}" if self._site and is_given else None

    def task_url(self, task_key: str) -> str | None:
        """The division's page of a task."""
        return f"{self._site}/tasks/{quote(task_key, safe='')}" if self._site else None

    @cached_property
    def _site(self) -> str:
        """The address that departments reach the pages under; nothing when there is none."""
        return (self.office.settings.web.address or "").rstrip("/")

    @cached_property
    def until(self) -> date:
        """The last day on which today's links open."""
        return self.occasion.on_day + timedelta(days=self.office.settings.answers.days)

    @cached_property
    def links_need_no_sign_in(self) -> bool:
        """Whether departments answer by signed links."""
        return bool(self.office.settings.answers.enabled and self._site)

    def _webhooks(self, mail: QueuedLetter, department: Department) -> Iterable[QueuedLetter]:
        division = self.office.settings.office.division
        for hook in self.office.settings.webhooks.to:
            wanted = hook.department or division
            if (not hook.kinds or mail.kind in hook.kinds) and wanted in (department.code, department.name):
                yield replace(
                    mail, key=f"{mail.key}@{hook.name}", channel=WEBHOOK, recipients=(hook.name,), copies=(),
                    body_html="", deadlines=(), next_attempt_at=self.occasion.at, given_up_at=None, answer="",
                )  # fmt: skip


def origin_words(task: Task) -> str:
    """Where a task comes from, as a letter says it."""
    if task.origin is Origin.FINDING:
        return f"指導事項 {task.origin_ref}"
    if task.origin is Origin.FLAG:
        return f"検査: {next((check.title for check in all_checks() if check.name == task.kind), task.kind)}"
    return "定期" if task.origin is Origin.DUTY else "審議会"
