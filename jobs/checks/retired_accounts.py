"""退職者のアカウント: active accounts of people whose 退職日 has passed."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.dates import wareki
from tracker.domain.flags import Sighting
from tracker.law import check_words

WORDS = check_words("retired-accounts")
SUMMARY = "{retired_on}に退職した職員のアカウントが有効のままです。"
USED_AFTER = "退職後の{last_login_on}に利用されています。"

QUERY = """
SELECT account.system_code, account.user_id, system.name AS system_name, system.department_code,
       staff.retired_on, account.last_login_on
FROM staff
JOIN account ON account.staff_no = staff.staff_no
LEFT JOIN system ON system.code = account.system_code
WHERE account.state = '有効' AND staff.retired_on < :on
ORDER BY account.system_code, account.user_id
"""


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    subject = f"{row.system_code}/{row.user_id}"
    summary = SUMMARY.format(retired_on=wareki(row.retired_on))
    if row.last_login_on is not None and row.last_login_on > row.retired_on:
        summary += USED_AFTER.format(last_login_on=wareki(row.last_login_on))
    return Sighting(
        key=subject, subject=subject, department_code=row.department_code,
        title=f"退職者のアカウントの停止（{row.system_name or row.system_code}）", summary=summary,
        details={"retired_on": row.retired_on, "last_login_on": row.last_login_on},
    )  # fmt: skip


CHECK = Check(
    name="retired-accounts", position=6, title="退職者のアカウント", looks_for=WORDS.looks_for, ground=WORDS.ground,
    reads=("アカウント", "職員", "システム"), counts="アカウント", query=QUERY,
    answers={
        "system_code": str, "user_id": str, "system_name": str, "department_code": str,
        "retired_on": date, "last_login_on": date,
    },
    sighting=_sighting, defaults={"answer_days": 3},
)  # fmt: skip
