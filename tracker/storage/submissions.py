"""Answers of departments, and the documents that came with them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from tracker.domain.events import Occasion
from tracker.domain.submissions import Decision, Submission, SubmissionKind
from tracker.storage.tables.work import AttachmentRow, SubmissionRow, TaskRow

_SUBMISSION, _ATTACHMENT = SubmissionRow.__table__, AttachmentRow.__table__  # type: ignore[attr-defined]
_TASK = TaskRow.__table__  # type: ignore[attr-defined]
# A task that was closed, reopened, extended or handed over by others no longer waits for a decision on its answer.
_WAITS = (_SUBMISSION.c.decision.is_(None), _TASK.c.closed_on.is_(None), _TASK.c.answered_on.is_not(None))
_NAMES = [f.name for f in fields(Submission)]


@dataclass(frozen=True)
class Attachment:
    """An uploaded document: its original name, its hash and its size in bytes.

    `department_code` says whose it is, None: the division's. One that was removed keeps this record without its bytes.
    """

    task_key: str
    name: str
    sha256: str
    size: int
    added_at: datetime
    added_by: str
    submission_id: int | None = None
    department_code: str | None = None
    removed_at: datetime | None = None
    removed_by: str = ""
    removal_reason: str = ""
    id: int | None = None

    def removed(self, reason: str, occasion: Occasion) -> "Attachment":
        """The record that stays."""
        return replace(self, removed_at=occasion.at, removed_by=occasion.by, removal_reason=reason)


@dataclass(frozen=True)
class Submissions:
    """Answers, within one transaction."""

    connection: Connection

    def enter(self, submission: Submission) -> int:
        """Store a new answer; its number."""
        row = _row(submission)
        result = self.connection.execute(insert(_SUBMISSION).values(**row))
        return int((result.inserted_primary_key or (0,))[0])

    def save(self, submission: Submission) -> None:
        """Store an answer on which was decided."""
        self.connection.execute(update(_SUBMISSION).where(_SUBMISSION.c.id == submission.id).values(**_row(submission)))

    def pending_of(self, task_key: str) -> Submission | None:
        """The answer to a task that waits for the division's decision."""
        own = self._select_waiting(_SUBMISSION.c.task_key == task_key)
        return own[-1] if own else None

    def pending(self, limit: int | None = None) -> list[Submission]:
        """Answers that wait for a decision, oldest first; all of them without a limit."""
        return self._select_waiting(limit=limit)

    def replace_undecided(self, task_key: str, occasion: Occasion) -> None:
        """Another answer takes the place of what was not decided on."""
        undecided = (_SUBMISSION.c.task_key == task_key, _SUBMISSION.c.decision.is_(None))
        for submission in self._select(*undecided):
            self.save(submission.decided(Decision.REPLACED, "", occasion))

    def of_task(self, task_key: str) -> list[Submission]:
        """Every answer to a task, oldest first."""
        return self._select(_SUBMISSION.c.task_key == task_key)

    def find(self, number: int) -> Submission | None:
        """One answer."""
        return next(iter(self._select(_SUBMISSION.c.id == number)), None)

    def last_days(self) -> dict[str, Any]:
        """On which day each department last answered."""
        query = select(_SUBMISSION.c.department_code, func.max(_SUBMISSION.c.submitted_on))
        return {row[0]: row[1] for row in self.connection.execute(query.group_by(_SUBMISSION.c.department_code))}

    def attach(self, attachments: Sequence[Attachment]) -> None:
        """Enter documents; their bytes are already kept."""
        if attachments:
            names = [f.name for f in fields(Attachment) if f.name != "id"]
            self.connection.execute(insert(_ATTACHMENT), [{n: getattr(a, n) for n in names} for a in attachments])

    def attachments_of(self, task_key: str) -> list[Attachment]:
        """The documents of a task, oldest first."""
        return self._attachments(_ATTACHMENT.c.task_key == task_key)

    def save_removal(self, attachment: Attachment) -> None:
        """Store that a document was removed, by whom and why."""
        values = {name: getattr(attachment, name) for name in ("removed_at", "removed_by", "removal_reason")}
        self.connection.execute(update(_ATTACHMENT).where(_ATTACHMENT.c.id == attachment.id).values(**values))

    def is_needed(self, sha256: str) -> bool:
        """Whether any document that was not removed has these bytes."""
        query = select(_ATTACHMENT.c.id).where(_ATTACHMENT.c.sha256 == sha256, _ATTACHMENT.c.removed_at.is_(None))
        return self.connection.execute(query.limit(1)).first() is not None

    def sent_since(self, department_code: str, since: datetime) -> tuple[int, int]:
        """How many documents a department sent since then, and how many bytes: those that were removed as well."""
        query = select(func.count(), func.coalesce(func.sum(_ATTACHMENT.c.size), 0))
        theirs = (_ATTACHMENT.c.department_code == department_code, _ATTACHMENT.c.added_at >= since)
        files, size = self.connection.execute(query.where(*theirs)).one()
        return int(files), int(size)

    def attachments_of_all(self, task_keys: Sequence[str]) -> dict[str, list[Attachment]]:
        """The documents of each of some tasks, oldest first."""
        found: dict[str, list[Attachment]] = {key: [] for key in task_keys}
        for attachment in self._attachments(_ATTACHMENT.c.task_key.in_(task_keys)):
            found[attachment.task_key].append(attachment)
        return found

    def of_tasks(self, task_keys: Sequence[str]) -> dict[str, list[Submission]]:
        """Every answer to each of some tasks, oldest first."""
        found: dict[str, list[Submission]] = {key: [] for key in task_keys}
        for submission in self._select(_SUBMISSION.c.task_key.in_(task_keys)):
            found[submission.task_key].append(submission)
        return found

    def attachment(self, number: int) -> Attachment | None:
        """One document."""
        return next(iter(self._attachments(_ATTACHMENT.c.id == number)), None)

    def _attachments(self, condition: Any) -> list[Attachment]:
        columns = [_ATTACHMENT.c[f.name] for f in fields(Attachment)]
        query = select(*columns).where(condition).order_by(_ATTACHMENT.c.id)
        return [Attachment(*row) for row in self.connection.execute(query)]

    def _select_waiting(self, *conditions: Any, limit: int | None = None) -> list[Submission]:
        return self._select(*conditions, *waiting_conditions(), limit=limit)

    def _select(self, *conditions: Any, limit: int | None = None) -> list[Submission]:
        query = select(*(_SUBMISSION.c[name] for name in _NAMES)).where(*conditions).order_by(_SUBMISSION.c.id)
        query = query.limit(limit)
        return [as_submission(row._mapping) for row in self.connection.execute(query)]


def waiting_conditions() -> list[Any]:
    """Which answers wait for the division's decision; they join the answer's task."""
    return [*_WAITS, _SUBMISSION.c.task_key == _TASK.c.key]


def as_submission(row: Any) -> Submission:
    """An answer from its row."""
    decision = None if row["decision"] is None else Decision(row["decision"])
    return Submission(**{**row, "kind": SubmissionKind(row["kind"]), "decision": decision})


def _row(submission: Submission) -> dict[str, Any]:
    row = {name: getattr(submission, name) for name in _NAMES if name != "id"}
    decision = None if submission.decision is None else str(submission.decision)
    return row | {"kind": str(submission.kind), "decision": decision}
