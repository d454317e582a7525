"""The rule of clauses that a sub-contract must state: the one question that the check and the form both ask."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from tracker.domain.registers import CLAUSE_CHECK, CONTRACT, SUBCONTRACT
from tracker.law import ContractItem, contract_items
from tracker.storage.checks import Checks

READS = (CONTRACT.stem, SUBCONTRACT.stem, CLAUSE_CHECK.stem)
ANSWERS: Mapping[str, type] = {
    "subcontract_no": str, "contract_no": str, "title": str, "department_code": str, "contract_gone": bool,
    "missing": int,
}  # fmt: skip
DAYS_LOOKED_AT = 100


def _required(items: tuple[ContractItem, ...]) -> str:
    """The required clauses as rows: key, weight (a bit, so that one sum names every missing one), specific only."""
    return ", ".join(
        f"('{item.key}', {1 << position}, {int(item.specific_only)})" for position, item in enumerate(items)
    )


# A contract that has left its register may touch Specific Personal Information or not: what is unknown is asked for.
_QUESTION = f"""
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
  AND clause_check.clause IS NULL{{only}}
GROUP BY subcontract.subcontract_no, subcontract.contract_no, contract.title, contract.department_code,
         contract.contract_no
ORDER BY subcontract.subcontract_no
"""
QUERY = _QUESTION.format(only="")
OF_ONE = _QUESTION.format(only="\n  AND subcontract.subcontract_no = :subcontract_no")


def missing_in(answer: Any) -> list[str]:
    """The keys of the clauses that an answer says are missing."""
    return [item.key for position, item in enumerate(contract_items()) if answer.missing >> position & 1]


def missing_on(checks: Checks, subcontract_no: str, day: date) -> list[str]:
    """The clauses that one sub-contract lacks on a day, by what is known today's way of that day."""
    answers = checks.ask(OF_ONE, on=day, registers=READS, answers=ANSWERS, subcontract_no=subcontract_no)
    return missing_in(answers[0]) if answers else []


def missing_since(checks: Checks, subcontract_no: str, today: date) -> dict[str, date]:
    """For each clause that is missing today, the day since when: the rule asked again of every day that changed it."""
    since = dict.fromkeys(missing_on(checks, subcontract_no, today), today)
    open_ends = set(since)
    for day in _days_of_change(checks, subcontract_no, today):
        if not open_ends:
            break
        open_ends &= set(missing_on(checks, subcontract_no, day))
        since |= dict.fromkeys(open_ends, day)
    return since


def _days_of_change(checks: Checks, subcontract_no: str, today: date) -> list[date]:
    """The days on which the answer may have become another, the latest first."""
    from tracker.storage.tables.registers import version_tables  # the check asks in words and needs no table

    tables = version_tables()
    own, contracts, days = tables[SUBCONTRACT.stem], tables[CONTRACT.stem], set[date]()
    of_it = select(own.c.contract_no).where(own.c.subcontract_no == subcontract_no)
    clause = tables[CLAUSE_CHECK.stem]
    for table, is_it in (
        (own, own.c.subcontract_no == subcontract_no),
        (clause, clause.c.subcontract_no == subcontract_no),
        (contracts, contracts.c.contract_no.in_(of_it)),
    ):
        columns = [table.c.valid_from, table.c.valid_to]
        if table is own:
            columns += [own.c.start_on, own.c.memorandum_signed_on, own.c.memorandum_received_on]
        days |= {day for row in checks.connection.execute(select(*columns).where(is_it)) for day in row if day}
    return sorted((day for day in days if day <= today), reverse=True)[:DAYS_LOOKED_AT]
