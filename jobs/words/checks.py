"""What `zesei check` prints."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from jobs.check_results import CheckResult
from jobs.checks.check import Check
from tracker.domain.dates import wareki
from tracker.domain.flags import CheckState, Flag

STATES = {
    CheckState.CLEAR: "異常なし", CheckState.FLAGGED: "検知あり", CheckState.STALE: "台帳が古い", CheckState.FAILED: "失敗",
}  # fmt: skip


def checks_as_json(on: date, results: Sequence[CheckResult]) -> dict[str, Any]:
    """The check command's document (interfaces section 1)."""
    return {"on": on, "checks": [_result_as_json(result) for result in results]}


def check_as_text(check: Check, result: CheckResult) -> str:
    """One check's outcome for a person."""
    counts = "" if result.failed else f" {len(result.flags)}件／{result.examined}件中"
    lines = [f"{check.title}（{check.name}）: {STATES[result.state]}{counts}{_excepted(result)}"]
    lines += [f"  {result.message}"] if result.message else []
    for flag in result.flags:
        deadline = f"　期限 {wareki(flag.deadline, weekday=True)}" if flag.deadline else ""
        lines.append(f"  {flag.subject}　{flag.summary}{deadline}")
    for one in result.exceptions:
        until = wareki(one.exception.until)
        lines.append(f"  例外（{until}まで、{one.exception.approved_by}の承認） {one.flag.subject}　{one.flag.summary}")
    return "\n".join(lines)


def failure_as_sentence(check: Check, result: CheckResult) -> str:
    """What standard error says of a check that could not look."""
    return f"検査「{check.title}」（{check.name}）を行えませんでした（{result.message}）。"


def _excepted(result: CheckResult) -> str:
    return f"（ほか例外 {len(result.exceptions)}件）" if result.exceptions else ""


def _result_as_json(result: CheckResult) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": result.name, "state": str(result.state), "examined": result.examined, "as_of": result.as_of,
        "flags": [_flag_as_json(flag) for flag in result.flags],
        "exceptions": [
            _flag_as_json(one.flag) | {
                "reason": one.exception.reason, "until": one.exception.until, "approved_by": one.exception.approved_by,
                "granted_on": one.exception.granted_on,
            }
            for one in result.exceptions
        ],
    }  # fmt: skip
    return document | ({"message": result.message} if result.message else {})


def _flag_as_json(flag: Flag) -> dict[str, Any]:
    return {
        "subject": flag.subject, "department": flag.department_code, "summary": flag.summary,
        "deadline": flag.deadline, "first_seen_on": flag.first_seen_on, "details": dict(flag.details),
    }  # fmt: skip
