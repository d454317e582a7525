"""台帳: the twelve registers, when each was imported, and what stands in it."""

from starlette.responses import HTMLResponse

from tracker.domain.register_lists import list_of
from tracker.domain.registers import BY_STEM, Kind, Register
from tracker.storage.screens.register_counts import MOST_COUNTED
from tracker.storage.screens.registers import imports_of
from tracker.web.freshness import check_lines, register_ages, registers_read
from tracker.web.register_lists import asked_of, listed, with_query
from tracker.web.register_words import Names, choices_of, kept_filters, row_address, search_words
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
    """One register: its rows as known on a day, and its last imports."""
    register = register_named(stem)
    asked, names = asked_of(visit, register), Names(visit)
    found = listed(visit, asked)
    return visit.page(
        "registers/show.html",
        register=register,
        age=register_ages(visit)[stem],
        asked=asked,
        listed=found,
        most_counted=MOST_COUNTED,
        choices=choices_of(visit, asked, names),
        kept=kept_filters(asked),
        search_words=search_words(asked),
        sorts=_sorts(visit, register, found.asked.wanted.sort, descending=asked.wanted.descending),
        names={column.name: names.of(register, column.name) for column in register.columns},
        row_address=row_address,
        exports=with_query(visit, f"/registers/{stem}/exports"),
        imports=imports_of(visit.connection, register, IMPORTS_SHOWN),
        numbers={index for index, column in enumerate(register.columns) if column.kind is Kind.NUMBER},
    )


def register_named(stem: str) -> Register:
    """A register of that name; Turned when there is none."""
    if stem not in BY_STEM:
        raise not_found(f"台帳「{stem}」はありません。")
    return BY_STEM[stem]


def _sorts(visit: Visiting, register: Register, sort: str, *, descending: bool) -> dict[str, tuple[str, str]]:
    """For each column that can order the list: the address that does, and how it orders now."""
    path = f"/registers/{register.stem}"
    sorts = {}
    for name in (register.keys[0], *list_of(register).sorts):
        own = "" if name == register.keys[0] else name
        now = ("descending" if descending else "ascending") if own == sort else ""
        sorts[name] = with_query(visit, path, sort=f"-{own}" if now == "ascending" else own), now
    return sorts
