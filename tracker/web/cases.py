"""One task as its department sees it, by a link or signed in: what is asked, what was sent so far, how it can be answered now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.audience import of_department
from tracker.domain.errors import LinkRefused, SubmissionRefused
from tracker.domain.submissions import Decision, Submission, SubmissionKind, refuse_unanswerable
from tracker.domain.tasks import RoundReason, Task
from tracker.links import AnswerLink, AnswerLinks, LinkExpired, office_secret
from tracker.storage.submissions import Attachment
from tracker.web.visit import Turned, Visit

UNUSABLE = "このリンクは使えません"
SWITCHED_OFF = "リンクからの報告は受け付けていません。情報管理課に、電話などで知らせてください。"
UNKNOWN_TASK = "このリンクの対応は、記録にありません。情報管理課に連絡してください。"
ELSEWHERE = "ほかの所管課の対応です"


@dataclass(frozen=True)
class Case:
    """A task with what its department has sent; `until` is the last day on which its link opens, None without a link."""

    task: Task
    until: date | None
    pending: Submission | None
    submissions: tuple[Submission, ...]
    attachments: tuple[Attachment, ...]

    @property
    def open_kinds(self) -> tuple[SubmissionKind, ...]:
        """The ways in which the task can be answered now."""
        return tuple(kind for kind in SubmissionKind if self._takes(kind))

    @property
    def sent_back(self) -> Submission | None:
        """The newest answer, when it came back and nothing has changed since."""
        newest = self.submissions[-1] if self.submissions else None
        is_back = self.task.is_open and self.task.round_reason is RoundReason.SENT_BACK
        return newest if is_back and newest and newest.decision is Decision.SENT_BACK else None

    def files_of(self, submission: Submission) -> list[Attachment]:
        """The documents that came with an answer."""
        return [file for file in self.attachments if file.submission_id == submission.id]

    def _takes(self, kind: SubmissionKind) -> bool:
        try:
            refuse_unanswerable(self.task, self.pending, kind)
        except SubmissionRefused:
            return False
        return True


def open_link(visit: Visit, token: str) -> AnswerLink:
    """What a token opens; a page with a sentence when it opens nothing."""
    if not visit.office.settings.answers.enabled:
        raise Turned(404, SWITCHED_OFF, UNUSABLE)
    try:
        links = AnswerLinks(office_secret(visit.office.data_dir))
        return links.read(token, visit.today, visit.records.events.subject_of)
    except LinkRefused as refusal:
        raise Turned(410 if isinstance(refusal, LinkExpired) else 404, str(refusal), UNUSABLE) from None


def case_of(visit: Visit, token: str) -> Case:
    """The task that a token opens; a page with a sentence when it is no longer this department's."""
    link = open_link(visit, token)
    task = visit.records.tasks.find(link.task_key)
    if task is None:
        raise Turned(404, UNKNOWN_TASK, UNUSABLE)
    if task.department_code != link.department_code:
        raise Turned(410, _elsewhere(visit, task, link), ELSEWHERE)
    return case_for(visit, task, link.department_code, link.until)


def case_for(visit: Visit, task: Task, code: str, until: date | None = None) -> Case:
    """A task of a department, with what that department sent and nothing that another one did."""
    return cases_for(visit, [task], code, until)[0]


def cases_for(visit: Visit, tasks: Sequence[Task], code: str, until: date | None = None) -> list[Case]:
    """Some tasks of a department, asked for together."""
    records, keys, reader = visit.records.submissions, [task.key for task in tasks], of_department(code)
    answers, files = records.of_tasks(keys), records.attachments_of_all(keys)
    events = visit.records.events.about_all([f"task:{key}" for key in keys])
    cases = []
    for task in tasks:
        pending = reader.pending(records.pending_of(task.key) if task.answered_on else None)
        own, shown = tuple(reader.answers(answers[task.key])), tuple(reader.documents(files[task.key]))
        cases.append(Case(reader.task(task, events[f"task:{task.key}"]), until, pending, own, shown))
    return cases


def _elsewhere(visit: Visit, task: Task, link: AnswerLink) -> str:
    own = visit.department(link.department_code)
    if task.department_code is None:
        return f"「{task.title}」の所管課は、情報管理課が確かめています。{own}からの報告は要りません。"
    return (
        f"「{task.title}」の対応は、{visit.department(task.department_code)}に引き継がれました。"
        f"{own}からの報告は要りません。"
    )
