"""報告: a department answers to a task, the division decides on the answer."""

from tracker.answering import CHANGED, Ruling, decide, enter
from tracker.api.calls import Call, Calling
from tracker.api.problems import not_there
from tracker.api.routes import DEPARTMENT, DIVISION, Resources
from tracker.api.shapes.fields import LARGEST_NUMBER
from tracker.api.shapes.tasks import TaskShown
from tracker.api.shapes.verbs import Answer, DecisionSent
from tracker.api.tasks import unknown_task
from tracker.api.verbs import FIELDS, carry_out, known_department
from tracker.domain.errors import CommandRefused
from tracker.domain.submissions import Decision, Submission, SubmissionKind
from tracker.domain.tasks import Task
from tracker.storage.store import Records

routes = Resources("報告と判断")
FIELDS |= {(Answer, "deadline"): "asked_deadline", (Answer, "department"): "named_department"}


@routes.changes("/tasks/{key:path}/submissions", roles=DEPARTMENT, problems=(404,), status_code=201)
def answer_task(call: Calling, key: str, sent: Answer) -> TaskShown:
    """所管課が報告する（完了、期限の延長、所管違い）"""

    def change(records: Records, task: Task) -> None:
        if task.version != sent.version:
            raise CommandRefused(CHANGED)
        enter(records, task, _submission(call, records, task, sent), [], call.occasion)

    return carry_out(call, key, sent, change)


@routes.changes("/submissions/{number}/decision", roles=DIVISION, problems=(404,))
def decide_on_submission(call: Calling, number: str, sent: DecisionSent) -> TaskShown:
    """情報管理課が報告について判断する（確認、差戻し）"""
    known = int(number) if number.isascii() and number.isdecimal() and len(number) <= 16 else 0
    with call.office.store.reading() as records:
        submission = records.submissions.find(known) if 0 < known <= LARGEST_NUMBER else None
    if submission is None:
        raise not_there(f"報告「{number}」はありません。")

    def change(records: Records, task: Task) -> None:
        department = known_department(call, records, "department", sent.department)
        decide(records, Ruling(known, sent.version, Decision(sent.decision), sent.reason, department), call.occasion)

    return carry_out(call, submission.task_key, sent, change)


def _submission(call: Call, records: Records, task: Task, sent: Answer) -> Submission:
    if task.department_code is None:
        raise unknown_task(task.key)
    is_extension, is_not_ours = (sent.kind is kind for kind in (SubmissionKind.EXTENSION, SubmissionKind.NOT_OURS))
    named = known_department(call, records, "named_department", sent.named_department) if is_not_ours else None
    return Submission(
        task_key=task.key, department_code=task.department_code, kind=sent.kind, officer=sent.officer, note=sent.note,
        submitted_at=call.now, submitted_on=call.today, named_code=named,
        asked_deadline=sent.asked_deadline if is_extension else None,
    )  # fmt: skip
