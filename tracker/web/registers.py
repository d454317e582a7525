"""台帳: the twelve registers, when each was imported, and what stands in it."""

from starlette.responses import HTMLResponse

from tracker.domain.registers import BY_STEM, Kind
from tracker.storage.screens.registers import imports_of, known_rows_page
from tracker.web.freshness import check_lines, register_ages, registers_read
from tracker.web.routes import WATCHERS, Routes
from tracker.web.visit import Visiting, not_found

routes = Routes()
IMPORTS_SHOWN = 12


@routes.page("/registers", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """Every register with the import that holds today."""
    ages, only = register_ages(visit), visit.chosen("only", frozenset({"old", "missing"}))
    shown = list(ages.values())
    if only == "old":
        shown = [age for age in shown if age.is_old]
    elif only == "missing":
        shown = [age for age in registers_read(check_lines(visit, ages)) if age.newest is None]
    return visit.page("registers/index.html", ages=shown, hidden=len(ages) - len(shown), only=only)


@routes.page("/registers/{stem}", who=WATCHERS)
def show(visit: Visiting, stem: str) -> HTMLResponse:
    """One register: its last imports and its rows as known today."""
    if stem not in BY_STEM:
        raise not_found(f"台帳「{stem}」はありません。")
    register, words = BY_STEM[stem], visit.asked("q")
    return visit.page(
        "registers/show.html",
        register=register,
        age=register_ages(visit)[stem],
        words_asked=words,
        imports=imports_of(visit.connection, register, IMPORTS_SHOWN),
        rows=known_rows_page(visit.connection, register, visit.today, words, visit.page_number),
        numbers={index for index, column in enumerate(register.columns) if column.kind is Kind.NUMBER},
    )
