"""持ち主の分からないアカウント: active accounts whose 職員番号 is blank or in no register."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.flags import Sighting
from tracker.law import check_words

WORDS = check_words("unknown-accounts")
SUMMARY = {
    "blank": "アカウントに職員番号がありません。使う人を確かめてください。",
    "unknown": "アカウントの職員番号が職員の台帳にありません。使う人を確かめてください。",
}

QUERY = """
SELECT account.system_code, account.user_id, account.staff_no, system.name AS system_name, system.department_code
FROM account
LEFT JOIN staff ON staff.staff_no = account.staff_no
LEFT JOIN system ON system.code = account.system_code
WHERE account.state = '有効' AND staff.staff_no IS NULL
ORDER BY account.system_code, account.user_id
"""


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    subject = f"{row.system_code}/{row.user_id}"
    reason = "unknown" if row.staff_no else "blank"
    return Sighting(
        key=subject, subject=subject, department_code=row.department_code,
        title=f"アカウントの使用者の確認（{row.system_name or row.system_code}）",
        summary=SUMMARY[reason], details={"reason": reason, "staff_no": row.staff_no},
    )  # fmt: skip


CHECK = Check(
    name="unknown-accounts", position=7, title="持ち主の分からないアカウント", looks_for=WORDS.looks_for, ground=WORDS.ground,
    reads=("アカウント", "職員", "システム"), counts="アカウント", query=QUERY,
    answers={
        "system_code": str, "user_id": str, "staff_no": str, "system_name": str, "department_code": str,
    },
    sighting=_sighting, defaults={"answer_days": 14}, looks_for_owners=True,
)  # fmt: skip
