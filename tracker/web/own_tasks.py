"""A department's own page for whoever is signed in there: its tasks in one list, each answered in place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from starlette.responses import HTMLResponse

from tracker.attaching import may_remove
from tracker.domain.accounts import Role
from tracker.domain.tasks import Origin, Standing, Task
from tracker.storage.screens.departments import flags_of_department, tasks_of_department
from tracker.storage.screens.letters import letters_about_task
from tracker.storage.screens.paging import Slice
from tracker.storage.staff import name_of_staff, staff_of_department
from tracker.web.answer_forms import TypedAnswer
from tracker.web.cases import Case, case_for, cases_for
from tracker.web.grounds import Ground, ground_of
from tracker.web.outcomes import outcome
from tracker.web.timeline import Moment, timeline
from tracker.web.visit import Visit, not_found, number_of

PER_PAGE = 30
NOT_TYPED = TypedAnswer()
CLOSED_SHOWN = timedelta(days=60)
GROUPS = (
    ("期限を過ぎたもの", (Standing.OVERDUE,)),
    ("本日期限のもの", (Standing.DUE_TODAY,)),
    ("これから期限の来るもの", (Standing.DUE_SOON, Standing.OPEN)),
    ("情報管理課が確かめているもの", (Standing.ANSWERED,)),
)
ORDER = {standing: number for number, (_, which) in enumerate(GROUPS) for standing in which}


@dataclass(frozen=True)
class RefusedForm:
    """A form of one task that was not taken: which, why, beside which field, and what was typed."""

    key: str = ""
    form: str = ""
    field_name: str = ""
    sentence: str = ""
    typed: TypedAnswer = NOT_TYPED
    texts: Mapping[str, str] = field(default_factory=dict)


NOTHING_REFUSED = RefusedForm()


@dataclass(frozen=True)
class OwnRow:
    """One task with everything that its department may see of it and do with it."""

    case: Case
    ground: Ground
    moments: tuple[Moment, ...]
    removable: frozenset[int]
    refused: RefusedForm
    tag: str = ""  # tells the fields of several tasks on one page apart

    @property
    def task(self) -> Task:
        """What must be done."""
        return self.case.task


def own_page(visit: Visit, refused: RefusedForm = NOTHING_REFUSED, status: int = 200) -> HTMLResponse:
    """The department's list: overdue, due today, coming, with the division; thirty rows a page."""
    code = _code(visit)
    tasks = tasks_of_department(visit.connection, code, visit.today - CLOSED_SHOWN)
    standings = {task.key: task.standing(visit.today) for task in tasks}
    ordered = sorted((t for t in tasks if t.is_open), key=lambda task: ORDER[standings[task.key]])
    page = _page_of(refused.key, ordered) or visit.page_number
    page = min(page, -(-len(ordered) // PER_PAGE) or 1)
    rows = _rows(visit, ordered[(page - 1) * PER_PAGE : page * PER_PAGE], refused)
    groups = [(title, [row for row in rows if standings[row.task.key] in which]) for title, which in GROUPS]
    counts = {title: sum(standings[task.key] in which for task in ordered) for title, which in GROUPS}
    return visit.page(
        "own/index.html", status, groups=[(title, own) for title, own in groups if own], counts=counts,
        slice=Slice((), len(ordered), page, PER_PAGE), closed=[task for task in tasks if not task.is_open],
        kept_days=CLOSED_SHOWN.days, said=_said(visit, tasks), code=code, refused=refused,
        limits=visit.office.settings.answers, nav="",
    )  # fmt: skip


def own_task_page(
    visit: Visit, key: str, refused: RefusedForm = NOTHING_REFUSED, status: int = 200
) -> HTMLResponse:  # fmt: skip
    """One task of the department; another department's is as unknown as one that does not exist."""
    task = seen_task(visit, key)
    code = _code(visit)
    reader = visit.account.audience
    events = reader.events(visit.records.events.about(f"task:{key}"))
    letters = reader.letters(letters_about_task(visit.connection, key))
    row = _row(visit, case_for(visit, task, code), ground_of(visit, task), timeline(visit, events, letters), refused)
    is_chief = visit.account.role is Role.CHIEF and task.is_open
    return visit.page(
        "own/show.html", status, row=row, code=code, outcome=outcome(visit, task, events), refused=refused,
        limits=visit.office.settings.answers, nav="tasks",
        officer=name_of_staff(visit.connection, task.officer_no, visit.today) if task.officer_no else None,
        staff=staff_of_department(visit.connection, code, visit.today) if is_chief else {}, is_chief=is_chief,
    )  # fmt: skip


def seen_task(visit: Visit, key: str) -> Task:
    """A task that whoever is signed in may see; the page for what is not there otherwise."""
    task = visit.records.tasks.find(key)
    if task is None or not visit.account.sees(task.department_code):
        raise not_found(f"対応「{key}」はありません。")
    return task


def _code(visit: Visit) -> str:
    code = visit.account.department_code
    assert code is not None
    return code


def _page_of(key: str, ordered: Sequence[Task]) -> int | None:
    place = next((number for number, task in enumerate(ordered) if task.key == key), None)
    return None if place is None else place // PER_PAGE + 1


def _rows(visit: Visit, tasks: Sequence[Task], refused: RefusedForm) -> list[OwnRow]:
    code = _code(visit)
    findings = {finding.finding_no: finding for finding in visit.records.findings.known_on(visit.today)}
    flags = flags_of_department(visit.connection, code)
    checks = {check.name: check for check in visit.records.checks.catalogue()}
    events = visit.records.events.about_all([f"task:{task.key}" for task in tasks])
    rows = []
    for number, case in enumerate(cases_for(visit, tasks, code), 1):
        task = case.task
        finding = findings.get(task.origin_ref) if task.origin is Origin.FINDING else None
        ground = Ground(finding, flags.get(task.key), checks.get(task.kind))
        moments = timeline(visit, visit.account.audience.events(events[f"task:{task.key}"]), ())
        rows.append(replace(_row(visit, case, ground, moments, refused), tag=f"r{number}-"))
    return rows


def _row(visit: Visit, case: Case, ground: Ground, moments: Sequence[Moment], refused: RefusedForm) -> OwnRow:
    removable = frozenset(f.id or 0 for f in case.attachments if may_remove(visit.account, case.task, f))
    own = refused if refused.key == case.task.key else NOTHING_REFUSED
    return OwnRow(case, ground, tuple(moments), removable, own)


def _said(visit: Visit, tasks: Sequence[Task]) -> tuple[Task, str] | None:
    """What the address says was just done to one of the tasks."""
    after = number_of(visit.asked("after"))
    about = visit.records.events.subject_of(after) if after else None
    task = next((task for task in tasks if f"task:{task.key}" == about), None)
    if task is None or about is None:
        return None
    sentence = outcome(visit, task, visit.account.audience.events(visit.records.events.about(about)))
    return (task, sentence) if sentence else None
