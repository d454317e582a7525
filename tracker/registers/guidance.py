"""From the registers of findings and improvement plans to tasks: what was promised becomes what must be done."""

from dataclasses import dataclass
from datetime import date

from tracker.domain.dates import wareki
from tracker.domain.deadlines import read_deadline
from tracker.domain.departments import Department, department_named
from tracker.domain.events import Event, Occasion
from tracker.domain.tasks import Origin, Task
from tracker.storage.findings import FindingEntry, PlanEntry
from tracker.storage.store import Records

DONE_STATES = ("実施済", "完了", "決定", "従前から実施")
WITHDRAWN_STATE = "取下げ"
EXTENDED = "改善策の台帳で期限が変わりました。"
STATED = "改善策の台帳に「{}」とあります。"
STATED_DAY = "改善策の台帳に完了日があります。"
RESTATED = "改善策の台帳で完了日が改められました（前は{}）。"


@dataclass(frozen=True)
class Followed:
    """How many tasks an import opened, closed and changed."""

    opened: int = 0
    closed: int = 0
    changed: int = 0

    def __add__(self, other: "Followed") -> "Followed":
        """Both together."""
        return Followed(self.opened + other.opened, self.closed + other.closed, self.changed + other.changed)


def follow_plans(records: Records, as_of: date, occasion: Occasion) -> Followed:
    """Open, change, complete and withdraw tasks as the newest import of improvement plans says.

    Only rows that this import began or ended speak: a plan that was not touched does not undo what a
    department reported meanwhile.
    """
    plans, gone = records.findings.newest_plans(as_of)
    findings = {finding.finding_no: finding for finding in records.findings.known_on(as_of)}
    departments = records.departments(as_of)
    known = records.tasks.by_keys([_key(plan) for plan in [*plans, *gone]])
    new, changes = list[Task](), list[tuple[Task, Event]]()
    for plan in plans:
        task = _task_of(plan, findings.get(plan.finding_no), departments, as_of)
        if _key(plan) in known:
            changes += _changes(known[_key(plan)], task, plan, as_of, occasion)
        else:
            new.append(task)
            changes += _closing(task, plan, as_of, occasion)
    for plan in gone:
        if (old := known.get(_key(plan))) and old.is_open:
            changes.append(old.withdraw("改善策の台帳からなくなりました。", occasion, on=as_of))
    records.tasks.open_all(new, occasion)
    records.tasks.save_all(changes)
    latest = {task.key: task for task, _ in changes}
    was_closed = {key for key, task in known.items() if not task.is_open}
    closed = sum(not task.is_open for key, task in latest.items() if key not in was_closed)
    return Followed(len(new), closed, len(latest) - closed)


def find_departments(records: Records, as_of: date, occasion: Occasion) -> int:
    """Give tasks that name a department on paper to it, once the register of departments knows it."""
    waiting = [task for task in records.tasks.without_department() if task.department_printed]
    departments = records.departments(as_of) if waiting else []
    found = [(task, department_named(task.department_printed, departments)) for task in waiting]
    changes = [task.hand_over(department.code, occasion) for task, department in found if department]
    records.tasks.save_all(changes)
    return len(changes)


def _task_of(plan: PlanEntry, finding: FindingEntry | None, departments: list[Department], as_of: date) -> Task:
    printed = plan.department_printed or (finding.departments_printed or "").split("、")[0] if finding else ""
    code = plan.department_code or (finding.department_code if finding else None)
    if code is None and printed and (department := department_named(printed, departments)):
        code = department.code
    written_on = (finding.given_on if finding else None) or plan.valid_from
    deadline = read_deadline(plan.deadline_printed or "", written_on)
    return Task(
        key=_key(plan), origin=Origin.FINDING, origin_ref=plan.finding_no, title=plan.action,
        body=f"指導事項「{finding.subject}」の改善策です。" if finding else "",
        department_code=code, department_printed=printed or "",
        deadline=deadline.day, first_deadline=deadline.day, deadline_printed=deadline.printed,
        opened_on=min(as_of, plan.completed_on or as_of), officer_no=plan.officer_no,
    )  # fmt: skip


def _changes(old: Task, new: Task, plan: PlanEntry, as_of: date, occasion: Occasion) -> list[tuple[Task, Event]]:
    changes = _other_words(old, new, occasion)
    task = changes[-1][0] if changes else old
    if task.department_code != new.department_code and new.department_code is not None:
        changes.append(task.hand_over(new.department_code, occasion))
        task = changes[-1][0]
    if new.officer_no is not None and task.officer_no != new.officer_no:
        changes.append(task.assign(new.officer_no, occasion))
        task = changes[-1][0]
    return changes + _standing(task, plan, as_of, occasion)


def _other_words(task: Task, new: Task, occasion: Occasion) -> list[tuple[Task, Event]]:
    """Title, body and deadline. The same printed words are left alone: without a year, they would mean a later day."""
    changes: list[tuple[Task, Event]] = []
    if (task.title, task.body) != (new.title, new.body):
        changes.append(task.reword(new.title, new.body, occasion))
        task = changes[-1][0]
    if task.deadline_printed != new.deadline_printed:
        if task.deadline == new.deadline:
            changes.append(task.respell_deadline(new.deadline_printed, occasion))
        else:
            changes.append(task.extend(new.deadline, new.deadline_printed, EXTENDED, occasion))
    return changes


def _standing(task: Task, plan: PlanEntry, as_of: date, occasion: Occasion) -> list[tuple[Task, Event]]:
    """Closed, reopened, or done on another day than was known."""
    is_done = _is_closed(plan) and plan.state != WITHDRAWN_STATE
    if task.is_open or (is_done and task.completed_on is None):
        return _closing(task, plan, as_of, occasion)
    if not _is_closed(plan):
        return [task.reopen(f"改善策の台帳で「{plan.state or '未着手'}」となりました。", occasion)]
    if is_done and plan.completed_on and plan.completed_on != task.completed_on:
        assert task.completed_on is not None
        reason = RESTATED.format(wareki(task.completed_on))
        return [task.restate_completion(plan.completed_on, reason, occasion)]
    return []


def _closing(task: Task, plan: PlanEntry, as_of: date, occasion: Occasion) -> list[tuple[Task, Event]]:
    if plan.state == WITHDRAWN_STATE:
        return [task.withdraw("改善策の台帳で取下げとなりました。", occasion, on=as_of)]
    if not _is_closed(plan):
        return []
    note = STATED.format(plan.state) if plan.state else STATED_DAY
    return [task.complete(note, occasion, on=plan.completed_on or as_of)]


def _is_closed(plan: PlanEntry) -> bool:
    return plan.state in (*DONE_STATES, WITHDRAWN_STATE) or plan.completed_on is not None


def _key(plan: PlanEntry) -> str:
    return f"finding:{plan.finding_no}/{plan.branch}"
