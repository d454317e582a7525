"""Tasks: as a list shows them, and one with its answers, its documents and its history."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from tracker.api.shapes.events import EventShown
from tracker.api.shapes.fields import Shown
from tracker.domain.submissions import Decision, Submission, SubmissionKind
from tracker.domain.tasks import Origin, RoundReason, Standing, Task
from tracker.storage.events import StoredEvent
from tracker.storage.submissions import Attachment


class TaskLine(Shown):
    """対応（だれかが期限までにすること）"""

    key: str = Field(description="対応のキー")
    origin: Origin = Field(
        description="何から生じたか: finding（指導事項）、flag（検査）、duty（定期業務）、resolution（審議会）"
    )
    finding: str | None = Field(description="指導事項からのときは指導番号")
    check: str | None = Field(description="検査からのときは検査の名前")
    title: str = Field(description="件名")
    body: str = Field(description="内容")
    department: str | None = Field(description="所管課の所属コード。未定のときは null")
    department_name: str | None = Field(description="所管課の名前")
    department_printed: str = Field(description="文書に書かれたとおりの所管課")
    deadline: date | None = Field(description="今の期限")
    first_deadline: date | None = Field(description="はじめの期限")
    deadline_printed: str = Field(description="文書に書かれたとおりの期限")
    days_left: int | None = Field(description="期限までの日数。過ぎていれば負の数")
    standing: Standing = Field(description="状態: answered 確認待ち、overdue 期限超過、due-today 本日期限、due-soon 期限間近、"
                               "open 対応中、completed 完了、withdrawn 取下げ")  # fmt: skip
    opened_on: date = Field(description="登録した日")
    completed_on: date | None = Field(description="完了した日")
    withdrawn_on: date | None = Field(description="取り下げた日")
    closing_note: str = Field(description="完了又は取下げの理由")
    answered_on: date | None = Field(description="所管課が報告し、確認を待っているときはその日")
    round: int = Field(description="お知らせを数え直した回数")
    round_reason: RoundReason = Field(description="数え直した理由。はじめは空")
    officer_no: str | None = Field(description="担当者の職員番号")
    version: int = Field(description="変えるときに送る版の番号")


class SubmissionShown(Shown):
    """所管課の報告"""

    id: int = Field(description="報告の番号")
    task: str = Field(description="対応のキー")
    department: str = Field(description="報告した所管課の所属コード")
    kind: SubmissionKind = Field(description="done 完了の報告、extension 期限延長の申出、not-ours 所管違いの申出")
    officer: str = Field(description="報告した方の氏名")
    note: str = Field(description="内容")
    submitted_at: datetime = Field(description="報告した時（UTC）")
    submitted_on: date = Field(description="報告した日")
    asked_deadline: date | None = Field(description="申し出た新しい期限")
    named_department: str | None = Field(description="正しい所管課として挙げた所属コード")
    decision: Decision | None = Field(
        description="情報管理課の判断: accepted 確認済、sent-back 差戻し、replaced 次の報告に替わった。確認待ちは null"
    )
    decided_at: datetime | None = Field(description="判断した時（UTC）")
    decided_by: str = Field(description="判断した者")
    decision_reason: str = Field(description="判断の理由")


class AttachmentShown(Shown):
    """証跡のファイル"""

    id: int = Field(description="ファイルの番号")
    submission: int | None = Field(description="添えられた報告の番号")
    name: str = Field(description="ファイル名")
    sha256: str = Field(description="中身の SHA-256")
    size: int = Field(description="大きさ（バイト）")
    added_at: datetime = Field(description="添えた時（UTC）")
    added_by: str = Field(description="添えた者")


class TaskShown(TaskLine):
    """対応とその報告、証跡、経過"""

    submissions: list[SubmissionShown] = Field(description="所管課の報告、古い順")
    attachments: list[AttachmentShown] = Field(description="証跡のファイル、古い順")
    history: list[EventShown] = Field(description="経過、新しい順")


class StandingAsked(StrEnum):
    """Which tasks a list shows; the words of `standing`, and all that are not closed."""

    UNFINISHED = "unfinished"
    ANSWERED = "answered"
    OVERDUE = "overdue"
    DUE_TODAY = "due-today"
    DUE_SOON = "due-soon"
    OPEN = "open"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


def task_line(task: Task, today: date, names: Mapping[str, str]) -> TaskLine:
    """A task as lists show it; `names` are the departments'."""
    facts = {name: getattr(task, name) for name in _SAME}
    code, ref = task.department_code, task.origin_ref
    return TaskLine(
        finding=ref if task.origin is Origin.FINDING else None, check=task.kind or None, department=code,
        department_name=names.get(code or ""), days_left=task.days_left(today), standing=task.standing(today), **facts,
    )  # fmt: skip


def task_shown(
    line: TaskLine, submissions: Sequence[Submission], attachments: Sequence[Attachment], events: Sequence[StoredEvent]
) -> TaskShown:
    """A task with all that belongs to it."""
    return TaskShown(
        **dict(line), submissions=[submission_shown(one) for one in submissions],
        attachments=[_attachment(one) for one in attachments],
        history=[EventShown.model_validate(one) for one in events],
    )  # fmt: skip


def submission_shown(submission: Submission) -> SubmissionShown:
    """An answer of a department."""
    facts = {name: getattr(submission, name) for name in _SAME_OF_SUBMISSION}
    return SubmissionShown(
        task=submission.task_key, department=submission.department_code, named_department=submission.named_code, **facts
    )


def _attachment(attachment: Attachment) -> AttachmentShown:
    facts = {name: getattr(attachment, name) for name in ("id", "name", "sha256", "size", "added_at", "added_by")}
    return AttachmentShown(submission=attachment.submission_id, **facts)


_SAME = TaskLine.model_fields.keys() & Task.__annotations__.keys()
_SAME_OF_SUBMISSION = SubmissionShown.model_fields.keys() & Submission.__annotations__.keys()
