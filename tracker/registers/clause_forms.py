"""A sub-contract's checklist as one form: its clauses and its days, from what was typed to rows of two registers."""

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.domain.events import Occasion
from tracker.domain.registers import CLAUSE_CHECK, CLAUSE_KEYS, SUBCONTRACT, Register
from tracker.registers.correcting import RowRefused, typed_row

DAYS = (
    "approved_on", "organisation_confirmed_on", "safeguards_confirmed_on", "memorandum_signed_on",
    "memorandum_received_on",
)  # fmt: skip
FOR_ALL = "confirmed_on"  # the day of every clause that was changed and has none of its own
DAY_ALONE = "記載を選んでください。"
Row = tuple[Any, ...]


def checklist_rows(
    known: Row, clauses: Mapping[str, Row], typed: Mapping[str, str], occasion: Occasion
) -> dict[str, Sequence[Row]]:
    """The rows that differ from what is known, by register; RowRefused names the form's fields.

    `known` is the sub-contract's row, `clauses` the known checks by clause; `typed` holds s-C1 (where it stands) and
    d-C1 (confirmed on) for each clause, and the sub-contract's own days.
    """
    troubles = dict[str, str]()
    rows = [
        row
        for clause in CLAUSE_KEYS
        if (row := _clause_row(known[0], clause, clauses.get(clause), typed, occasion, troubles)) is not None
    ]
    subcontract = _own_row(known, typed, occasion, troubles)
    if troubles:
        raise RowRefused(troubles)
    changed = [subcontract] if subcontract != known else []
    return {stem: found for stem, found in ((SUBCONTRACT.stem, changed), (CLAUSE_CHECK.stem, rows)) if found}


def _clause_row(
    subcontract_no: str, clause: str, known: Row | None, typed: Mapping[str, str], occasion: Occasion,
    troubles: dict[str, str],
) -> Row | None:  # fmt: skip
    stands_in, day = typed.get(f"s-{clause}", ""), typed.get(f"d-{clause}", "")
    if not stands_in:
        if day and known is None:
            troubles[f"s-{clause}"] = DAY_ALONE
        return None
    cells = {"subcontract_no": subcontract_no, "clause": clause, "stands_in": stands_in, "confirmed_on": day}
    row = _row(CLAUSE_CHECK, cells, occasion, troubles, {"confirmed_on": f"d-{clause}", "stands_in": f"s-{clause}"})
    if row is None or row == known:
        return None
    if not day and typed.get(FOR_ALL):
        cells["confirmed_on"] = typed[FOR_ALL]
        return _row(CLAUSE_CHECK, cells, occasion, troubles, {"confirmed_on": FOR_ALL})
    return row


def _own_row(known: Row, typed: Mapping[str, str], occasion: Occasion, troubles: dict[str, str]) -> Row:
    cells = {name: typed.get(name, "") for name in DAYS}
    kept = dict(zip(SUBCONTRACT.names, known, strict=True))
    read = dict[str, Any]()
    for name in DAYS:
        row = _row(SUBCONTRACT, _texts(kept) | {name: cells[name]}, occasion, troubles, {name: name})
        read[name] = row[SUBCONTRACT.names.index(name)] if row else None
    return tuple((kept | read)[name] for name in SUBCONTRACT.names)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _row(
    register: Register,
    cells: Mapping[str, str],
    occasion: Occasion,
    troubles: dict[str, str],
    fields: Mapping[str, str],
) -> Row | None:
    """A typed row; what is wrong stands under the form's own field."""
    try:
        row, _ = typed_row(register, cells, occasion)
    except RowRefused as refusal:
        troubles.update({fields.get(name, name): sentence for name, sentence in refusal.troubles.items()})
        return None
    return row
