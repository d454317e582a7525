"""A department answers, the division decides: each in one transaction, refused in a sentence or done as a whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.domain.decisions import Approval, refuse_approval
from tracker.domain.effects import EffectRule
from tracker.domain.errors import CommandRefused, RecordChanged
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import send_back
from tracker.domain.submissions import UNDECIDED, Decision, Submission, accept, submit
from tracker.domain.tasks import Task
from tracker.evidence import KeptFile
from tracker.storage.store import Records
from tracker.storage.submissions import Attachment

CHANGED = "この対応は、ほかの人が先に更新しました。今の内容を確かめてから、もう一度行ってください。"
DECIDED = "この報告は、もう確かめ終わっています。"
NO_APPROVAL, USUAL_EFFECTS = Approval(), EffectRule()
Move = Callable[[Task], tuple[Task, Event]]


@dataclass(frozen=True)
class NamedFile:
    """A document that is kept already, under the name it was sent with."""

    name: str
    kept: KeptFile


def would_take(records: Records, task: Task, submission: Submission, occasion: Occasion, files: int) -> None:
    """Raise what `enter` would raise now, before any document is kept."""
    submit(task, submission, occasion, pending=records.submissions.pending_of(task.key), files=files)


def enter(records: Records, task: Task, submission: Submission, files: Sequence[NamedFile], occasion: Occasion) -> None:
    """Take an answer with its documents; an undecided one before it gives way. SubmissionRefused with a sentence."""
    pending = records.submissions.pending_of(task.key)
    answered, event = submit(task, submission, occasion, pending=pending, files=len(files))
    records.submissions.replace_undecided(task.key, occasion)
    number = records.submissions.enter(submission)
    records.submissions.attach([
        Attachment(
            task.key, file.name, file.kept.sha256, file.kept.size, occasion.at, occasion.by, number,
            department_code=submission.department_code,
        )
        for file in files
    ])  # fmt: skip
    records.tasks.save(answered, event)


@dataclass(frozen=True)
class Ruling:
    """What the division decides on an answer, on the page it saw (`version` is the task's as shown there)."""

    submission_id: int
    version: int
    decision: Decision
    reason: str = ""
    department: str | None = None


@dataclass(frozen=True)
class Custom:
    """What goes along with a change: its approval, and the office's rule of looking at the effect afterwards."""

    approval: Approval = NO_APPROVAL
    effects: EffectRule = USUAL_EFFECTS

    def follow(self, after: Task, event: Event, occasion: Occasion) -> tuple[Task, Event]:
        """The change with its approval, and with the day on which the effect is looked at."""
        refuse_approval(self.approval, occasion.on_day)
        if event.kind is Happened.TASK_COMPLETED:
            after = self.effects.plan(after)
        if not self.approval:
            return after, event
        said = {"on": self.approval.on, "by": str(self.approval.by), "document_no": self.approval.document_no}
        return after.approve(self.approval), event.with_facts(approval=said)


def decide(records: Records, ruling: Ruling, occasion: Occasion, custom: Custom = Custom()) -> Task:
    """Carry out a decision; the task as it stands then.

    Raises RecordChanged when another got there first, SubmissionRefused when the decision lacks something.
    """
    submission = records.submissions.find(ruling.submission_id)
    task = None if submission is None else records.tasks.find(submission.task_key)
    if submission is None or task is None:
        raise CommandRefused("この報告は、記録にありません。")
    pending = records.submissions.pending_of(task.key)
    if pending is None or pending.id != submission.id:
        raise RecordChanged(DECIDED)
    if task.version != ruling.version:
        raise RecordChanged(CHANGED)
    if ruling.decision is Decision.ACCEPTED:
        after, event = accept(task, submission, ruling.reason, occasion, ruling.department)
    else:
        after, event = send_back(task, ruling.reason, occasion)
    after, event = custom.follow(after, event, occasion)
    records.submissions.save(submission.decided(ruling.decision, ruling.reason, occasion))
    records.tasks.save(after, event)
    return after


def move(records: Records, key: str, version: int, change: Move, custom: Custom = Custom()) -> Task:
    """Change a task as the page of that `version` asks; an answer that waits must be decided on first.

    Raises RecordChanged when another got there first, and what `change` raises.
    """
    task = records.tasks.find(key)
    if task is None:
        raise CommandRefused(f"対応「{key}」はありません。")
    if task.version != version:
        raise RecordChanged(CHANGED)
    if records.submissions.pending_of(key) is not None:
        raise CommandRefused(UNDECIDED)
    after, event = change(task)
    after, event = custom.follow(after, event, event.occasion)
    records.tasks.save(after, event)
    return after
