"""What `zesei remind` and `zesei forecast` print."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from jobs.letters import Composed, origin_words
from tracker.domain.dates import wareki
from tracker.domain.letter_links import text_without
from tracker.domain.tasks import Task
from tracker.storage.forecasts import ForecastLetter


def reminders_as_json(letters: Sequence[Composed], on: date, *, dry_run: bool) -> dict[str, Any]:
    """The remind command's document."""
    return {"on": on, "dry_run": dry_run, "letters": [_letter_as_json(letter) for letter in letters]}


def reminders_as_text(letters: Sequence[Composed], on: date, *, dry_run: bool) -> str:
    """The remind command's outcome for a person."""
    what = "知らせる内容は次のとおりです（送信待ちにはしていません）" if dry_run else "次の通知を送信待ちにしました"
    lines = [f"{wareki(on, weekday=True)}　{what if letters else '知らせることはありません'}。"]
    for composed in letters:
        letter = composed.letter
        lines.append(f"  {letter.addressee}（{_to(letter.recipients)}）　{letter.subject}")
        lines += [f"    {_day(task)} {task.title}（{origin_words(task)}）" for task in composed.listed]
        lines += [f"    検知 {flag.summary}" for flag in composed.flags]
    return "\n".join(lines)


def forecast_as_json(letters: Sequence[ForecastLetter], first: date, until: date) -> dict[str, Any]:
    """The forecast command's document."""
    return {
        "from": first, "until": until,
        "letters": [
            {
                "on": letter.on_day, "kind": letter.kind, "department": letter.department_code,
                "addressee": letter.addressee, "to": letter.recipients, "subject": letter.subject, "text": letter.body_text,
            }
            for letter in letters
        ],
    }  # fmt: skip


def forecast_as_text(letters: Sequence[ForecastLetter], first: date, until: date) -> str:
    """The forecast command's outcome for a person."""
    lines = [f"{wareki(first)}から{wareki(until)}までに送る通知は{len(letters)}通です（何も変わらないとき）。"]
    for day, own in groupby(letters, key=lambda letter: letter.on_day):
        lines.append(f"{wareki(day, weekday=True)}")
        lines += [f"  {letter.addressee}（{_to(letter.recipients)}）　{letter.subject}" for letter in own]
    return "\n".join(lines)


def _letter_as_json(composed: Composed) -> dict[str, Any]:
    letter = composed.letter
    return {
        "kind": letter.kind, "department": letter.department_code, "name": letter.addressee,
        "to": letter.recipients[0] if len(letter.recipients) == 1 else list(letter.recipients) or None,
        "copies": letter.copies, "subject": letter.subject, "text": text_without(letter.body_text),
        "tasks": [{"key": task.key, "title": task.title, "deadline": task.deadline} for task in composed.listed],
        "flags": [flag.subject for flag in composed.flags],
        "steps": [
            {"task": key.task_key, "deadline": deadline, "step": key.step} for key, deadline in composed.reminders
        ],
        "escalated": [{"task": key.task_key, "deadline": key.deadline, "to": key.to} for key in composed.escalations],
    }  # fmt: skip


def _day(task: Task) -> str:
    return wareki(task.deadline) if task.deadline else "期限なし"


def _to(recipients: Sequence[str]) -> str:
    return "、".join(recipients) or "宛先なし"
