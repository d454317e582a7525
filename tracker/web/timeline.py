"""A task's line of events in Japanese, newest first, each with who and when, and its letters among them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.domain.dates import wareki
from tracker.domain.decisions import Approver, Effect
from tracker.domain.events import Happened
from tracker.storage.events import StoredEvent
from tracker.storage.screens.letters import LetterLine
from tracker.web.visit import Visit
from tracker.web.words import APPROVERS, EFFECTS, FINDING_FIELDS, event_word, step_word

Named = Callable[[str | None], str]


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
    return [moment_of(event, visit.department, by_key.get(str(event.facts.get("letter")))) for event in events]


def moment_of(event: StoredEvent, department: Named, letter: LetterLine | None = None) -> Moment:
    """One event in words; `department` names a department by its code."""
    details = (*_details(department, event), _approval(event.facts.get("approval")))
    return Moment(event.at, event.on_day, event.by, event_word(event.kind), details, letter)


def _details(department: Named, event: StoredEvent) -> list[str]:
    facts = event.facts
    match event.kind:
        case Happened.TASK_OPENED:
            return [f"期限 {_day(facts.get('deadline'))}", f"所管課 {department(facts.get('department'))}"]
        case Happened.TASK_COMPLETED:
            return [f"完了日 {_day(facts.get('completed_on'))}", str(facts.get("note") or "")]
        case Happened.DEADLINE_EXTENDED:
            return [f"{_day(facts.get('old'))} → {_day(facts.get('new'))}", str(facts.get("reason") or "")]
        case Happened.TASK_HANDED_OVER:
            way = f"{department(facts.get('old'))} → {department(facts.get('new'))}"
            return [way, str(facts.get("reason") or "")]
        case Happened.TASK_REWORDED:
            what = "期限の書き方" if facts.get("of") == "deadline" else "件名"
            return [f"前の{what}「{facts.get('old')}」"]
        case Happened.TASK_REPORTED | Happened.EXTENSION_ASKED | Happened.DEPARTMENT_DENIED:
            return _answer_details(department, facts)
        case Happened.TASK_COMMENTED:
            return [str(facts.get("text") or "")]
        case Happened.EVIDENCE_ATTACHED:
            return ["、".join(facts.get("files", ())), str(facts.get("note") or "")]
        case Happened.EVIDENCE_REMOVED:
            return [str(facts.get("file") or ""), f"理由　{facts.get('reason')}"]
        case Happened.TASK_WITHDRAWN:
            return ["措置しないことを決めました" if facts.get("measure") else "", str(facts.get("reason") or "")]
        case Happened.EFFECT_CHECKED:
            effect = EFFECTS.get(Effect(facts.get("effect", "")))
            return [effect.word if effect else "", str(facts.get("note") or "")]
        case Happened.OFFICER_NAMED:
            return [str(facts.get("name") or facts.get("new") or "担当者なし")]
        case Happened.RECURRENCE_NOTED | Happened.RECURRENCE_REVOKED:
            return [f"指導事項 {facts.get('earlier')}", str(facts.get("reason") or "")]
        case Happened.REMINDER_QUEUED:
            return [step_word(int(facts.get("step", 0)))]
        case Happened.FINDING_REVISED:
            changes = [_change(department, *one) for one in facts.get("changes", [])]
            return [*changes, f"理由　{facts.get('reason') or ''}"]
        case Happened.FINDING_CLOSED:
            return [str(facts.get("note") or "")]
        case Happened.EXCEPTION_GRANTED:
            return [f"{_day(facts.get('until'))}まで　承認 {facts.get('approved_by')}", str(facts.get("reason") or "")]
        case _:
            return [str(facts.get("reason") or "")]


def _answer_details(department: Named, facts: Mapping[str, Any]) -> list[str]:
    details = [f"新しい期限 {_day(facts['asked'])}"] if facts.get("asked") else []
    if named := facts.get("named"):
        details.append(f"正しい所管課 {department(named)}")
    files = f"ファイル {facts['files']}件" if facts.get("files") else ""
    return [*details, str(facts.get("note") or ""), files]


def _approval(said: Mapping[str, Any] | None) -> str:
    """決裁　令和6年3月18日（月）　課長決裁　6情管第12号"""
    if not said:
        return ""
    on, by, number = said.get("on"), said.get("by"), said.get("document_no")
    return "　".join(filter(None, ["決裁", _day(on) if on else "", APPROVERS[Approver(by)] if by else "", number]))


def _day(stored: Any) -> str:
    return wareki(date.fromisoformat(stored), weekday=True) if stored else "定めなし"


def _change(department: Named, name: str, old: Any, new: Any) -> str:
    """A field that was revised, before and after."""
    shown = department if name == "department_code" else lambda value: _day(value) if name == "given_on" else value
    return f"{FINDING_FIELDS.get(name, name)}　「{shown(old) or 'なし'}」→「{shown(new) or 'なし'}」"
