"""Deadlines as a calendar (RFC 5545) for Outlook and other calendar programs: one all-day event for each task."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from tracker.domain.tasks import Task

if TYPE_CHECKING:
    from icalendar import Event
    from icalendar.prop import vUnknown

PRODUCT = "-//Zesei//Deadlines//JA"
REFRESH = timedelta(hours=6)
OFFICE_ZONE = "Asia/Tokyo"
MARKS = {"open": "", "completed": "【完了】", "cancelled": "【取消】"}
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class DeadlineEntry:
    """One deadline. `uid_about` is what it is about and never changes; each change raises `sequence`.

    A task that was withdrawn, or handed over to another department, is "cancelled" in this one's calendar.
    """

    uid_about: str
    title: str
    deadline: date
    description: str
    url: str | None
    department: str
    state: Literal["open", "completed", "cancelled"]
    sequence: int
    changed_at: datetime


def entry_of(task: Task, department: str, url: str | None, changed_at: datetime) -> DeadlineEntry:
    """A task's deadline in its department's calendar; the task must have one."""
    assert task.deadline is not None
    state: Literal["open", "completed", "cancelled"] = "open" if task.is_open else "completed"
    if task.withdrawn_on and not task.completed_on:
        state = "cancelled"
    return DeadlineEntry(
        uid_about=about_of(task.key, task.department_code), title=task.title, deadline=task.deadline, description=task.body, url=url,
        department=department, state=state, sequence=task.version, changed_at=changed_at,
    )  # fmt: skip


def deadline_facts(task: Task, url: str | None) -> dict[str, Any]:
    """What a letter keeps of a task's deadline, as JSON, for the calendar that goes along; the task must have one."""
    assert task.deadline is not None
    return {
        "about": about_of(task.key, task.department_code), "title": task.title, "body": task.body, "url": url,
        "deadline": task.deadline.isoformat(), "version": task.version,
    }  # fmt: skip


def letter_calendar(deadlines: Sequence[Mapping[str, Any]], addressee: str, at: datetime, domain: str) -> str:
    """The calendar that goes along with a letter to a department, from what the letter kept; nothing without any."""
    if not deadlines:
        return ""
    entries = [_entry_from(facts, addressee, at) for facts in deadlines]
    return deadline_calendar(f"対応期限（{addressee}）", entries, now=at, domain=domain)


def _entry_from(facts: Mapping[str, Any], department: str, changed_at: datetime) -> DeadlineEntry:
    """The entry of a deadline that a letter kept."""
    return DeadlineEntry(
        facts["about"], facts["title"], date.fromisoformat(facts["deadline"]), facts["body"], facts["url"],
        department, "open", facts["version"], changed_at,
    )  # fmt: skip


def about_of(task_key: str, department_code: str | None) -> str:
    """What a deadline's UID is made from: handed over, a task is cancelled in one calendar and new in the other."""
    return f"{task_key}@{department_code or '-'}"


def uid_of(task_key: str, domain: str) -> str:
    """The UID of a task's event: the same on any day and machine, so that a calendar program knows it again."""
    digest = sha256(f"deadline\0{task_key}".encode()).hexdigest()[:32]
    return f"{digest}@{domain}"


def deadline_calendar(
    name: str, entries: Iterable[DeadlineEntry], *, now: datetime, domain: str, zone: str = OFFICE_ZONE
) -> str:
    """The calendar's text. `now` stands in DTSTAMP only; the events keep the order of the entries."""
    from icalendar import Calendar, vDuration

    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", _text(" ".join(name.splitlines())))
    calendar.add("X-WR-TIMEZONE", zone)
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))  # what Outlook reads instead
    for entry in entries:
        calendar.add_component(_event(entry, now, domain))
    written: bytes = calendar.to_ical()
    return written.decode()


def _event(entry: DeadlineEntry, now: datetime, domain: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("UID", uid_of(entry.uid_about, domain))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("LAST-MODIFIED", entry.changed_at.astimezone(UTC))
    event.add("DTSTART", entry.deadline)
    if entry.deadline < date.max:
        event.add("DTEND", entry.deadline + timedelta(days=1))
    event.add("TRANSP", "TRANSPARENT")
    event.add("STATUS", "CANCELLED" if entry.state == "cancelled" else "CONFIRMED")
    event.add("SUMMARY", _text(f"{MARKS[entry.state]}期限　{entry.title}"))
    event.add("DESCRIPTION", _text(f"所管課　{entry.department}\n{entry.description}"))
    if entry.url:
        event.add("URL", quote(entry.url, safe=_IN_ADDRESSES))
    return event


def _text(words: str) -> "vUnknown":
    """A TEXT value, escaped here: icalendar's own vText takes the two letters 「\\N」 of a Windows path for a line break."""
    from icalendar.prop import vUnknown

    plain = _NO_TEXT.sub("", _LINE_END.sub("\n", words))
    return vUnknown(plain.translate(_ESCAPES))
