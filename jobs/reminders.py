"""The reminder job: which departments hear today, and of what; one letter per department and day."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from jobs.checks import all_checks
from jobs.letters import as_queued, origin_words
from jobs.runner import Work
from notifications.letters.letter import Letter
from notifications.letters.reminder import FlagLine, ReminderFacts, TaskLine, render_reminder
from tracker.domain.departments import Department, department_named, display_names
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.flags import Flag
from tracker.domain.reminders import Ladder, ReminderKey, due_reminders
from tracker.domain.tasks import Task
from tracker.office import Office
from tracker.storage.store import Records


@dataclass(frozen=True)
class DueLetter:
    """One department's letter of the day, not yet written: the steps it is due for and what it will list."""

    department: Department
    name: str
    due: tuple[ReminderKey, ...]
    tasks: tuple[Task, ...]
    flags: tuple[Flag, ...]


def remind(work: Work) -> None:
    """Queue today's letters; a department's trouble stays its own."""
    office, occasion = work.office, work.occasion
    with office.store.reading() as records:
        letters = list(due_letters(records, office, occasion))
    for letter in letters:
        with work.part(letter.name), office.store.transaction() as records:
            queue_reminder(records, office, letter, occasion)
    if letters:
        work.summary = f"{len(letters) - len(work.failures)}課に通知"


def due_letters(records: Records, office: Office, occasion: Occasion) -> Iterator[DueLetter]:
    """Whom to tell today, decided from tasks, flags and the ledger; changes nothing."""
    ladder = Ladder(office.settings.reminders.days_before, office.settings.reminders.repeat_days)
    today = occasion.on_day
    everything = [task for task in records.tasks.open_all_now() if task.opened_on <= today]
    flags = {flag.task_key: flag for flag in records.flags.open_now()}
    sent = records.outbox.sent_reminders([task.key for task in everything])
    due = defaultdict[str, list[ReminderKey]](list)
    departments = records.departments(today)
    by_code, names = {d.code: d for d in departments}, display_names(departments)
    division = department_named(office.settings.office.division, departments)
    homes = {task.key: _home(task, by_code, division) for task in everything}
    tasks_of = defaultdict[str, list[Task]](list)
    for task in everything:
        tasks_of[homes[task.key].code].append(task)
    for reminder in due_reminders(everything, sent, ladder, today):
        due[homes[reminder.task_key].code].append(reminder)
    horizon = today + timedelta(days=max(ladder.days_before, default=0))
    for code, reminders in sorted(due.items()):
        if records.outbox.has(_key(code, occasion)):
            continue  # one letter a day: what came up since waits for tomorrow's
        listed = tuple(task for task in tasks_of[code] if task.deadline is not None and task.deadline <= horizon)
        others = [flags[task.key] for task in tasks_of[code] if task.key in flags and task not in listed]
        home = homes[reminders[0].task_key]
        yield DueLetter(home, names.get(code, home.full_name), tuple(reminders), listed, tuple(others))


def queue_reminder(records: Records, office: Office, due: DueLetter, occasion: Occasion) -> None:
    """Write the letter, queue it and note its reminders, in the caller's transaction."""
    letter = write_reminder(office, due, occasion)
    key = _key(due.department.code, occasion)
    queued = as_queued(office, letter, "reminder", key, due.department, occasion)
    records.outbox.queue(queued, due.due)
    facts = {"letter": key, "department": due.department.code}
    records.events.append(
        Event(Happened.REMINDER_QUEUED, f"task:{r.task_key}", occasion, facts | {"step": r.step}) for r in due.due
    )


def write_reminder(office: Office, due: DueLetter, occasion: Occasion) -> Letter:
    """The letter in words."""
    today, settings = occasion.on_day, office.settings
    lines = [(task.days_left(today) or 0, _task_line(office, task, occasion)) for task in due.tasks]
    titles = {check.name: check.title for check in all_checks()}
    return render_reminder(
        ReminderFacts(
            office=settings.office.name, division=settings.office.division_name, contact=settings.office.contact,
            department=due.name, today=today, repeat_days=settings.reminders.repeat_days, sign_in_needed=True,
            overdue=tuple(line for left, line in lines if left < 0),
            due_today=tuple(line for left, line in lines if left == 0),
            coming=tuple(line for left, line in lines if left > 0),
            flags=tuple(
                FlagLine(titles.get(f.check_name, f.check_name), "", f.summary, f.first_seen_on, task_url(office, f.task_key))
                for f in due.flags
            ),
        )
    )  # fmt: skip


def task_url(office: Office, key: str) -> str | None:
    """The page of a task, for a letter; None when the office's pages have no address that departments can open."""
    address = office.settings.web.address
    return f"{address.rstrip('/')}/tasks/{quote(key, safe='')}" if address else None


def _task_line(office: Office, task: Task, occasion: Occasion) -> TaskLine:
    return TaskLine(
        title=task.title, deadline=task.deadline, deadline_printed=task.deadline_printed,
        days_left=task.days_left(occasion.on_day), body=task.body, url=task_url(office, task.key),
        origin=origin_words(task),
    )  # fmt: skip


def _home(task: Task, by_code: dict[str, Department], division: Department | None) -> Department:
    """The department that is told: the task's own; the division when it has none that is known."""
    unknown = Department(code="", division="", name="所管課未定")
    return by_code.get(task.department_code or "") or division or unknown


def _key(code: str, occasion: Occasion) -> str:
    return f"reminder/{code or '-'}/{occasion.on_day.isoformat()}"
