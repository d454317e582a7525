"""One row of a register: what stands in it, what each import said of it, where it is used; correcting it by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.events import Happened
from tracker.domain.register_lists import column_of, home_of, pointing_at
from tracker.domain.registers import BY_STEM, STAFF, Kind, Register
from tracker.registers.correcting import Correction, RowRefused, typed_row
from tracker.storage.screens.flags import flags_about
from tracker.storage.screens.row_history import Version, row_history, row_on
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.display import cell_words, link
from tracker.web.register_words import Names
from tracker.web.registers import register_named
from tracker.web.routes import DIVISION, WATCHERS, Routes
from tracker.web.row_addresses import row_key, row_link
from tracker.web.tasks import check_titles
from tracker.web.visit import Visit, Visiting, not_found, number_of, visiting

routes = Routes()
SAME = "今の内容と同じです。直すところを書き換えてから送ってください。"
TAKEN = "このキーの行は、もう台帳にあります。その行を直してください。"
STALE = "この画面を開いた後に、この行が変わりました。今の内容を確かめてから、もう一度送ってください。"
DONE = (
    "直しました。次の検査から、この内容で調べます。次に台帳のファイルを取り込むと、ファイルの内容に戻ります"
    "（取り込む前の確認で知らせます）。"
)


@dataclass(frozen=True)
class Typed:
    """A correction that was refused: what was typed, and what is wrong with it, by column."""

    cells: Mapping[str, str]
    reason: str
    troubles: Mapping[str, str]


@routes.page("/registers/{stem}/rows", who=DIVISION)
def new(visit: Visiting, stem: str) -> HTMLResponse:
    """A form for a row that no file has brought yet."""
    return _page(visit, register_named(stem), None)


@routes.page("/registers/{stem}/rows/{path:path}", who=WATCHERS)
def show(visit: Visiting, stem: str, path: str) -> HTMLResponse:
    """One row."""
    register = register_named(stem)
    key = row_key(register, path)
    if key is None:
        raise not_found(f"台帳「{stem}」に行「{path}」はありません。")
    return _page(visit, register, key)


@routes.form("/corrections", who=DIVISION)
def correct(act: Acting) -> Response:
    """A row as somebody wants it from today on."""
    register = register_named(act.line("register"))
    cells = {column.name: act.text(f"c-{column.name}") for column in register.columns}
    is_new, seen = act.line("new") == "1", number_of(act.line("seen"))
    try:
        row, _ = typed_row(register, cells, act.occasion)
        key = tuple(row[register.names.index(name)] for name in register.keys)
        event = act.carry_out(lambda records: _enter(act, records, register, row, None if is_new else seen))
    except RowRefused as refusal:
        with visiting(act.request) as visit:
            shown = None if is_new else _key_of(register, cells)
            typed = Typed(cells, act.text("reason"), refusal.troubles)
            return _page(visit, register, shown, 409 if "" in refusal.troubles else 422, typed)
    return RedirectResponse(f"{row_link(register, key)}?after={event}", 303)


def _enter(act: Act, records: Records, register: Register, row: tuple[Any, ...], seen: int | None) -> str:
    key = tuple(row[register.names.index(name)] for name in register.keys)
    now = row_on(records.connection, register, key, act.occasion.on_day)
    if (now.begun_by if now else None) != seen:
        raise RowRefused({register.keys[0]: TAKEN} if seen is None else {"": STALE})
    report = Correction(act.text("reason"), act.occasion, {register.stem: [row]}).enter(records)
    if not report.changes:
        raise RowRefused({"reason": SAME})
    return f"register:{register.stem}"


def _key_of(register: Register, cells: Mapping[str, str]) -> tuple[Any, ...] | None:
    """The key that the page sent along; it was not typed."""
    path = "/".join(cells[name] for name in register.keys)
    return row_key(register, path) if all("/" not in cells[name] for name in register.keys) else None


def _page(
    visit: Visit, register: Register, key: tuple[Any, ...] | None, status: int = 200, typed: Typed | None = None
) -> HTMLResponse:
    now = row_on(visit.connection, register, key, visit.today) if key else None
    history = row_history(visit.connection, register, key) if key else []
    if key and not history:
        raise not_found(f"台帳「{register.stem}」に行「{' '.join(map(str, key))}」はありません。")
    names = Names(visit)
    subject = "/".join(map(str, key or ()))
    checks = [entry.name for entry in visit.records.checks.catalogue() if register.stem in entry.reads]
    return visit.page(
        "registers/row.html",
        status,
        register=register,
        key=key,
        now_known=now,
        history=history,
        cells=_cells(register, now, key) if typed is None else typed.cells,
        typed=typed,
        homes={n: BY_STEM[stem] for n in register.names if (stem := home_of(register, n))},
        names={column.name: names.of(register, column.name) for column in register.columns},
        row_link=row_link,
        pointing=_pointing(register, key, now),
        flags=flags_about(visit.connection, checks, subject) if key else [],
        titles=check_titles(visit),
        outcome=DONE if _is_just_corrected(visit, register) else "",
        is_subcontract=register.stem == "再委託",
        marks=("○", "×"),
        nav="registers",
    )


def _cells(register: Register, now: Version | None, key: tuple[Any, ...] | None) -> dict[str, str]:
    """A row's values as somebody would type them."""
    if now is None:
        return dict(zip(register.keys, map(str, key or ()), strict=False))
    return {
        column.name: str(value) if column.kind is Kind.NUMBER and value is not None else cell_words(value)
        for column, value in zip(register.columns, now.values, strict=True)
    }


def _pointing(register: Register, key: tuple[Any, ...] | None, now: Version | None) -> list[tuple[str, str, str]]:
    """Lists of rows that name this one, or the same person as this one: register, column, address."""
    whom = [(register, key[0])] if key is not None and len(key) == 1 else []
    if now is not None and "staff_no" in register.names and register is not STAFF:
        whom.append((STAFF, now.values[register.names.index("staff_no")]))
    return [
        (other.stem, column_of(other, name).header, link("registers", other.stem, **{name: value}))
        for named, value in whom
        for other, name in pointing_at(named)
        if value is not None
    ]


def _is_just_corrected(visit: Visit, register: Register) -> bool:
    """Whether the address names the newest event of this register, and that is a correction."""
    after = number_of(visit.asked("after"))
    if after is None:
        return False
    events = visit.records.events.about(f"register:{register.stem}")
    return bool(events) and events[0].id == after and events[0].kind == Happened.REGISTER_IMPORTED
