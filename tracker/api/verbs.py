"""What the division does with a task, in one transaction; a version that is no longer the task's is told with both."""

from collections.abc import Callable

from pydantic import BaseModel

from tracker.answering import CHANGED, move
from tracker.api.calls import Call, Calling
from tracker.api.problems import Conflicting, Declined, field_refused
from tracker.api.routes import DIVISION, Resources
from tracker.api.shapes.tasks import TaskShown
from tracker.api.shapes.verbs import Completion, Extension, Handover, Reopening, Withdrawal
from tracker.api.tasks import known_task, whole_task
from tracker.domain import moves
from tracker.domain.errors import CommandRefused, SubmissionRefused
from tracker.domain.events import Event
from tracker.domain.tasks import Task
from tracker.storage.store import Records

routes = Resources("対応を進める")
UNKNOWN_DEPARTMENT = "所属コード「{code}」の課は、今日の台帳「組織」にありません。"
Change = Callable[[Records, Task], object]


@routes.changes("/tasks/{key:path}/completion", roles=DIVISION, problems=(404,))
def complete_task(call: Calling, key: str, sent: Completion) -> TaskShown:
    """完了にする"""
    return _move(call, key, sent, lambda task: moves.complete(task, sent.note, call.occasion))


@routes.changes("/tasks/{key:path}/extension", roles=DIVISION, problems=(404,))
def extend_task(call: Calling, key: str, sent: Extension) -> TaskShown:
    """期限を変える"""
    return _move(call, key, sent, lambda task: moves.change_deadline(task, sent.deadline, sent.reason, call.occasion))


@routes.changes("/tasks/{key:path}/handover", roles=DIVISION, problems=(404,))
def hand_over_task(call: Calling, key: str, sent: Handover) -> TaskShown:
    """ほかの所管課に引き継ぐ"""

    def change(records: Records, task: Task) -> object:
        code = known_department(call, records, "department", sent.department)
        return move(records, key, sent.version, lambda task: moves.hand_over(task, code, call.occasion), call.custom)

    return carry_out(call, key, sent, change)


@routes.changes("/tasks/{key:path}/withdrawal", roles=DIVISION, problems=(404,))
def withdraw_task(call: Calling, key: str, sent: Withdrawal) -> TaskShown:
    """取り下げる"""
    return _move(call, key, sent, lambda task: moves.withdraw(task, sent.reason, call.occasion))


@routes.changes("/tasks/{key:path}/reopening", roles=DIVISION, problems=(404,))
def reopen_task(call: Calling, key: str, sent: Reopening) -> TaskShown:
    """完了又は取下げを取り消し、対応中に戻す"""
    return _move(call, key, sent, lambda task: moves.reopen(task, sent.reason, call.occasion))


def carry_out(call: Call, key: str, sent: BaseModel, change: Change) -> TaskShown:
    """Change a task; as it stands then. Declined when it is unknown, lacks something, or another got there first."""
    try:
        with call.office.store.transaction() as records:
            change(records, known_task(call, records, key))
            return whole_task(call, records, known_task(call, records, key))
    except SubmissionRefused as refusal:
        if refusal.field:
            raise field_refused(FIELDS.get((type(sent), refusal.field), refusal.field), str(refusal)) from None
        raise _conflict(call, key, sent, str(refusal)) from None
    except CommandRefused as refusal:
        raise _conflict(call, key, sent, str(refusal)) from None


def known_department(call: Call, records: Records, field: str, code: str | None) -> str | None:
    """The code, when a department of today has it; Declined otherwise. None and an empty text name no department."""
    if code and code not in call.names(records):
        raise field_refused(field, UNKNOWN_DEPARTMENT.format(code=code))
    return code or None


# The form's words for fields that the API calls otherwise, by what was sent.
FIELDS: dict[tuple[type[BaseModel], str], str] = {}


def _move(call: Call, key: str, sent: Completion | Extension | Withdrawal | Reopening,
          change: Callable[[Task], tuple[Task, Event]]) -> TaskShown:  # fmt: skip
    return carry_out(call, key, sent, lambda records, _: move(records, key, sent.version, change, call.custom))


def _conflict(call: Call, key: str, sent: BaseModel, sentence: str) -> Declined:
    with call.office.store.reading() as records:
        current = whole_task(call, records, known_task(call, records, key))
    is_stale = sentence == CHANGED or current.version != getattr(sent, "version", current.version)
    return Conflicting(sentence, sent.model_dump(mode="json"), current.model_dump(mode="json"), is_stale=is_stale)
