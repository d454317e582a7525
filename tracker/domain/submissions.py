"""What a department answers to a task, and what the division decides on the answer."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import hand_over, refuse_far_deadline, refuse_long_text
from tracker.domain.tasks import Task

LONGEST_NAME = 50
UNDECIDED = "この対応には所管課の報告が届いています。先に、報告を確かめてください。"


class SubmissionKind(StrEnum):
    """Done; more time is needed; another department's."""

    DONE = "done"
    EXTENSION = "extension"
    NOT_OURS = "not-ours"


class Decision(StrEnum):
    """What became of an answer; a later answer of the department takes the place of an undecided one."""

    ACCEPTED = "accepted"
    SENT_BACK = "sent-back"
    REPLACED = "replaced"


HAPPENED = {
    SubmissionKind.DONE: Happened.TASK_REPORTED,
    SubmissionKind.EXTENSION: Happened.EXTENSION_ASKED,
    SubmissionKind.NOT_OURS: Happened.DEPARTMENT_DENIED,
}


@dataclass(frozen=True)
class Submission:
    """One answer. `officer` is the name typed; `asked_deadline` and `named_code` belong to their kinds."""

    task_key: str
    department_code: str
    kind: SubmissionKind
    officer: str
    note: str
    submitted_at: datetime
    submitted_on: date
    asked_deadline: date | None = None
    named_code: str | None = None
    decision: Decision | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    decision_reason: str = ""
    id: int | None = None

    def decided(self, decision: Decision, reason: str, occasion: Occasion) -> "Submission":
        """The answer with what became of it."""
        return replace(self, decision=decision, decided_at=occasion.at, decided_by=occasion.by, decision_reason=reason)


def submit(
    task: Task, submission: Submission, occasion: Occasion, *, pending: Submission | None, files: int = 0
) -> tuple[Task, Event]:
    """The task as it stands after an answer; `pending` is an earlier one still undecided, `files` how many came along.

    Raises SubmissionRefused with a sentence when the task takes no answer or the answer lacks something.
    """
    refuse_unanswerable(task, pending, submission.kind)
    _REFUSALS[submission.kind](task, submission, files)
    refuse_long_text("note", submission.note)
    _refuse_nameless(submission)
    facts = {"note": submission.note, "officer": submission.officer, "files": files}
    if submission.asked_deadline:
        facts |= {"asked": submission.asked_deadline}
    if submission.kind is SubmissionKind.NOT_OURS:
        facts |= {"named": submission.named_code}
    return task.answer(HAPPENED[submission.kind], occasion, **facts)


def refuse_unanswerable(task: Task, pending: Submission | None, kind: SubmissionKind | None = None) -> None:
    """Raise for a closed task, or one whose answer lies with the division; one may be done before more time is granted."""
    if not task.is_open:
        raise SubmissionRefused("", "この対応は、もう終わっています。報告は要りません。")
    if pending is None:
        return
    if pending.kind is not SubmissionKind.EXTENSION:
        raise SubmissionRefused("", "この対応は報告済みです。情報管理課が確かめています。")
    if kind is SubmissionKind.EXTENSION:
        raise SubmissionRefused("", "期限の延長は申出済みです。情報管理課が確かめています。")


def accept(
    task: Task, submission: Submission, reason: str, occasion: Occasion, department: str | None = None
) -> tuple[Task, Event]:
    """The division agrees: done is done, more time is granted, the task goes to the department named.

    `department` is the one the division chose instead. Raises SubmissionRefused while nobody names another one. What the
    department before a succession wrote does not become words of the task, which is another's by now.
    """
    said = submission.note if submission.department_code == task.department_code else ""
    if submission.kind is SubmissionKind.DONE:
        return task.complete(said or "所管課の報告を確認しました。", occasion, on=submission.submitted_on)
    if submission.kind is SubmissionKind.EXTENSION:
        assert submission.asked_deadline is not None
        return task.extend(submission.asked_deadline, "", reason or said or "所管課の申出を認めました。", occasion)
    return hand_over(task, department or submission.named_code, occasion)


def _refuse_nameless(submission: Submission) -> None:
    if not submission.officer:
        raise SubmissionRefused("officer", "報告する方の氏名を書いてください。")
    if len(submission.officer) > LONGEST_NAME:
        raise SubmissionRefused("officer", f"氏名は{LONGEST_NAME}字以内で書いてください。")


def _refuse_done(task: Task, submission: Submission, files: int) -> None:
    if not (submission.note or files):
        raise SubmissionRefused("note", "何をしたかを書くか、証跡のファイルを添えてください。")


def _refuse_extension(task: Task, submission: Submission, files: int) -> None:
    asked = submission.asked_deadline
    if asked is None:
        raise SubmissionRefused("deadline", "新しい期限を書いてください（例: R6.4.30、令和6年4月30日）。")
    if asked <= submission.submitted_on or (task.deadline is not None and asked <= task.deadline):
        raise SubmissionRefused("deadline", "新しい期限は、今日と今の期限より後の日にしてください。")
    refuse_far_deadline(asked, submission.submitted_on)
    if not submission.note:
        raise SubmissionRefused("note", "期限の延長が必要な理由を書いてください。")


def _refuse_not_ours(task: Task, submission: Submission, files: int) -> None:
    if submission.named_code == submission.department_code:
        raise SubmissionRefused("department", "ほかの所管課を選んでください。")
    if submission.named_code is None and not submission.note:
        raise SubmissionRefused("note", "正しい所管課を選ぶか、分かることを書いてください。")


_REFUSALS = {
    SubmissionKind.DONE: _refuse_done,
    SubmissionKind.EXTENSION: _refuse_extension,
    SubmissionKind.NOT_OURS: _refuse_not_ours,
}
