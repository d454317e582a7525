"""再委託契約の条項不足: clauses that a sub-contract must state and that stand neither in it nor in a memorandum."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.flags import Sighting
from tracker.law import ContractItem, contract_items

LOOKS_FOR = (
    "契約期間中の再委託について、個人情報保護に関する条項（C1～C8、W1、W2。特定個人情報を扱う契約ではN1～N10も）が、"
    "契約書にあるか、締結されて写しを受領した覚書にあるかを調べます。"
    "足りないときは、委託先と再委託先との間で覚書を締結させ、写しの提出を受けてください。"
)
GROUND = "事務対応ガイド4-8-9(4)"
SUMMARY = "再委託先との契約に定めのない条項があります（{missing}）。"


def _required(items: tuple[ContractItem, ...]) -> str:
    """The required clauses as rows: key, weight (a bit, so that one sum names every missing one), specific only."""
    return ", ".join(
        f"('{item.key}', {1 << position}, {int(item.specific_only)})" for position, item in enumerate(items)
    )


QUERY = f"""
, required (clause, weight, specific_only) AS (VALUES {_required(contract_items())})
SELECT subcontract.subcontract_no, contract.title, contract.department_code, SUM(required.weight) AS missing
FROM subcontract
JOIN contract ON contract.contract_no = subcontract.contract_no
JOIN required ON required.specific_only = 0 OR contract.is_specific
LEFT JOIN clause_check ON clause_check.subcontract_no = subcontract.subcontract_no
     AND clause_check.clause = required.clause
     AND (clause_check.stands_in = '契約書' OR (
         clause_check.stands_in = '覚書'
         AND subcontract.memorandum_signed_on <= :on AND subcontract.memorandum_received_on <= :on))
WHERE subcontract.start_on <= :on AND (subcontract.end_on IS NULL OR subcontract.end_on >= :on)
  AND clause_check.clause IS NULL
GROUP BY subcontract.subcontract_no, contract.title, contract.department_code
ORDER BY subcontract.subcontract_no
"""


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    missing = [item.key for position, item in enumerate(contract_items()) if row.missing >> position & 1]
    return Sighting(
        key=row.subcontract_no, subject=row.subcontract_no, department_code=row.department_code,
        title=f"再委託契約の条項の補完（{row.title}）",
        summary=SUMMARY.format(missing="、".join(missing)), details={"missing": missing},
    )  # fmt: skip


CHECK = Check(
    name="unsigned-clauses", position=2, title="再委託契約の条項不足", looks_for=LOOKS_FOR, ground=GROUND,
    reads=("委託契約", "再委託", "条項確認"), counts="再委託", query=QUERY,
    answers={"subcontract_no": str, "title": str, "department_code": str, "missing": int},
    sighting=_sighting, defaults={"answer_days": 30},
)  # fmt: skip
