"""What `zesei jobs` prints."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from tracker.storage.job_runs import JobRun, ScheduledJob
from tracker.storage.outbox import QueuedLetter


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


def deliveries_as_text(run: JobRun, troubled: Sequence[QueuedLetter], zone: ZoneInfo) -> str:
    """The deliver command's outcome for a person: what was sent, and what waits for another try and why."""
    waiting = [letter for letter in troubled if letter.next_attempt_at]
    lines = [run.summary or ("今、送る通知はありません。" if waiting else "送信待ちの通知はありません。")]
    for letter in waiting:
        assert letter.next_attempt_at is not None
        lines.append(
            f"  再送待ち（次は {letter.next_attempt_at.astimezone(zone):%H:%M}）　{letter.id} {letter.subject}"
        )
        lines.append(f"    {letter.answer}")
    return "\n".join(lines)


def _run_as_json(run: JobRun) -> dict[str, Any]:
    return {
        "due_at": run.due_at, "started_at": run.started_at, "ended_at": run.ended_at, "outcome": run.outcome or "running",
        "attempts": run.attempts, "summary": run.summary, "failures": dict(run.failures),
    }  # fmt: skip
