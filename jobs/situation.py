"""What stands on a morning: tasks, flags, departments and what was already said, read once for all letters of a day."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tracker.domain.departments import Department, department_named, display_names
from tracker.domain.escalations import EscalationKey
from tracker.domain.events import Occasion
from tracker.domain.flags import Flag
from tracker.domain.reminders import ReminderKey
from tracker.domain.successions import lives_on
from tracker.domain.tasks import Task
from tracker.office import Office
from tracker.storage.ledger import TimesTold
from tracker.storage.store import Records

NOBODY = Department(code="", division="", name="所管課未定")


@dataclass(frozen=True)
class Situation:
    """Everything that decides who hears of what on a day; values only."""

    today: date
    tasks: tuple[Task, ...]  # open, the earliest deadline first
    flags: Mapping[str, Flag]  # open, by their task's key
    departments: Mapping[str, Department]
    division: Department | None
    reminded: frozenset[ReminderKey]
    escalated: Mapping[EscalationKey, date]
    told: Mapping[tuple[str, str], TimesTold]  # by task and by the department that had the letters
    letters: frozenset[str]  # keys of the letters that this day has already
    officers: Mapping[str, str]  # 職員番号 → address
    with_pages: frozenset[str]  # the departments that have a page of their own, by code

    @classmethod
    def read(cls, records: Records, office: Office, occasion: Occasion) -> "Situation":
        """As the records have it now, for the occasion's day."""
        today = occasion.on_day
        tasks = tuple(task for task in records.tasks.open_all_now() if task.opened_on <= today)
        departments = records.departments(today)
        numbers = {task.officer_no for task in tasks if task.officer_no}
        return cls(
            today=today, tasks=tasks, flags={flag.task_key: flag for flag in records.flags.open_now()},
            departments={department.code: department for department in departments},
            division=department_named(office.settings.office.division, departments),
            reminded=frozenset(records.ledger.sent_reminders()), escalated=records.ledger.sent_escalations(),
            told=records.ledger.times_told(), letters=frozenset(records.outbox.keys_on(today)),
            officers=records.addresses_of_staff(numbers, today) if numbers else {},
            with_pages=frozenset(records.department_keys.valid()),
        )  # fmt: skip

    @cached_property
    def superiors_told(self) -> Mapping[str, list[tuple[EscalationKey, date]]]:
        """Who above its department was told of each task and when, oldest first, by the task's key."""
        found = defaultdict[str, list[tuple[EscalationKey, date]]](list)
        for key, day in sorted(self.escalated.items(), key=lambda told: told[1]):
            found[key.task_key].append((key, day))
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """Departments as shown, by code."""
        return display_names(self.departments.values())

    def name(self, department: Department) -> str:
        """A department as shown."""
        return self.names.get(department.code, department.full_name)

    @cached_property
    def living(self) -> Mapping[str, Department]:
        """The departments that somebody still reads the letters of, by code."""
        return {code: department for code, department in self.departments.items() if lives_on(department, self.today)}

    def home(self, task: Task) -> Department:
        """The department that is told: the task's own; the division when it has none that is known and lives on."""
        return self.living.get(task.department_code or "") or self.division or NOBODY

    @cached_property
    def homes(self) -> Mapping[str, Department]:
        """The department that each task is told to, by the task's key."""
        return {task.key: self.home(task) for task in self.tasks}

    @cached_property
    def tasks_of(self) -> Mapping[str, list[Task]]:
        """The open tasks that each department is told of, by its code."""
        found = defaultdict[str, list[Task]](list)
        for task in self.tasks:
            found[self.homes[task.key].code].append(task)
        return found
