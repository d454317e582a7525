"""The reminders of a day: which departments hear today, and of what; one letter per department and day."""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jobs.checks import all_checks
from jobs.letters import Composed, Post, origin_words
from jobs.situation import Situation
from notifications.letters.reminder import FlagLine, ReminderFacts, TaskLine
from notifications.letters.words import SHOWN, Section
from tracker.domain.departments import Department
from tracker.domain.flags import Flag
from tracker.domain.reminders import ReminderKey, due_reminders
from tracker.domain.tasks import RoundReason, Task
from tracker.exports.deadline_calendar import deadline_facts

KIND = "reminder"


@dataclass(frozen=True)
class DueReminder:
    """One department's letter of the day, not yet written: the steps it is due for and what it will list."""

    department: Department
    name: str
    due: tuple[ReminderKey, ...]
    tasks: tuple[Task, ...]
    flags: tuple[Flag, ...]


def due_reminder_letters(situation: Situation, post: Post) -> Iterator[DueReminder]:
    """Whom to tell today; one letter a day: what came up since waits for tomorrow's."""
    ladders = post.office.settings.reminders.ladders()
    homes = situation.homes
    due = defaultdict[str, list[ReminderKey]](list)
    for reminder in due_reminders(situation.tasks, situation.reminded, ladders, post.office.calendar, situation.today):
        due[homes[reminder.task_key].code].append(reminder)
    horizon = situation.today + timedelta(days=ladders.farthest)
    for code, reminders in sorted(due.items()):
        if _key(code, post) not in situation.letters:
            told_now = {reminder.task_key for reminder in reminders}
            own = situation.tasks_of[code]
            near = [task for task in own if task.deadline is not None and task.deadline <= horizon]
            far = [task for task in own if task.deadline is None or task.deadline > horizon]
            seen = [task for task in far if task.key in situation.flags and task.waits_for_department]
            others = [
                task
                for task in far
                if (task.key in told_now and task.key not in situation.flags) or (task.is_open and task.answered_on)
            ]
            seen.sort(key=lambda task: task.key not in told_now)  # what is new stands first
            home = homes[reminders[0].task_key]
            flags = tuple(situation.flags[task.key] for task in seen)
            yield DueReminder(home, situation.name(home), tuple(reminders), (*near, *others), flags)


def write_reminder(due: DueReminder, situation: Situation, post: Post) -> Composed:
    """The letter in words, addressed: to the department's mailbox, the persons in charge in copy."""
    letter = post.stationery.write(KIND, _facts(due, situation, post))
    deadlines = {task.key: task.deadline for task in situation.tasks_of[due.department.code]}
    copies = [situation.officers.get(task.officer_no or "", "") for task in due.tasks]
    queued = post.address(
        letter, KIND, _key(due.department.code, post), due.department, addressee=due.name, to=due.department.email,
        copies=[copy for copy in dict.fromkeys(copies) if copy], deadlines=_new_deadlines(due, situation, post),
        is_departments=True,
    )  # fmt: skip
    reminders = tuple((key, deadlines.get(key.task_key)) for key in due.due)
    return Composed(due.name, queued, reminders, listed=due.tasks, flags=due.flags)


def _facts(due: DueReminder, situation: Situation, post: Post) -> ReminderFacts:
    settings, today = post.office.settings, situation.today
    told_now = {reminder.task_key for reminder in due.due}
    waiting, back, rest = list[Task](), list[Task](), list[Task]()
    for task in due.tasks:
        own = waiting if not task.waits_for_department else back if _is_sent_back(task, told_now, today) else rest
        own.append(task)

    def lines(tasks: Sequence[Task]) -> Section[TaskLine]:
        shown = tuple(_task_line(task, due.department, situation, post) for task in tasks[:SHOWN])
        return Section(shown, len(tasks))

    return ReminderFacts(
        office=settings.office.name, division=settings.office.division_name, contact=settings.office.contact,
        department=due.name, today=today, repeat_days=settings.reminders.repeat_days,
        sign_in_needed=not post.links_need_no_sign_in,
        answer_until=post.until if post.links_need_no_sign_in else None,
        overdue=lines([task for task in rest if (task.days_left(today) or 0) < 0]),
        due_today=lines([task for task in rest if task.days_left(today) == 0]),
        coming=lines([task for task in rest if task.deadline is None or task.deadline > today]),
        flags=Section(tuple(_flag_line(flag, due, situation, post) for flag in due.flags[:SHOWN]), len(due.flags)),
        sent_back=lines(back), waiting=lines(waiting),
        list_url=post.own_page_url(is_given=due.department.code in situation.with_pages),
    )  # fmt: skip


def _is_sent_back(task: Task, told_now: Container[str], today: date) -> bool:
    """Told of its sending back today, and not so late that it stands among the overdue."""
    is_late = task.deadline is not None and task.deadline <= today
    return task.round_reason is RoundReason.SENT_BACK and not is_late and task.key in told_now


def _task_line(task: Task, department: Department, situation: Situation, post: Post) -> TaskLine:
    return TaskLine(
        title=task.title, deadline=task.deadline, deadline_printed=task.deadline_printed,
        days_left=task.days_left(situation.today), body=task.body, url=post.answer_url(task.key, department),
        origin=origin_words(task),
        sent_back_reason=task.round_note if task.round_reason is RoundReason.SENT_BACK else "",
        reopened_reason=task.round_note if task.round_reason is RoundReason.REOPENED else "",
        handed_over=task.round_reason is RoundReason.HANDED_OVER,
    )  # fmt: skip


def _flag_line(flag: Flag, due: DueReminder, situation: Situation, post: Post) -> FlagLine:
    title = next((check.title for check in all_checks() if check.name == flag.check_name), flag.check_name)
    url = post.answer_url(flag.task_key, due.department)
    shown = flag.subject if post.office.settings.letters.show_subjects else ""
    return FlagLine(title, shown, flag.summary, flag.first_seen_on, url)


def _new_deadlines(due: DueReminder, situation: Situation, post: Post) -> list[dict[str, Any]]:
    """The deadlines that this department hears of for the first time, for its own calendar."""
    if not post.office.settings.letters.calendar:
        return []
    code = due.department.code
    told_now = {one.task_key for one in due.due if (one.task_key, code) not in situation.told}
    return [
        deadline_facts(task, post.answer_url(task.key, due.department))
        for task in situation.tasks_of[code]
        if task.deadline is not None and task.key in told_now
    ]


def _key(code: str, post: Post) -> str:
    return f"{KIND}/{code or '-'}/{post.occasion.on_day.isoformat()}"
