"""再委託: one sub-contract with the clauses it must state, where each stands, and what is missing since when."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.registers import CLAUSE_CHECK, CLAUSE_KEYS, CONTRACT, STOOD_IN, SUBCONTRACT
from tracker.law import contract_items
from tracker.registers.clause_forms import DAYS, FOR_ALL, checklist_rows
from tracker.registers.correcting import Correction, RowRefused
from tracker.storage.screens.flags import flags_about
from tracker.storage.screens.register_rows import RowsWanted, all_rows
from tracker.storage.screens.row_history import Version, row_on
from tracker.storage.store import Records
from tracker.storage.unsigned_clauses import missing_since
from tracker.web.acting import Act, Acting
from tracker.web.display import link
from tracker.web.routes import DIVISION, WATCHERS, Routes
from tracker.web.row_addresses import row_link
from tracker.web.tasks import check_titles
from tracker.web.visit import Visit, Visiting, not_found, number_of, visiting

routes = Routes()
CHECKS = ("unsigned-clauses", "unconfirmed-subcontracts")
SAME = "変わるところがありません。記載か日付を書き換えてから送ってください。"
STALE = "この画面を開いた後に、この再委託の記録が変わりました。今の内容を確かめてから、もう一度送ってください。"
DONE = "記録しました。次の検査から、この内容で調べます。"


@dataclass(frozen=True)
class Known:
    """A sub-contract as known today: its row, its contract's, and its clause checks by clause."""

    own: Version
    contract: Version | None
    clauses: Mapping[str, tuple[Any, ...]]

    @property
    def is_specific(self) -> bool:
        """Whether it may touch 特定個人情報: a contract that left its register may."""
        return self.contract is None or bool(self.contract.values[CONTRACT.names.index("is_specific")])

    @property
    def seen(self) -> str:
        """What a form was filled in on: another text once anything of it has changed."""
        facts = repr((self.own.begun_by, sorted(self.clauses.items(), key=str)))
        return hashlib.sha256(facts.encode()).hexdigest()[:16]


@routes.page("/subcontracts/{number:path}", who=WATCHERS)
def show(visit: Visiting, number: str) -> HTMLResponse:
    """The checklist of one sub-contract."""
    return _page(visit, number)


@routes.form("/clause-confirmations", who=DIVISION)
def confirm(act: Acting) -> Response:
    """The checklist as somebody filled it in."""
    number, typed = act.line("subcontract"), _typed(act)
    try:
        event = act.carry_out(lambda records: _enter(act, records, number, typed))
    except RowRefused as refusal:
        with visiting(act.request) as visit:
            status = 409 if "" in refusal.troubles else 422
            return _page(visit, number, status, typed=typed, troubles=refusal.troubles, reason=act.text("reason"))
    return RedirectResponse(link("subcontracts", number, after=event), 303)


def _enter(act: Act, records: Records, number: str, typed: Mapping[str, str]) -> str:
    known = _known(records.connection, number, act)
    if act.line("seen") != known.seen:
        raise RowRefused({"": STALE})
    rows = checklist_rows(known.own.values, known.clauses, typed, act.occasion)
    if not rows:
        raise RowRefused({"reason": SAME})
    Correction(act.text("reason"), act.occasion, rows).enter(records)
    return f"register:{list(rows)[-1]}"


def _typed(act: Act) -> dict[str, str]:
    names = [*DAYS, FOR_ALL, *(f"{kind}-{clause}" for kind in "sd" for clause in CLAUSE_KEYS)]
    return {name: act.line(name) for name in names}


def _known(connection: Connection, number: str, of: Act | Visit) -> Known:
    today = of.today if isinstance(of, Visit) else of.occasion.on_day
    own = row_on(connection, SUBCONTRACT, (number,), today) if "\0" not in number else None
    if own is None:
        raise not_found(f"再委託「{number}」は、今の台帳にありません。")
    contract = row_on(connection, CONTRACT, (own.values[1],), today)
    wanted = RowsWanted(CLAUSE_CHECK, today, {"subcontract_no": number})
    return Known(own, contract, {row[1]: row for row in all_rows(connection, wanted)})


def _page(visit: Visit, number: str, status: int = 200, **form: Any) -> HTMLResponse:
    known = _known(visit.connection, number, visit)
    items = [i for i in contract_items() if not i.specific_only or known.is_specific or i.key in known.clauses]
    blank: dict[str, Any] = {"typed": None, "troubles": {}, "reason": ""}
    return visit.page(
        "subcontracts/show.html",
        status,
        known=known,
        values=dict(zip(SUBCONTRACT.names, known.own.values, strict=True)),
        contract=known.contract and dict(zip(CONTRACT.names, known.contract.values, strict=True)),
        columns={column.name: column for column in SUBCONTRACT.columns},
        items=items,
        missing=missing_since(visit.records.checks, number, visit.today),
        days=DAYS,
        stood_in=STOOD_IN,
        flags=flags_about(visit.connection, CHECKS, number),
        titles=check_titles(visit),
        row_address=row_link(SUBCONTRACT, (number,)),
        contract_address=row_link(CONTRACT, (known.own.values[1],)),
        outcome=DONE if _is_newest(visit) else "",
        nav="registers",
        **blank | form,
    )


def _is_newest(visit: Visit) -> bool:
    after = number_of(visit.asked("after"))
    events = [
        visit.records.events.about(f"register:{stem}")[:1] for stem in (SUBCONTRACT.stem, CLAUSE_CHECK.stem) if after
    ]
    return any(event.id == after for found in events for event in found)
