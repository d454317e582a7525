"""A task's line of events in Japanese, newest first, each with who and when, and its letters among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.domain.dates import wareki
from tracker.domain.events import Happened
from tracker.storage.events import StoredEvent
from tracker.storage.screens.letters import LetterLine
from tracker.web.visit import Visit
from tracker.web.words import event_word, step_word


@dataclass(frozen=True)
class Moment:
    """One thing that happened; `letter` is the letter that it is about."""

    at: datetime
    on_day: date
    by: str
    what: str
    details: tuple[str, ...]
    letter: LetterLine | None = None


def timeline(visit: Visit, events: Sequence[StoredEvent], letters: Sequence[LetterLine]) -> list[Moment]:
    """Events as they come (newest first), in words."""
    by_key = {letter.key: letter for letter in letters}
    return [
        Moment(
            event.at, event.on_day, event.by, event_word(event.kind), tuple(_details(visit, event)),
            by_key.get(str(event.facts.get("letter"))),
        )
        for event in events
    ]  # fmt: skip


def _details(visit: Visit, event: StoredEvent) -> list[str]:
    facts = event.facts
    match event.kind:
        case Happened.TASK_OPENED:
            return [f"期限 {_day(facts.get('deadline'))}", f"所管課 {visit.department(facts.get('department'))}"]
        case Happened.TASK_COMPLETED:
            return [f"完了日 {_day(facts.get('completed_on'))}", str(facts.get("note") or "")]
        case Happened.DEADLINE_EXTENDED:
            return [f"{_day(facts.get('old'))} → {_day(facts.get('new'))}", str(facts.get("reason") or "")]
        case Happened.TASK_HANDED_OVER:
            way = f"{visit.department(facts.get('old'))} → {visit.department(facts.get('new'))}"
            return [way, str(facts.get("reason") or "")]
        case Happened.TASK_REWORDED:
            what = "期限の書き方" if facts.get("of") == "deadline" else "件名"
            return [f"前の{what}「{facts.get('old')}」"]
        case Happened.TASK_REPORTED | Happened.EXTENSION_ASKED | Happened.DEPARTMENT_DENIED:
            return _answer_details(visit, facts)
        case Happened.REMINDER_QUEUED:
            return [step_word(int(facts.get("step", 0)))]
        case _:
            return [str(facts.get("reason") or "")]


def _answer_details(visit: Visit, facts: Mapping[str, Any]) -> list[str]:
    details = [f"新しい期限 {_day(facts['asked'])}"] if facts.get("asked") else []
    if named := facts.get("named"):
        details.append(f"正しい所管課 {visit.department(named)}")
    files = f"ファイル {facts['files']}件" if facts.get("files") else ""
    return [*details, str(facts.get("note") or ""), files]


def _day(stored: Any) -> str:
    return wareki(date.fromisoformat(stored), weekday=True) if stored else "定めなし"
