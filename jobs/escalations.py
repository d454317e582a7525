"""Escalations: what stays overdue is told to the chief, the division, the director, each once, with who was told before."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from jobs.letters import Composed, Post, origin_words
from jobs.situation import Situation
from notifications.letters.escalation import EscalationFacts, EscalationLine, Told
from notifications.letters.words import SHOWN
from tracker.domain.departments import Department
from tracker.domain.escalations import EscalationKey, Superior, due_escalations
from tracker.domain.tasks import Task

KIND = "escalation"


@dataclass(frozen=True)
class DueEscalation:
    """One letter to one superior about one department, not yet written."""

    department: Department
    name: str
    to: Superior
    due: tuple[EscalationKey, ...]
    tasks: tuple[Task, ...]


def due_escalation_letters(situation: Situation, post: Post) -> Iterator[DueEscalation]:
    """Which superiors to tell today; the division is not told of its own tasks as of another's."""
    ladder = post.office.settings.escalation.ladder()
    tasks = [task for task in situation.tasks if task.department_code in situation.living]
    found = defaultdict[tuple[str, Superior], list[EscalationKey]](list)
    for key in due_escalations(tasks, situation.escalated, ladder, post.office.calendar, situation.today):
        found[key.department_code, key.to].append(key)
    by_key = {task.key: task for task in tasks}
    for (code, to), keys in sorted(found.items()):
        department = situation.departments[code]
        if to is Superior.DIVISION and department == situation.division:
            continue
        if _key(code, to, post) not in situation.letters:
            late = tuple(by_key[key.task_key] for key in keys)
            yield DueEscalation(department, situation.name(department), to, tuple(keys), late)


def write_escalation(due: DueEscalation, situation: Situation, post: Post) -> Composed:
    """The letter in words, addressed to the superior's mailbox."""
    settings = post.office.settings
    addressee = addressee_of(due.to, due.department, due.name, settings.office.division_name)
    facts = EscalationFacts(
        office=settings.office.name, division=settings.office.division_name, contact=settings.office.contact,
        department=due.name, addressee=addressee, today=situation.today,
        lines=tuple(_line(task, due, situation, post) for task in due.tasks[:SHOWN]),
        rest=max(len(due.tasks) - SHOWN, 0),
        list_url=_list_url(due, situation, post),
    )  # fmt: skip
    letter = post.stationery.write(KIND, facts)
    mailbox = {
        Superior.CHIEF: due.department.chief_email,
        Superior.DIRECTOR: due.department.director_email,
        Superior.DIVISION: situation.division.email if situation.division else None,
    }[due.to]
    key = _key(due.department.code, due.to, post)
    queued = post.address(
        letter, KIND, key, due.department, addressee=addressee, to=mailbox, is_departments=_may_answer(due)
    )
    return Composed(addressee, queued, escalations=due.due, listed=due.tasks)


def addressee_of(to: Superior, department: Department, name: str, division: str) -> str:
    """A superior in words: 障害者施策課長, 保健福祉部長, or the division."""
    if to is Superior.DIVISION:
        return division
    if to is Superior.CHIEF:
        return f"{name}長"
    return f"{department.division}長" if department.division else f"{name}の部長"


def _line(task: Task, due: DueEscalation, situation: Situation, post: Post) -> EscalationLine:
    assert task.deadline is not None
    return EscalationLine(
        title=task.title, deadline=task.deadline, deadline_printed=task.deadline_printed,
        days_overdue=(situation.today - task.deadline).days,
        open_days_overdue=post.office.calendar.open_days_since(task.deadline, situation.today),
        body=task.body, url=_url(task, due, post), origin=origin_words(task),
        told=_told(task, due, situation, post),
    )  # fmt: skip


def _may_answer(due: DueEscalation) -> bool:
    """The department's own chief and director; the division has pages of its own, where it signs with its own name."""
    return due.to is not Superior.DIVISION


def _url(task: Task, due: DueEscalation, post: Post) -> str | None:
    return post.answer_url(task.key, due.department) if _may_answer(due) else post.task_url(task.key)


def _list_url(due: DueEscalation, situation: Situation, post: Post) -> str | None:
    code = due.department.code
    return post.own_page_url(is_given=code in situation.with_pages) if _may_answer(due) else post.list_url(code)


def _told(task: Task, due: DueEscalation, situation: Situation, post: Post) -> tuple[Told, ...]:
    told = list[Told]()
    if before := situation.told.get((task.key, due.department.code)):
        told.append(Told(before.last_on, due.name, before.times))
    for key, day in situation.superiors_told.get(task.key, ()):
        if key.department_code == due.department.code:
            whom = addressee_of(key.to, due.department, due.name, post.office.settings.office.division_name)
            told.append(Told(day, whom, 1))
    return tuple(told)


def _key(code: str, to: Superior, post: Post) -> str:
    return f"{KIND}/{code}/{to}/{post.occasion.on_day.isoformat()}"
