"""The weekly letter to the division: which departments do not answer, and what waits for the division itself."""

from datetime import date
from typing import Literal

from jobs.letters import Composed, Post, queue_letters
from jobs.runner import Work
from jobs.situation import NOBODY, Situation
from notifications.letters.unanswered import UnansweredFacts, UnansweredRow, WaitingRow
from tracker.domain.submissions import Submission, SubmissionKind
from tracker.domain.tasks import Task
from tracker.storage.store import Records

KIND = "unanswered"
ANSWERS: dict[SubmissionKind, Literal["完了報告", "期限延長の申出", "所管違いの申出"]] = {
    SubmissionKind.DONE: "完了報告",
    SubmissionKind.EXTENSION: "期限延長の申出",
    SubmissionKind.NOT_OURS: "所管違いの申出",
}


def tell_unanswered(work: Work) -> None:
    """The weekly job: one letter, once a day, and none when there is nothing to say."""
    office, occasion = work.office, work.occasion
    with office.store.transaction() as records:
        letter = unanswered_letter(records, Situation.read(records, office, occasion), Post(office, occasion))
        if letter is not None:
            queue_letters(records, [letter], occasion)
            work.summary = "未対応の課の一覧を情報管理課に通知"


def unanswered_letter(records: Records, situation: Situation, post: Post) -> Composed | None:
    """The letter of this day; None when it was written already or everybody has answered."""
    key = f"{KIND}/{situation.today.isoformat()}"
    if key in situation.letters:
        return None
    late = _departments(situation, records.submissions.last_days(), post)
    waiting = _waiting(situation, records.submissions.pending(), post)
    unreached = tuple(
        situation.name(department)
        for code, department in situation.departments.items()
        if not department.email and situation.tasks_of.get(code)
    )
    if not (late or waiting or unreached):
        return None
    settings, home = post.office.settings, situation.division or NOBODY
    facts = UnansweredFacts(
        office=settings.office.name, division=settings.office.division_name, contact=settings.office.contact,
        today=situation.today, departments=late, waiting=waiting, without_address=unreached,
    )  # fmt: skip
    letter = post.stationery.write(KIND, facts)
    name = settings.office.division_name
    return Composed(name, post.address(letter, KIND, key, home, addressee=name, to=home.email))


def _departments(situation: Situation, answered: dict[str, date], post: Post) -> tuple[UnansweredRow, ...]:
    """Departments with something overdue and no answer to it, the worst first."""
    rows = list[tuple[tuple[int, date], UnansweredRow]]()
    for code, tasks in situation.tasks_of.items():
        late = [t for t in tasks if t.waits_for_department and t.deadline is not None and t.deadline < situation.today]
        if late:
            home = situation.departments.get(code) or situation.division or NOBODY
            rows.append(_row(situation.name(home), code, late, situation, answered.get(code), post))
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))


def _row(
    name: str, code: str, late: list[Task], situation: Situation, answered_on: date | None, post: Post
) -> tuple[tuple[int, date], UnansweredRow]:
    oldest = min(task.deadline for task in late if task.deadline)
    told = [one for task in late if (one := situation.told.get((task.key, code)))]
    row = UnansweredRow(
        department=name, overdue=len(late), oldest_deadline=oldest, days_overdue=(situation.today - oldest).days,
        last_answer_on=answered_on, last_letter_on=max((one.last_on for one in told), default=None),
        letters=max((one.times for one in told), default=0), url=post.list_url(code),
    )  # fmt: skip
    return (-len(late), oldest), row


def _waiting(situation: Situation, pending: list[Submission], post: Post) -> tuple[WaitingRow, ...]:
    tasks = {task.key: task for task in situation.tasks}
    return tuple(
        WaitingRow(
            title=tasks[answer.task_key].title, department=situation.names.get(answer.department_code, answer.department_code),
            kind=ANSWERS[answer.kind], on=answer.submitted_on, days=(situation.today - answer.submitted_on).days,
            url=post.task_url(answer.task_key),
        )
        for answer in pending if answer.task_key in tasks
    )  # fmt: skip
