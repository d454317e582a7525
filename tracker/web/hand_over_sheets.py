"""The lines of a hand-over sheet: each task with its ground, its history in short, its evidence and who was in charge."""

from datetime import date, timedelta

from tracker.domain.dates import short_wareki
from tracker.domain.events import Happened
from tracker.domain.tasks import STANDING_WORDS, Origin, Task
from tracker.exports.hand_over_sheet import HandOverRow
from tracker.storage.events import StoredEvent
from tracker.storage.screens.hand_overs import (
    carried_from,
    evidence_names,
    letters_counted,
    names_of_staff,
    short_histories,
)  # fmt: skip
from tracker.web.visit import Visit
from tracker.web.words import ORIGINS, event_word

SINCE = timedelta(days=400)


def sheet_of(visit: Visit, code: str) -> list[HandOverRow]:
    """What is open with a department, and what a reorganisation has taken from it, the earliest deadline first."""
    carried = carried_from(visit.connection, code, visit.today - SINCE)
    tasks = visit.records.tasks.open_of(code) + list(visit.records.tasks.by_keys(carried).values())
    tasks.sort(key=lambda task: (task.deadline_order, task.key))
    keys = [task.key for task in tasks]
    histories, letters = short_histories(visit.connection, keys), letters_counted(visit.connection, keys)
    evidence = evidence_names(visit.connection, keys)
    numbers = {task.key: _officer_no(task, carried.get(task.key)) for task in tasks}
    staff = names_of_staff(visit.connection, sorted(set(filter(None, numbers.values()))))
    grounds = _grounds(visit)
    return [
        HandOverRow(
            key=task.key, status_word=STANDING_WORDS[task.standing(visit.today)], deadline=task.deadline,
            deadline_printed=task.deadline_printed, first_deadline=task.first_deadline, title=task.title, body=task.body,
            origin=_origin(task, grounds), ground=grounds.get(_ground_key(task), ("", ""))[1], opened_on=task.opened_on,
            officer=staff.get(numbers[task.key], numbers[task.key]),
            history=(*map(_line, histories.get(task.key, ())), *_letters(letters.get(task.key))),
            evidence=tuple(evidence.get(task.key, ())),
            to=visit.department(task.department_code) if task.key in carried else "",
        )
        for task in tasks
    ]  # fmt: skip


def _officer_no(task: Task, carried: StoredEvent | None) -> str:
    """Who was in charge in the department that hands over: its successor begins without anybody."""
    return str((carried.facts.get("officer") if carried else task.officer_no) or "")


def _grounds(visit: Visit) -> dict[tuple[Origin, str], tuple[str, str]]:
    """Title and ground of every finding and check."""
    findings = {
        (Origin.FINDING, one.finding_no): (one.subject, f"{one.law}　{one.clause or one.clause_printed or ''}".strip())
        for one in visit.records.findings.known_on(visit.today)
    }
    return findings | {(Origin.FLAG, one.name): (one.title, one.ground) for one in visit.records.checks.catalogue()}


def _ground_key(task: Task) -> tuple[Origin, str]:
    return task.origin, task.kind or task.origin_ref


def _origin(task: Task, grounds: dict[tuple[Origin, str], tuple[str, str]]) -> str:
    title = grounds.get(_ground_key(task), ("", ""))[0]
    named = f"{ORIGINS[task.origin]} {task.origin_ref}" if task.origin is not Origin.FLAG else ORIGINS[task.origin]
    return f"{named}「{title}」" if title else named


def _line(event: StoredEvent) -> str:
    """R6.2.1 期限を変えました（R6.3.29まで 協議のため）"""
    facts = event.facts
    details = [f"{short_wareki(date.fromisoformat(facts['new']))}まで"] if _moves_deadline(event) else []
    details += [" ".join(str(facts[name]).split()) for name in ("reason", "note") if facts.get(name)]
    return f"{short_wareki(event.on_day)} {event_word(event.kind)}" + (f"（{' '.join(details)}）" if details else "")


def _moves_deadline(event: StoredEvent) -> bool:
    return event.kind == Happened.DEADLINE_EXTENDED and bool(event.facts.get("new"))


def _letters(told: tuple[int, date] | None) -> tuple[str, ...]:
    return (f"お知らせ {told[0]}回（最後 {short_wareki(told[1])}）",) if told else ()
