"""引継ぎ: what ended departments left, to whom it goes, and the sheet that goes along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import HTMLResponse, RedirectResponse, Response

from tracker.domain.dates import wareki
from tracker.domain.departments import Department
from tracker.domain.errors import SubmissionRefused
from tracker.domain.successions import Doubt, Succession, has_ended, succession_of
from tracker.domain.tasks import Task
from tracker.exports.hand_over_sheet import hand_over_sheet
from tracker.handing_over import Estate, estates, hand_over_chosen
from tracker.storage.screens.sums import open_work
from tracker.web.acting import Acting
from tracker.web.display import link
from tracker.web.downloads import XLSX, download
from tracker.web.hand_over_sheets import sheet_of
from tracker.web.routes import DIVISION, WATCHERS, Routes
from tracker.web.visit import Visit, Visiting, not_found, number_of, visiting
from tracker.web.words import UNKNOWN_DEPARTMENT

routes = Routes()
NOBODYS = "-"  # in addresses: the tasks of no department
SHOWN = 100
AHEAD, BEHIND = timedelta(days=90), timedelta(days=400)
DOUBTS = {
    Doubt.NONE_NAMED: "{}の承継先コードが、台帳「組織」に書かれていません。",
    Doubt.SEVERAL: "承継先が二つ以上あります。対応ごとに選んでください。",
    Doubt.UNKNOWN: "所属コード「{}」は、台帳「組織」にありません。",
    Doubt.CIRCLE: "承継先をたどると{}に戻ります。台帳「組織」の承継先コードを直してください。",
    Doubt.NOT_BEGUN: "承継先の{}は、まだ始まっていません。",
}
SHEET_SHOWN = 300


@dataclass(frozen=True)
class Group:
    """Open tasks of an ended department (or of none), as many as are shown, with what is not clear about them."""

    code: str
    name: str
    open: int
    tasks: tuple[Task, ...]
    heirs: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Passing:
    """A department that ends soon, or ended not long ago."""

    department: Department
    succession: Succession
    open: int


@routes.page("/handovers", who=WATCHERS)
def index(visit: Visiting) -> HTMLResponse:
    """What waits for somebody to choose, what goes by itself, what ends soon and what has ended."""
    return _index(visit)


@routes.page("/handovers/{code}", who=WATCHERS)
def show(visit: Visiting, code: str) -> HTMLResponse:
    """One department's hand-over sheet, to be printed."""
    department = _department(visit, code)
    rows = sheet_of(visit, department.code)
    return visit.page(
        "handovers/show.html", one=department, rows=rows[:SHEET_SHOWN], number=len(rows),
        succession=_succession_after(visit, department), ended=has_ended(department, visit.today),
    )  # fmt: skip


@routes.page("/handovers/{code}/引継書.xlsx", who=WATCHERS)
def workbook(visit: Visiting, code: str) -> Response:
    """The same sheet for Excel, with every row."""
    department = _department(visit, code)
    rows, office = sheet_of(visit, department.code), visit.office.settings.office.name
    heirs = "、".join(map(visit.department, _succession_after(visit, department).heirs)) or "未定"
    last = f"　{wareki(department.end_on)}まで" if department.end_on else ""
    note = f"{office}　{department.full_name}{last}　引継ぎ先 {heirs}　{len(rows):,}件　{wareki(visit.today)}現在"
    content = hand_over_sheet(rows, note, office=office, today=visit.today)
    return download(content, f"引継書（{department.name}）{visit.today.isoformat()}.xlsx", XLSX)


@routes.form("/handovers/{code}", who=DIVISION)
def hand_over(act: Acting, code: str) -> Response:
    """The chosen tasks of a department, or all of them, to another department."""
    to, own = act.line("department"), None if code == NOBODYS else code
    chosen = [value for value in act.form.getlist("task") if isinstance(value, str)]
    try:
        with act.desk.office.store.transaction() as records:
            keys = None if act.line("which") == "all" else chosen
            number = hand_over_chosen(records, own, keys, to, act.occasion)
    except SubmissionRefused as refusal:
        with visiting(act.request) as visit:
            typed = {"code": code, "department": to, "field": refusal.field, "words": str(refusal), "tasks": chosen}
            return _index(visit, 422, typed=typed)
    return RedirectResponse(link("handovers", **{"from": code, "to": to, "number": number}), 303)


def _index(visit: Visit, status: int = 200, typed: Mapping[str, object] | None = None) -> HTMLResponse:
    left = estates(visit.records, visit.today)
    clear = [estate for estate in left if estate.succession.heir]
    unclear = [_group(visit, estate) for estate in left if not estate.succession.heir]
    work = {one.code: one.open for one in open_work(visit.connection, visit.today)}
    if work.get(None):
        tasks = tuple(visit.records.tasks.open_of(None, SHOWN))
        unclear.append(Group(NOBODYS, UNKNOWN_DEPARTMENT, work[None], tasks, (), (NAMELESS,)))
    ever = visit.former_departments
    return visit.page(
        "handovers/index.html", status, groups=unclear, undecided=sum(group.open for group in unclear), clear=clear,
        soon=_passing(visit, ever, work, ahead=True), ended=_passing(visit, ever, work, ahead=False),
        done=_done(visit), typed=typed or {}, when=visit.office.settings.timetable.handovers.at,
    )  # fmt: skip


NAMELESS = "所管課が決まっていません。資料に書かれた名前の課が台帳「組織」に見つからなかったか、検査した台帳に所属がありません。"


def _group(visit: Visit, estate: Estate) -> Group:
    doubts = tuple(DOUBTS[doubt].format(visit.department(code)) for doubt, code in estate.succession.doubts)
    tasks = tuple(visit.records.tasks.open_of(estate.code, SHOWN))
    return Group(estate.code, visit.department(estate.code), estate.open, tasks, estate.succession.heirs, doubts)


def _passing(visit: Visit, ever: dict[str, Department], work: dict[str | None, int], *, ahead: bool) -> list[Passing]:
    """Departments whose last day lies in the next three months, or in the last thirteen; the nearest first."""
    first, last = (
        (visit.today, visit.today + AHEAD) if ahead else (visit.today - BEHIND, visit.today - timedelta(days=1))
    )
    own = [one for one in ever.values() if one.end_on is not None and first <= one.end_on <= last]
    own.sort(key=lambda one: ((one.end_on or first) if ahead else -(one.end_on or first).toordinal(), one.code))
    return [Passing(one, _succession_after(visit, one), work.get(one.code, 0)) for one in own]


def _succession_after(visit: Visit, department: Department) -> Succession:
    """Who carries on on the day after its last, or today where that is later."""
    day = visit.today if department.end_on is None else max(visit.today, department.end_on + timedelta(days=1))
    return succession_of(department.code, visit.former_departments, day)


def _done(visit: Visit) -> str:
    """What was just done, as the address says it."""
    to, number = visit.asked("to"), number_of(visit.asked("number"))
    if not number or to not in visit.department_names:
        return ""
    return f"{number:,}件を{visit.department(to)}に引き継ぎました。次のお知らせで、{visit.department(to)}に知らせます。"


def _department(visit: Visit, code: str) -> Department:
    department = visit.former_departments.get(code)
    if department is None:
        raise not_found(f"所属コード「{code}」の課はありません。")
    return department
