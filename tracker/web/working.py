"""対応の進み: what a department does with its task, and what both sides say about it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.datastructures import UploadFile
from starlette.responses import Response

from tracker.domain.accounts import Role
from tracker.domain.errors import CommandRefused, Refusal, SubmissionRefused
from tracker.domain.submissions import HAPPENED, SubmissionKind
from tracker.domain.tasks import Task
from tracker.domain.working import comment, start
from tracker.storage.staff import staff_of_department
from tracker.storage.store import Records
from tracker.web.acting import Act, Acting
from tracker.web.answer_entry import take_answer
from tracker.web.answer_forms import TypedAnswer
from tracker.web.cases import Case, case_for
from tracker.web.forms import file_name, files_of
from tracker.web.own_tasks import RefusedForm, seen_task
from tracker.web.routes import DEPARTMENT, DIVISION, Routes, Who
from tracker.web.submissions import NO_KIND
from tracker.web.task_forms import back_to, turned_back
from tracker.web.visit import Turned, Visit, visiting

routes = Routes()
CHIEFS: Who = frozenset({Role.CHIEF})


@routes.form("/submissions", who=DEPARTMENT)
def answer(act: Acting) -> Response:
    """Done, more time, or another department's: the same answer as by a link, in the name of who is signed in."""
    key, uploads = act.line("task"), files_of(act.form, "files")
    typed = TypedAnswer.of(act.form, uploads, act.account.display_name)
    if typed.kind not in set(SubmissionKind):
        raise Turned(400, NO_KIND, "受け付けられませんでした")
    try:
        event = take_answer(
            act.request, lambda v: _own_case(v, key), typed, uploads, lambda v, case: act.occasion.by, act.account.name
        )
    except Refusal as refusal:
        if again := _answered_already(act, key, typed, uploads):
            return back_to(act, key, again)
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        return turned_back(act, RefusedForm(key, typed.kind, field, str(refusal), typed))
    return back_to(act, key, event)


@routes.form("/starts", who=DEPARTMENT)
def begin(act: Acting) -> Response:
    """着手; a second click changes nothing and leads to the same page."""

    def change(records: Records, task: Task) -> None:
        if task.started_on is None or not task.is_open:
            records.tasks.save(*start(task, act.occasion))

    return _change(act, "start", change)


@routes.form("/comments", who=DIVISION | DEPARTMENT)
def say(act: Acting) -> Response:
    """A comment; the same words of the same person right after themselves are one."""

    def change(records: Records, task: Task) -> None:
        event = comment(task, act.text("comment"), act.account.department_code, act.occasion)
        newest = next(iter(records.events.about(event.about)), None)
        if newest and (newest.kind, newest.by) == (event.kind, act.occasion.by) and newest.facts == event.facts:
            return
        records.events.append([event])

    return _change(act, "comment", change)


@routes.form("/assignments", who=CHIEFS)
def assign(act: Acting) -> Response:
    """The officer in charge, one of the department."""

    def change(records: Records, task: Task) -> None:
        number = act.line("officer") or None
        staff = staff_of_department(records.connection, task.department_code or "", act.occasion.on_day)
        if number is not None and number not in staff:
            raise SubmissionRefused("officer", "担当者を一覧から選んでください。")
        if not task.is_open:
            raise SubmissionRefused("", "この対応は、もう終わっています。")
        if number != task.officer_no:
            assigned, event = task.assign(number, act.occasion)
            records.tasks.save(assigned, event.with_facts(name=staff.get(number or "")))

    return _change(act, "assignment", change)


def _change(act: Act, form: str, change: Callable[[Records, Task], None]) -> Response:
    key = act.line("task")
    with visiting(act.request) as visit:
        seen_task(visit, key)

    def carried_out(records: Records) -> str:
        task = records.tasks.find(key)
        if task is None or not act.account.sees(task.department_code):
            raise CommandRefused(f"対応「{key}」はありません。")
        change(records, task)
        return f"task:{key}"

    try:
        return back_to(act, key, act.carry_out(carried_out))
    except Refusal as refusal:
        field = refusal.field if isinstance(refusal, SubmissionRefused) else ""
        texts = {name: act.text(name) for name in ("comment", "officer")}
        return turned_back(act, RefusedForm(key, form, field, str(refusal), texts=texts))


def _own_case(visit: Visit, key: str) -> Case:
    return case_for(visit, seen_task(visit, key), visit.account.department_code or "")


def _answered_already(act: Act, key: str, typed: TypedAnswer, uploads: Sequence[UploadFile]) -> int | None:
    """The event of this very answer, when it was sent a moment ago by the same person: a second click."""
    with visiting(act.request) as visit:
        case, newest = _own_case(visit, key), next(iter(visit.records.events.about(f"task:{key}")), None)
        pending = case.pending
        if pending is None or newest is None or (newest.kind, newest.by) != (HAPPENED[pending.kind], act.occasion.by):
            return None
        try:
            again = typed.submission(case.task, visit.department_names, act.occasion)
        except SubmissionRefused:
            return None
    sent = replace(pending, submitted_at=again.submitted_at, submitted_on=again.submitted_on, id=None)
    names = [file.name for file in case.files_of(pending)]
    return newest.id if sent == again and names == [file_name(upload.filename) for upload in uploads] else None
