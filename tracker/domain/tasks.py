"""Tasks: whatever somebody must do by a day, whatever it comes from."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tracker.domain.decisions import Approval, Approver, Effect, MeasureDecision
from tracker.domain.events import Event, Happened, Occasion


class Origin(StrEnum):
    """Where a task comes from."""

    FINDING = "finding"
    FLAG = "flag"
    DUTY = "duty"
    RESOLUTION = "resolution"


class RoundReason(StrEnum):
    """Why the steps of the ladder count anew: each of these is news to the department."""

    OPENED = ""
    EXTENDED = "extended"
    HANDED_OVER = "handed-over"
    SENT_BACK = "sent-back"
    REOPENED = "reopened"


class Standing(StrEnum):
    """How a task stands on a day: computed, never stored."""

    ANSWERED = "answered"
    OVERDUE = "overdue"
    DUE_TODAY = "due-today"
    DUE_SOON = "due-soon"
    OPEN = "open"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


SOON_DAYS = 14
LAST_DAY = date.max  # stands for 「期限の定めなし」 where tasks are put in the order of their deadlines
STANDING_WORDS = {
    Standing.ANSWERED: "確認待ち",
    Standing.OVERDUE: "期限超過",
    Standing.DUE_TODAY: "本日期限",
    Standing.DUE_SOON: "期限間近",
    Standing.OPEN: "対応中",
    Standing.COMPLETED: "完了",
    Standing.WITHDRAWN: "取下げ",
}


@dataclass(frozen=True, slots=True)
class Task:
    """A task keeps its first deadline and the printed words beside the current deadline.

    `answered_on` is the day on which the department answered, until the division has decided on the answer;
    `round` counts how often the reminders began anew. `officer_no` is the 職員番号 of the person in charge.
    `approved_on`, `approver` and `document_no` are those of the newest decision that had an approval.
    """

    key: str
    origin: Origin
    origin_ref: str
    title: str
    body: str
    department_code: str | None
    department_printed: str
    deadline: date | None
    first_deadline: date | None
    deadline_printed: str
    opened_on: date
    completed_on: date | None = None
    withdrawn_on: date | None = None
    closing_note: str = ""
    answered_on: date | None = None
    round: int = 1
    round_reason: RoundReason = RoundReason.OPENED
    round_note: str = ""
    officer_no: str | None = None
    started_on: date | None = None
    measure: MeasureDecision = MeasureDecision.NOTHING
    approved_on: date | None = None
    approver: Approver = Approver.NOT_SAID
    document_no: str = ""
    effect_check_on: date | None = None
    effect_checked_on: date | None = None
    effect: Effect = Effect.UNKNOWN
    effect_note: str = ""
    version: int = 1

    @property
    def approval(self) -> Approval:
        """The newest approval."""
        return Approval(self.approved_on, self.approver, self.document_no)

    @property
    def kind(self) -> str:
        """For a task of a flag its check's name; nothing for the others."""
        return self.origin_ref.partition("/")[0] if self.origin is Origin.FLAG else ""

    @property
    def source(self) -> str:
        """The origin, for a task of a flag with its check's name."""
        return f"{self.origin}/{self.kind}" if self.kind else str(self.origin)

    @property
    def deadline_order(self) -> date:
        """The deadline, or the last day there is when there is none: by this tasks are put in order."""
        return self.deadline or LAST_DAY

    @property
    def waits_for_department(self) -> bool:
        """Open, and no answer of the department lies with the division."""
        return self.is_open and self.answered_on is None

    @property
    def is_open(self) -> bool:
        """Neither completed nor withdrawn."""
        return self.completed_on is None and self.withdrawn_on is None

    def days_left(self, today: date) -> int | None:
        """Days until the deadline; negative when overdue; None without a deadline."""
        return None if self.deadline is None else (self.deadline - today).days

    def standing(self, today: date) -> Standing:
        """How the task stands on a day."""
        if not self.is_open:
            return Standing.COMPLETED if self.completed_on else Standing.WITHDRAWN
        if self.answered_on is not None:
            return Standing.ANSWERED
        left = self.days_left(today)
        if left is None or left > SOON_DAYS:
            return Standing.OPEN
        if left < 0:
            return Standing.OVERDUE
        return Standing.DUE_TODAY if left == 0 else Standing.DUE_SOON

    def opened(self, occasion: Occasion) -> Event:
        """The event of its opening."""
        facts = {"deadline": self.deadline, "department": self.department_code, "title": self.title}
        if self.deadline_printed:
            facts["printed"] = self.deadline_printed
        return self.happened(Happened.TASK_OPENED, occasion, **facts)

    def answer(self, kind: Happened, occasion: Occasion, **facts: object) -> tuple["Task", Event]:
        """The department has answered (`kind` says what); the division has yet to decide. What is reported was begun."""
        begun = self.started_on or (occasion.on_day if kind is Happened.TASK_REPORTED else None)
        return replace(self, answered_on=occasion.on_day, started_on=begun), self.happened(kind, occasion, **facts)

    def send_back(self, reason: str, occasion: Occasion) -> tuple["Task", Event]:
        """The answer is not accepted: the department's again."""
        task = self._next_round(RoundReason.SENT_BACK, reason)
        return task, self.happened(Happened.TASK_SENT_BACK, occasion, reason=reason)

    def complete(self, note: str, occasion: Occasion, on: date | None = None) -> tuple["Task", Event]:
        """Done, on a day (the occasion's own by default), with the note that says how that is known."""
        done_on = on or occasion.on_day
        task = replace(
            self, completed_on=done_on, withdrawn_on=None, answered_on=None, closing_note=note, measure=MeasureDecision.NOTHING
        )  # fmt: skip
        return task, self.happened(Happened.TASK_COMPLETED, occasion, completed_on=done_on, note=note)

    def withdraw(self, reason: str, occasion: Occasion, on: date | None = None) -> tuple["Task", Event]:
        """No longer asked for, from a day on (the occasion's own by default)."""
        withdrawn_on = on or occasion.on_day
        task = replace(self, withdrawn_on=withdrawn_on, answered_on=None, closing_note=reason)
        return task, self.happened(Happened.TASK_WITHDRAWN, occasion, withdrawn_on=withdrawn_on, reason=reason)

    def reopen(self, reason: str, occasion: Occasion) -> tuple["Task", Event]:
        """Open again: what was said to be done is not."""
        reopened = replace(
            self, completed_on=None, withdrawn_on=None, closing_note="", measure=MeasureDecision.NOTHING,
            effect_check_on=None, effect_checked_on=None, effect=Effect.UNKNOWN, effect_note="",
        )  # fmt: skip
        task = reopened._next_round(RoundReason.REOPENED, reason)
        return task, self.happened(Happened.TASK_REOPENED, occasion, reason=reason)

    def extend(self, deadline: date | None, printed: str, reason: str, occasion: Occasion) -> tuple["Task", Event]:
        """Another deadline; the first one is kept."""
        moved = replace(
            self, deadline=deadline, deadline_printed=printed, first_deadline=self.first_deadline or deadline
        )
        task = moved._next_round(RoundReason.EXTENDED, reason)
        facts = {"old": self.deadline, "new": deadline, "reason": reason}
        if printed:
            facts["printed"] = printed
        return task, self.happened(Happened.DEADLINE_EXTENDED, occasion, **facts)

    def hand_over(self, code: str | None, occasion: Occasion) -> tuple["Task", Event]:
        """Another department's from now on."""
        task = replace(self, department_code=code, officer_no=None, started_on=None)._next_round(
            RoundReason.HANDED_OVER, ""
        )
        return task, self.happened(Happened.TASK_HANDED_OVER, occasion, old=self.department_code, new=code)

    def carry_over(self, code: str, reason: str, occasion: Occasion) -> tuple["Task", Event]:
        """The successor's of its department; an answer that waits for the division goes on waiting."""
        task = replace(self, department_code=code, officer_no=None)
        if self.answered_on is None:
            task = task._next_round(RoundReason.HANDED_OVER, "")
        facts: dict[str, object] = {"old": self.department_code, "new": code, "reason": reason}
        if self.officer_no:
            facts["officer"] = self.officer_no
        return task, self.happened(Happened.TASK_HANDED_OVER, occasion, **facts)

    def reword(self, title: str, body: str, occasion: Occasion) -> tuple["Task", Event]:
        """The same task in other words."""
        task = replace(self, title=title, body=body)
        return task, self.happened(Happened.TASK_REWORDED, occasion, old=self.title, new=title, body=body)

    def respell_deadline(self, printed: str, occasion: Occasion) -> tuple["Task", Event]:
        """Other words for the same deadline: nothing is extended, and nobody needs to be told anew."""
        task = replace(self, deadline_printed=printed)
        facts = {"old": self.deadline_printed, "new": printed, "of": "deadline"}
        return task, self.happened(Happened.TASK_REWORDED, occasion, **facts)

    def restate_completion(self, on: date, reason: str, occasion: Occasion) -> tuple["Task", Event]:
        """Done on another day than was said; the note that says how it is known stays."""
        task = replace(self, completed_on=on)
        facts = {"old": self.completed_on, "completed_on": on, "note": reason}
        return task, self.happened(Happened.TASK_COMPLETED, occasion, **facts)

    def assign(self, officer_no: str | None, occasion: Occasion) -> tuple["Task", Event]:
        """Another person in charge, by 職員番号."""
        task = replace(self, officer_no=officer_no)
        return task, self.happened(Happened.OFFICER_NAMED, occasion, old=self.officer_no, new=officer_no)

    def approve(self, approval: Approval) -> "Task":
        """With the approval of the decision just made on it, when one is said."""
        if not approval:
            return self
        return replace(self, approved_on=approval.on, approver=approval.by, document_no=approval.document_no)

    def _next_round(self, reason: RoundReason, note: str) -> "Task":
        """The reminders begin anew; the department has not answered yet."""
        return replace(self, answered_on=None, round=self.round + 1, round_reason=reason, round_note=note)

    def happened(self, kind: Happened, occasion: Occasion, **facts: object) -> Event:
        """Something that happened to this task."""
        return Event(kind, f"task:{self.key}", occasion, facts)
