"""報告: a department answers to a task, the division decides on the answer."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from tracker.answering import CHANGED, Ruling, decide, enter
from tracker.api.calls import Call, Calling
from tracker.api.paging import Page, Paged, cursor_of, number_in, page_of, place_of
from tracker.api.problems import not_there
from tracker.api.routes import DEPARTMENT, DIVISION, EVERY_ROLE, Resources
from tracker.api.shapes.fields import LARGEST_NUMBER, Line, Mark
from tracker.api.shapes.tasks import SubmissionShown, TaskShown, submission_shown
from tracker.api.shapes.verbs import Answer, DecisionSent
from tracker.api.tasks import unknown_task
from tracker.api.verbs import FIELDS, carry_out, known_department
from tracker.domain.errors import CommandRefused
from tracker.domain.submissions import Decision, Submission, SubmissionKind
from tracker.domain.tasks import Task
from tracker.storage.screens.onward import submissions_after
from tracker.storage.store import Records

routes = Resources("報告と判断")
FIELDS |= {(Answer, "deadline"): "asked_deadline", (Answer, "department"): "named_department"}


class SubmissionsAsked(Paged):
    """Which answers are asked for."""

    waiting: Mark = Field(default=False, description="true にすると、情報管理課の判断を待つものだけ")
    department: Line = Field(default="", max_length=100, description="報告した所管課の所属コード")


@routes.reads("/submissions", roles=EVERY_ROLE, problems=(422,))
def list_submissions(call: Calling, asked: Annotated[SubmissionsAsked, Query()]) -> Page[SubmissionShown]:
    """報告の一覧（番号の順）"""
    after, department = place_of(asked.cursor, number_in) or 0, call.only_department or asked.department
    if asked.department not in ("", department):
        return Page[SubmissionShown](items=[], next=None)
    with call.office.store.reading() as records:
        found = submissions_after(
            records.connection, department, after, asked.limit + 1, only_waiting=asked.waiting
        )  # fmt: skip
    return page_of(found, asked.limit, submission_shown, lambda submission: cursor_of(submission.id))


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
        decide(
            records,
            Ruling(known, sent.version, Decision(sent.decision), sent.reason, department),
            call.occasion,
            call.custom,
        )

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
