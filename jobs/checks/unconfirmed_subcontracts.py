"""再委託先の確認不足: sub-contracts on Specific Personal Information approved without confirming the safeguards."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from jobs.checks.unsigned_clauses import contract_named, contract_remark
from tracker.domain.flags import Sighting
from tracker.law import check_words

WORDS = check_words("unconfirmed-subcontracts")
SUMMARY = "再委託先の{missing}の確認が記録されていません。"
ORGANISATION, SAFEGUARDS = "責任体制", "安全措置"

QUERY = """
SELECT subcontract.subcontract_no, subcontract.contract_no, contract.title, contract.department_code,
       contract.contract_no IS NULL AS contract_gone,
       (subcontract.organisation_confirmed_on IS NULL OR subcontract.organisation_confirmed_on > :on)
           AS organisation_missing,
       (subcontract.safeguards_confirmed_on IS NULL OR subcontract.safeguards_confirmed_on > :on)
           AS safeguards_missing
FROM subcontract
LEFT JOIN contract ON contract.contract_no = subcontract.contract_no
WHERE (contract.is_specific OR contract.contract_no IS NULL)
  AND subcontract.start_on <= :on AND (subcontract.end_on IS NULL OR subcontract.end_on >= :on)
  AND (subcontract.organisation_confirmed_on IS NULL OR subcontract.organisation_confirmed_on > :on
       OR subcontract.safeguards_confirmed_on IS NULL OR subcontract.safeguards_confirmed_on > :on)
ORDER BY subcontract.subcontract_no
"""


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    missing = [ORGANISATION] * bool(row.organisation_missing) + [SAFEGUARDS] * bool(row.safeguards_missing)
    return Sighting(
        key=row.subcontract_no, subject=row.subcontract_no, department_code=row.department_code,
        title=f"再委託先の安全管理措置の確認（{contract_named(row)}）",
        summary=SUMMARY.format(missing="と".join(missing)) + contract_remark(row), details={"missing": missing},
    )  # fmt: skip


CHECK = Check(
    name="unconfirmed-subcontracts", position=3, title="再委託先の確認不足", looks_for=WORDS.looks_for, ground=WORDS.ground,
    reads=("委託契約", "再委託"), counts="再委託", query=QUERY,
    answers={
        "subcontract_no": str, "contract_no": str, "title": str, "department_code": str, "contract_gone": bool,
        "organisation_missing": bool, "safeguards_missing": bool,
    },
    sighting=_sighting, defaults={"answer_days": 30},
)  # fmt: skip
