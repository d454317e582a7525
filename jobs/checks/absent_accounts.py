"""長期不在者のアカウント: active accounts of people who are absent for 90 days or more."""

from datetime import date, timedelta
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.dates import wareki
from tracker.domain.flags import Sighting
from tracker.law import check_words, threshold

WORDS = check_words("absent-accounts")
SUMMARY = {
    "reached": "{since}から{days}日不在の職員のアカウントが有効のままです。",
    "planned": "{since}から不在の職員のアカウントが有効のままです（不在は90日以上の予定、現在{days}日）。",
}
FOREVER = date(9999, 12, 31)

# Stretches of absence: an absence goes on in the next one when that begins no later than the first open day
# after it ended. A running maximum, because records may overlap or lie within one another. Whoever is absent on
# the day has a record that began by then and reaches it: only their records are put in order.
QUERY = """
, reach AS (
    SELECT absence.staff_no, absence.start_on, COALESCE(absence.end_on, :forever) AS end_on,
           COALESCE(calendar_day.open_after, absence.end_on, :forever) AS goes_on_until
    FROM absence LEFT JOIN calendar_day ON calendar_day.day = absence.end_on
    WHERE absence.staff_no IN (
        SELECT begun.staff_no FROM absence AS begun LEFT JOIN calendar_day AS ended ON ended.day = begun.end_on
        WHERE begun.start_on <= :on AND COALESCE(ended.open_after, begun.end_on, :forever) >= :on
    )
), marked AS (
    SELECT staff_no, start_on, end_on,
           CASE WHEN start_on <= MAX(goes_on_until) OVER (
               PARTITION BY staff_no ORDER BY start_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ) THEN 0 ELSE 1 END AS begins
    FROM reach
), numbered AS (
    SELECT staff_no, start_on, end_on,
           SUM(begins) OVER (PARTITION BY staff_no ORDER BY start_on ROWS UNBOUNDED PRECEDING) AS stretch
    FROM marked
), stretches AS (
    SELECT staff_no, MIN(start_on) AS absent_since, MAX(end_on) AS absent_until,
           MAX(CASE WHEN end_on < :forever THEN end_on ELSE start_on END) AS known_until
    FROM numbered GROUP BY staff_no, stretch
)
SELECT account.system_code, account.user_id, system.name AS system_name, system.department_code,
       stretches.absent_since
FROM stretches
JOIN account ON account.staff_no = stretches.staff_no
LEFT JOIN system ON system.code = account.system_code
WHERE account.state = '有効' AND stretches.absent_since <= :on AND stretches.absent_until >= :on
  AND (stretches.absent_since <= :latest_start OR (
      :flag_planned AND EXISTS (
          SELECT 1 FROM calendar_day AS began JOIN calendar_day AS reaches ON reaches.number = began.number + :days - 1
          WHERE began.day = stretches.absent_since AND reaches.day <= stretches.known_until
      )))
ORDER BY account.system_code, account.user_id
"""


def _bind(values: Values, on: date) -> dict[str, Any]:
    days = int(values["days"])
    return {
        "forever": FOREVER, "days": days, "flag_planned": bool(values["flag_planned"]),
        "latest_start": on - timedelta(days=days - 1),
    }  # fmt: skip


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    days = (on - row.absent_since).days + 1
    reason = "reached" if days >= int(values["days"]) else "planned"
    subject = f"{row.system_code}/{row.user_id}"
    return Sighting(
        key=subject, subject=subject, department_code=row.department_code,
        title=f"長期不在者のアカウントの停止（{row.system_name or row.system_code}）",
        summary=SUMMARY[reason].format(since=wareki(row.absent_since), days=days),
        details={"absent_since": row.absent_since, "days_absent": days, "reason": reason},
    )  # fmt: skip


CHECK = Check(
    name="absent-accounts", position=4, title="長期不在者のアカウント", looks_for=WORDS.looks_for, ground=WORDS.ground,
    reads=("アカウント", "休業", "システム"), counts="アカウント", query=QUERY,
    answers={
        "system_code": str, "user_id": str, "system_name": str, "department_code": str, "absent_since": date,
    },
    bind=_bind, sighting=_sighting,
    defaults={"answer_days": 7, "days": threshold("absence-days").number, "flag_planned": False},
)  # fmt: skip
