"""再委託契約の条項不足: clauses that a sub-contract must state and that stand neither in it nor in a memorandum."""

from datetime import date
from typing import Any

from jobs.checks.check import Check, Values
from tracker.domain.flags import Sighting
from tracker.law import check_words
from tracker.storage.unsigned_clauses import ANSWERS, QUERY, READS, missing_in

WORDS = check_words("unsigned-clauses")
SUMMARY = "再委託先との契約に定めのない条項があります（{missing}）。"
CONTRACT_GONE = "契約{contract_no}は台帳「委託契約」にないため、特定個人情報を扱う契約として調べました。"


def _sighting(row: Any, on: date, values: Values) -> Sighting:
    missing = missing_in(row)
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
    reads=READS, counts="再委託", query=QUERY,
    answers=ANSWERS,
    sighting=_sighting, defaults={"answer_days": 30},
)  # fmt: skip
