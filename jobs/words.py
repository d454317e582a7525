"""What the commands of jobs print."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from jobs.checking import CheckResult
from jobs.checks.check import Check
from jobs.reminders import DueLetter
from notifications.letters.letter import Letter
from tracker.domain.dates import wareki
from tracker.domain.flags import CheckState
from tracker.storage.job_runs import JobRun, ScheduledJob

STATES = {
    CheckState.CLEAR: "異常なし", CheckState.FLAGGED: "検知あり", CheckState.STALE: "台帳が古い", CheckState.FAILED: "失敗",
}  # fmt: skip


def checks_as_json(on: date, results: Sequence[CheckResult]) -> dict[str, Any]:
    """The check command's document (interfaces section 1)."""
    return {"on": on, "checks": [_result_as_json(result) for result in results]}


def check_as_text(check: Check, result: CheckResult) -> str:
    """One check's outcome for a person."""
    lines = [f"{check.title}（{check.name}）: {STATES[result.state]} {len(result.flags)}件／{result.examined}件中"]
    lines += [f"  {result.message}"] if result.message else []
    for flag in result.flags:
        deadline = f"　期限 {wareki(flag.deadline, weekday=True)}" if flag.deadline else ""
        lines.append(f"  {flag.subject}　{flag.summary}{deadline}")
    return "\n".join(lines)


def _result_as_json(result: CheckResult) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": result.name, "state": str(result.state), "examined": result.examined, "as_of": result.as_of,
        "flags": [
            {
                "subject": flag.subject, "department": flag.department_code, "summary": flag.summary,
                "deadline": flag.deadline, "first_seen_on": flag.first_seen_on, "details": dict(flag.details),
            }
            for flag in result.flags
        ],
    }  # fmt: skip
    return document | ({"message": result.message} if result.message else {})


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
    lines = [f"{wareki(on, weekday=True)}　{what}。" if letters else f"{wareki(on, weekday=True)}　知らせることはありません。"]
    for due, letter in zip(letters, written, strict=True):
        lines.append(f"  {due.name}（{due.department.email or '宛先なし'}）　{letter.subject}")
        lines += [f"    {task.deadline} {task.title}" for task in due.tasks]
    return "\n".join(lines)


def jobs_as_json(scheduled: Sequence[ScheduledJob], latest: Mapping[str, JobRun]) -> dict[str, Any]:
    """The jobs command's document."""
    return {
        "jobs": [
            {
                "name": job.name, "timetable": job.timetable, "next_run_at": job.next_run_at,
                "last_run": _run_as_json(latest[job.name]) if job.name in latest else None,
            }
            for job in scheduled
        ]
    }  # fmt: skip


def jobs_as_text(scheduled: Sequence[ScheduledJob], latest: Mapping[str, JobRun], zone: ZoneInfo) -> str:
    """The jobs command's outcome for a person."""
    lines = []
    for job in scheduled:
        lines.append(f"{job.name}　{job.timetable}　次回 {job.next_run_at.astimezone(zone):%Y-%m-%d %H:%M}")
        if run := latest.get(job.name):
            outcome = {"done": "完了", "failed": "失敗"}.get(run.outcome or "", "実行中")
            lines.append(f"    前回 {run.started_at.astimezone(zone):%Y-%m-%d %H:%M} {outcome} {run.summary}".rstrip())
            lines += [f"    {part}: {trouble}" for part, trouble in run.failures.items()]
    return "\n".join(lines)


def _run_as_json(run: JobRun) -> dict[str, Any]:
    return {
        "due_at": run.due_at, "started_at": run.started_at, "ended_at": run.ended_at, "outcome": run.outcome or "running",
        "attempts": run.attempts, "summary": run.summary, "failures": dict(run.failures),
    }  # fmt: skip
