"""Who sees what of a task's past: the one rule that every page, program, letter, calendar and pack asks.

The people of the whole office (division, auditors) see all of it. A department, by whatever door it comes, sees of its task what
happened while the task was its own, what it wrote and sent itself, the division's documents, and letters to its own mailbox. It does
not see what another department wrote, sent or was told, who worked there, nor what was written to superiors.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeVar

from tracker.domain.events import Happened
from tracker.domain.submissions import Submission
from tracker.domain.tasks import RoundReason, Task

TO_ITS_MAILBOX = ("reminder", "weekly-report")
TO_SUPERIORS = frozenset({str(Happened.TASK_ESCALATED)})
CLOSING = frozenset({str(Happened.TASK_COMPLETED), str(Happened.TASK_WITHDRAWN)})
OF_FORMER_OFFICERS = ("officer",)  # facts of a hand-over that name who had it there
ROUNDS = {
    RoundReason.EXTENDED: str(Happened.DEADLINE_EXTENDED), RoundReason.SENT_BACK: str(Happened.TASK_SENT_BACK),
    RoundReason.REOPENED: str(Happened.TASK_REOPENED),
}  # fmt: skip


class PastEvent(Protocol):
    """An entry of the trail about a task."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


class Owned(Protocol):
    """A document; without a department it is the division's."""

    @property
    def department_code(self) -> str | None: ...


class Addressed(Owned, Protocol):
    """A letter."""

    @property
    def kind(self) -> str: ...


SomeEvent = TypeVar("SomeEvent", bound=PastEvent)
SomeOwned = TypeVar("SomeOwned", bound=Owned)
SomeLetter = TypeVar("SomeLetter", bound=Addressed)


@dataclass(frozen=True)
class Audience:
    """Who reads: everything, or one department's own; of nobody's business is what neither is."""

    sees_all: bool = False
    department_code: str | None = None

    def sees(self, department_code: str | None) -> bool:
        """Whether a thing of that department may be shown; what has no department is the whole office's."""
        return self.sees_all or (department_code is not None and department_code == self.department_code)

    def events(self, events: Sequence[SomeEvent]) -> list[SomeEvent]:
        """Of everything that happened to one task (in either order), what is shown."""
        if self.sees_all:
            return list(events)
        held = self._held(events)
        is_anothers_too = any(event.kind == Happened.TASK_HANDED_OVER for event in events)
        return [_unnamed(one) for one in events if one.id in held and self._is_told(one, is_anothers_too)]

    def answers(self, answers: Iterable[Submission]) -> list[Submission]:
        """Answers to a task: a department sees its own."""
        return [answer for answer in answers if self.sees(answer.department_code)]

    def pending(self, pending: Submission | None) -> Submission | None:
        """The answer that waits; of another department's no more than that it does, which keeps the forms shut."""
        if pending is None or self.sees(pending.department_code):
            return pending
        return replace(pending, officer="", note="", asked_deadline=None, named_code=None)

    def documents(self, documents: Iterable[SomeOwned]) -> list[SomeOwned]:
        """Documents of a task: a department sees its own and the division's."""
        return [one for one in documents if one.department_code is None or self.sees(one.department_code)]

    def letters(self, letters: Iterable[SomeLetter]) -> list[SomeLetter]:
        """Letters: a department sees those to its own mailbox."""
        return [
            one for one in letters if self.sees_all or (one.kind in TO_ITS_MAILBOX and self.sees(one.department_code))
        ]

    def task(self, task: Task, events: Sequence[PastEvent]) -> Task:
        """The task without words that stayed on it from another department's time; `events` are all of its own."""
        if self.sees_all:
            return task
        shown = {event.id for event in self.events(events)}
        ordered = sorted(events, key=lambda event: event.id)
        closed = _newest(ordered, CLOSING)
        begun = _newest(ordered, frozenset({ROUNDS.get(task.round_reason, "")}))
        if closed and closed.id not in shown:
            task = replace(task, closing_note="")
        return replace(task, round_note="") if begun and begun.id not in shown else task

    def as_it_left(self, task: Task, events: Sequence[PastEvent]) -> Task:
        """A task that went elsewhere, with the title and the deadline that it had when this department gave it up."""
        left = max((one.id for one in events if _leaves(one, self.department_code)), default=0)
        for event in sorted(events, key=lambda one: one.id, reverse=True):
            if event.id <= left:
                break
            old = event.facts.get("old")
            if event.kind == Happened.DEADLINE_EXTENDED:
                task = replace(task, deadline=date.fromisoformat(old) if old else None)
            elif event.kind == Happened.TASK_REWORDED and event.facts.get("of") != "deadline":
                task = replace(task, title=str(old or task.title), body="")
        return task

    def _held(self, events: Sequence[PastEvent]) -> set[int]:
        """What happened while the task was this department's: from each time it came until it went."""
        ordered = sorted(events, key=lambda event: event.id)
        moves = [event for event in ordered if event.kind == Happened.TASK_HANDED_OVER]
        if not moves:
            return {event.id for event in ordered}
        holder, held = moves[0].facts.get("old"), set[int]()
        for event in ordered:
            if event.kind == Happened.TASK_HANDED_OVER:
                holder = event.facts.get("new")
            if holder is not None and holder == self.department_code:
                held.add(event.id)
        return held

    def _is_told(self, event: PastEvent, is_anothers_too: bool) -> bool:
        if event.kind in TO_SUPERIORS:
            return False
        whose = event.facts.get("department")
        if event.kind == Happened.EVIDENCE_REMOVED:  # earlier entries do not say whose it was
            is_said = "department" in event.facts
            return whose in (None, self.department_code) if is_said else not is_anothers_too
        if event.kind == Happened.REMINDER_QUEUED:
            return whose in (None, self.department_code)
        return True


WHOLE_OFFICE, NOBODY = Audience(sees_all=True), Audience()


def of_department(code: str | None) -> Audience:
    """A department's people, signed in, by a letter's link, on its page, in its calendar, or a program of its own."""
    return Audience(department_code=code)


def _leaves(event: PastEvent, code: str | None) -> bool:
    return event.kind == Happened.TASK_HANDED_OVER and event.facts.get("old") == code


def _newest(ordered: Sequence[PastEvent], kinds: frozenset[str]) -> PastEvent | None:
    return next((event for event in reversed(ordered) if event.kind in kinds), None)


def _unnamed(event: SomeEvent) -> SomeEvent:
    if event.kind != Happened.TASK_HANDED_OVER or not any(name in event.facts for name in OF_FORMER_OFFICERS):
        return event
    facts = {name: value for name, value in event.facts.items() if name not in OF_FORMER_OFFICERS}
    return replace(event, facts=facts)  # type: ignore[type-var]
