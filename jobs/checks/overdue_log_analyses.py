"""ログ分析の未実施: systems with Specific Personal Information whose log analysis is not set up or not reported."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.dates import wareki
from tracker.domain.flags import Sighting
from tracker.law import check_words

WORDS = check_words("overdue-log-analyses")
SUMMARY = {
    "no-cycle": "特定個人情報を扱うシステムですが、ログ分析の周期が決められていません。",
    "overdue": "{label}のログ分析の報告がありません（報告期限 {deadline}）。",
}
TITLE = {"no-cycle": "ログ分析の実施手順の決定（{system}）", "overdue": "ログ分析の実施と報告（{system}　{label}）"}

# Without 分析開始日, periods count from the day on which the register first named a cycle.
QUERY = """
SELECT system.code, system.name, system.department_code, 'no-cycle' AS reason,
       NULL AS period_from, NULL AS period_to, NULL AS deadline, '' AS label
FROM system
WHERE system.is_specific AND system.log_cycle IS NULL
UNION ALL
SELECT system.code, system.name, system.department_code, 'overdue',
       period.period_from, period.period_to, due.open_from, period.label
FROM system
JOIN period ON period.cycle = system.log_cycle AND period.period_to < :on
     AND period.period_from >= COALESCE(system.log_start_on, (
         SELECT MIN(first.valid_from) FROM system_version AS first
         WHERE first.code = system.code AND first.log_cycle IS NOT NULL))
JOIN calendar_day AS due ON due.number = period.last_number + COALESCE(system.log_due_days, 0)
WHERE due.open_from < :on AND NOT EXISTS (
    SELECT 1 FROM log_report
    WHERE log_report.system_code = system.code AND log_report.reported_on <= :on
      AND log_report.period_from <= period.period_from AND log_report.period_to >= period.period_to)
ORDER BY 1, 5
"""


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    key, details = row.code, {"reason": row.reason}
    deadline = wareki(row.deadline, weekday=True) if row.deadline else ""
    if row.reason == "overdue":
        period = f"{row.period_from:%Y-%m}" if row.period_from.day == 1 else row.period_from.isoformat()
        key = f"{row.code}~{row.period_from}"
        details |= {
            "period": period, "period_from": row.period_from, "period_to": row.period_to, "deadline": row.deadline,
        }  # fmt: skip
    return Sighting(
        key=key, subject=row.code, department_code=row.department_code, deadline=row.deadline,
        title=TITLE[row.reason].format(system=row.name, label=row.label),
        summary=SUMMARY[row.reason].format(label=row.label, deadline=deadline), details=details,
    )  # fmt: skip


CHECK = Check(
    name="overdue-log-analyses", position=5, title="ログ分析の未実施", looks_for=WORDS.looks_for, ground=WORDS.ground,
    reads=("システム", "ログ分析報告"), counts="システム", query=QUERY,
    answers={
        "code": str, "name": str, "department_code": str, "reason": str,
        "period_from": date, "period_to": date, "deadline": date, "label": str,
    },
    sighting=_sighting, defaults={"answer_days": 30},
)  # fmt: skip
