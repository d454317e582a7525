"""What `zesei remind` prints."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from jobs.reminders import DueLetter
from notifications.letters.letter import Letter
from tracker.domain.dates import wareki


def reminders_as_json(
    letters: Sequence[DueLetter], written: Sequence[Letter], on: date, *, dry_run: bool
) -> dict[str, Any]:
    """The remind command's document."""
    return {
        "on": on, "dry_run": dry_run,
        "letters": [
            {
                "department": due.department.code, "name": due.name, "to": due.department.email, "subject": letter.subject,
                "tasks": [{"key": task.key, "title": task.title, "deadline": task.deadline} for task in due.tasks],
                "flags": [flag.subject for flag in due.flags],
                "steps": [{"task": key.task_key, "deadline": key.deadline, "step": key.step} for key in due.due],
            }
            for due, letter in zip(letters, written, strict=True)
        ],
    }  # fmt: skip


def reminders_as_text(letters: Sequence[DueLetter], written: Sequence[Letter], on: date, *, dry_run: bool) -> str:
    """The remind command's outcome for a person."""
    what = "知らせる内容は次のとおりです（送信待ちにはしていません）" if dry_run else "次の通知を送信待ちにしました"
    lines = [
        f"{wareki(on, weekday=True)}　{what}。"
        if letters
        else f"{wareki(on, weekday=True)}　知らせることはありません。"
    ]
    for due, letter in zip(letters, written, strict=True):
        lines.append(f"  {due.name}（{due.department.email or '宛先なし'}）　{letter.subject}")
        lines += [f"    {task.deadline} {task.title}" for task in due.tasks]
    return "\n".join(lines)
