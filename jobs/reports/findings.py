"""Findings and their measures as they stood on a day: what the council's table, the report and the form are made of."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from notifications.reports.measures import EvidenceFile, Extension, Measure, MeasureState
from tracker.domain.decisions import MeasureDecision
from tracker.domain.events import Happened
from tracker.domain.tasks import Task
from tracker.domain.telling import ANSWERS
from tracker.office import Office
from tracker.registers.guidance import STATED, STATED_DAY
from tracker.storage.events import StoredEvent
from tracker.storage.findings import FindingEntry, PlanEntry
from tracker.storage.retelling import Retelling, end_of_day

UNKNOWN_DEPARTMENT = "所管課未定"
_MEASURED = {
    "決定": MeasureState.DECIDED, "従前から実施": MeasureState.CUSTOMARY,
}  # fmt: skip
_REQUEST = "依頼予定"


@dataclass(frozen=True)
class ToldFinding:
    """A finding with its measures in the order of their branches, and the name of its department."""

    entry: FindingEntry
    measures: tuple[Measure, ...]
    tasks: tuple[Task, ...]
    department: str

    @property
    def number(self) -> str:
        """The number in its paper: 1(1) of R5.12.19-1(1), else the whole."""
        return printed_number(self.entry.finding_no)


def told_findings(told: Retelling, office: Office) -> list[ToldFinding]:
    """Every finding known on the day, by number."""
    return _Telling(told, office).findings()


def shown_numbers(found: Iterable[ToldFinding]) -> dict[str, str]:
    """Each finding's number as printed where that is not ambiguous among these, else the whole; by the whole number."""
    known = list(found)
    times = Counter(one.number for one in known)
    return {
        one.entry.finding_no: one.number if times[one.number] == 1 else one.entry.finding_no for one in known
    }  # fmt: skip


def printed_number(finding_no: str) -> str:
    """The number as a paper prints it: 1(1) of R5.12.19-1(1)."""
    match = re.search(r"-(\d+[(（]\d+[)）])$", finding_no)
    return match[1] if match else finding_no


def natural(number: str) -> list[tuple[int, int | str]]:
    """The order of numbers as people count: 1(2) before 1(10)."""
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"(\d+)", number) if part]


class _Telling:
    def __init__(self, told: Retelling, office: Office) -> None:
        self.told, self.past, self.day = told, told.past, told.day
        self.names = self.past.departments()
        self.tasks = told.of_findings()
        keys = [task.key for tasks in self.tasks.values() for task in tasks]
        noon = datetime.combine(self.day, time(12), office.clock.zone)
        self.evidence = self.past.evidence(keys, end_of_day(self.day, noon))
        self.events = _by_task(self.past.events_of(keys))
        self.plans = {f"finding:{plan.finding_no}/{plan.branch}": plan for plan in self.past.plans()}

    def findings(self) -> list[ToldFinding]:
        return [self._finding(entry) for entry in sorted(self.past.findings(), key=lambda one: natural(one.finding_no))]

    def _finding(self, entry: FindingEntry) -> ToldFinding:
        tasks = [task for task in self.tasks.get(entry.finding_no, []) if self._is_told(task)]
        tasks.sort(key=lambda task: natural(task.key))
        measures = tuple(self._measure(task, entry) for task in tasks)
        return ToldFinding(entry, measures, tuple(tasks), self._department(entry, tasks))

    def _is_told(self, task: Task) -> bool:
        """Whether the register has it still, or a decision was made on it: not what was entered by mistake and taken out."""
        return not task.withdrawn_on or task.key in self.plans or task.measure is MeasureDecision.NOT_TAKEN

    def _department(self, entry: FindingEntry, tasks: Sequence[Task]) -> str:
        codes = [entry.department_code] if entry.department_code else [task.department_code for task in tasks]
        named = [self._name(code) for code in codes if code]
        return "、".join(dict.fromkeys(named)) or entry.departments_printed or UNKNOWN_DEPARTMENT

    def _name(self, code: str | None) -> str:
        return self.names.get(code, code) if code else ""

    def _measure(self, task: Task, entry: FindingEntry) -> Measure:
        plan, events = self.plans.get(task.key), self.events[task.key]
        state = _state(task, plan)
        return Measure(
            key=task.key, action=plan.action if plan else task.title, state=state, deadline=task.deadline,
            deadline_printed=task.deadline_printed, first_deadline=task.first_deadline,
            done_on=_done_on(task, plan, entry), is_request=bool(plan and plan.state == _REQUEST),
            started_on=task.started_on, reported_on=_reported_on(task, events),
            reason=_reason(state, task, events), note="" if not state.is_done or _is_from_register(task, plan) else task.closing_note,
            department=self._name(task.department_code) or task.department_printed,
            evidence=tuple(EvidenceFile(one.name, one.sha256) for one in self.evidence.get(task.key, [])),
            extensions=tuple(_extensions(events)),
        )  # fmt: skip


def _by_task(events: Iterable[StoredEvent]) -> dict[str, list[StoredEvent]]:
    found = defaultdict[str, list[StoredEvent]](list)
    for event in events:
        found[event.about.removeprefix("task:")].append(event)
    return found


def _state(task: Task, plan: PlanEntry | None) -> MeasureState:
    if task.completed_on:
        return _MEASURED.get((plan.state or "") if plan else "", MeasureState.DONE)
    if task.withdrawn_on:
        return MeasureState.NOT_TAKEN if task.measure is MeasureDecision.NOT_TAKEN else MeasureState.WITHDRAWN
    return MeasureState.CONSIDERED if task.measure is MeasureDecision.CONSIDERED else MeasureState.PLANNED


def _done_on(task: Task, plan: PlanEntry | None, entry: FindingEntry) -> date | None:
    """The day it was done. Where only the register says that it was, its day is not known unless the register says one;
    a paper that prints none is entered with its own day."""
    if task.completed_on is None or plan is None or not _is_from_register(task, plan):
        return task.completed_on
    return None if plan.completed_on in (None, entry.given_on) else task.completed_on


def _is_from_register(task: Task, plan: PlanEntry | None) -> bool:
    """Whether nobody reported it: the register said so."""
    return plan is not None and task.closing_note in (STATED.format(plan.state), STATED_DAY)


def _reported_on(task: Task, events: Sequence[StoredEvent]) -> date | None:
    """The day of the report that waits for the division; None when it asks for something else."""
    if task.answered_on is None:
        return None
    last = next(event for event in reversed(events) if event.kind in ANSWERS)
    return task.answered_on if last.kind == Happened.TASK_REPORTED else None


def _reason(state: MeasureState, task: Task, events: Sequence[StoredEvent]) -> str:
    if state is MeasureState.CONSIDERED:
        considered = [event for event in events if event.kind == Happened.MEASURE_CONSIDERED]
        return str(considered[-1].facts.get("reason", "")) if considered else ""
    return task.closing_note if state is MeasureState.NOT_TAKEN else ""


def _extensions(events: Iterable[StoredEvent]) -> Iterable[Extension]:
    for event in events:
        if event.kind == Happened.DEADLINE_EXTENDED:
            old, new = (date.fromisoformat(event.facts[at]) if event.facts.get(at) else None for at in ("old", "new"))
            yield Extension(event.on_day, old, new, event.facts.get("reason", ""))
