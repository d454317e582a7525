"""再委託契約の条項不足: clauses that a sub-contract must state and that stand neither in it nor in a memorandum."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.flags import Sighting
from tracker.law import ContractItem, check_words, contract_items

WORDS = check_words("unsigned-clauses")
SUMMARY = "再委託先との契約に定めのない条項があります（{missing}）。"
CONTRACT_GONE = "契約{contract_no}は台帳「委託契約」にないため、特定個人情報を扱う契約として調べました。"


def _required(items: tuple[ContractItem, ...]) -> str:
    """The required clauses as rows: key, weight (a bit, so that one sum names every missing one), specific only."""
    return ", ".join(
        f"('{item.key}', {1 << position}, {int(item.specific_only)})" for position, item in enumerate(items)
    )


# A contract that has left its register may touch Specific Personal Information or not: what is unknown is asked for.
QUERY = f"""
, required (clause, weight, specific_only) AS (VALUES {_required(contract_items())})
SELECT subcontract.subcontract_no, subcontract.contract_no, contract.title, contract.department_code,
       contract.contract_no IS NULL AS contract_gone, SUM(required.weight) AS missing
FROM subcontract
LEFT JOIN contract ON contract.contract_no = subcontract.contract_no
JOIN required ON required.specific_only = 0 OR contract.is_specific OR contract.contract_no IS NULL
LEFT JOIN clause_check ON clause_check.subcontract_no = subcontract.subcontract_no
     AND clause_check.clause = required.clause
     AND (clause_check.stands_in = '契約書' OR (
         clause_check.stands_in = '覚書'
         AND subcontract.memorandum_signed_on <= :on AND subcontract.memorandum_received_on <= :on))
WHERE subcontract.start_on <= :on AND (subcontract.end_on IS NULL OR subcontract.end_on >= :on)
  AND clause_check.clause IS NULL
GROUP BY subcontract.subcontract_no, subcontract.contract_no, contract.title, contract.department_code,
         contract.contract_no
ORDER BY subcontract.subcontract_no
"""


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    missing = [item.key for position, item in enumerate(contract_items()) if row.missing >> position & 1]
    return Sighting(
        key=row.subcontract_no, subject=row.subcontract_no, department_code=row.department_code,
        title=f"再委託契約の条項の補完（{contract_named(row)}）",
        summary=SUMMARY.format(missing="、".join(missing)) + contract_remark(row), details={"missing": missing},
    )  # fmt: skip


def contract_named(row: Any) -> str:
    """The contract's title; its number when the register of contracts no longer has it."""
    return f"契約{row.contract_no}" if row.contract_gone else str(row.title)


def contract_remark(row: Any) -> str:
    """What a summary says of a contract that the register no longer has; otherwise nothing."""
    return CONTRACT_GONE.format(contract_no=row.contract_no) if row.contract_gone else ""


CHECK = Check(
    name="unsigned-clauses", position=2, title="再委託契約の条項不足", looks_for=WORDS.looks_for, ground=WORDS.ground,
    reads=("委託契約", "再委託", "条項確認"), counts="再委託", query=QUERY,
    answers={
        "subcontract_no": str, "contract_no": str, "title": str, "department_code": str, "contract_gone": bool,
        "missing": int,
    },
    sighting=_sighting, defaults={"answer_days": 30},
)  # fmt: skip
