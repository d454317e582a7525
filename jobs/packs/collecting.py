"""What belongs into a pack: the tasks of its subject with their history, and the letters that spoke of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from jobs.packs.subject import Subject
from notifications.packs import EvidenceFile, HistoryLine, PackedMail, TaskShown
from tracker.domain.tasks import STANDING_WORDS, Origin, Standing, Task
from tracker.storage.events import StoredEvent
from tracker.storage.outbox import MAIL, QueuedLetter
from tracker.storage.retelling import Retelling
from tracker.storage.screens.hand_overs import names_of_staff
from tracker.storage.store import Records
from tracker.web.timeline import Moment, moment_of
from tracker.web.words import ORIGINS, UNKNOWN_DEPARTMENT

TASK_ABOUT = "task:"


@dataclass(frozen=True)
class Belongings:
    """The tasks of a subject (the open ones first, by deadline), what happened to them (oldest first), by key, and their letters."""

    tasks: Sequence[Task]
    events: dict[str, list[StoredEvent]]
    letters: Sequence[QueuedLetter]


def belongings_of(records: Records, told: Retelling, subject: Subject) -> Belongings:
    """Everything of a subject as of the retelling's day."""
    tasks = sorted(
        filter(subject.owns, told.tasks.values()), key=lambda task: (not task.is_open, task.deadline_order, task.key)
    )
    events: dict[str, list[StoredEvent]] = {task.key: [] for task in tasks}
    for event in told.past.events_of(list(events)):
        events[event.about.removeprefix(TASK_ABOUT)].append(event)
    tasks = [subject.reader.task(task, events[task.key]) for task in tasks]
    events = {key: subject.reader.events(happened) for key, happened in events.items()}
    keys = {str(event.facts["letter"]) for told_of in events.values() for event in told_of if event.facts.get("letter")}
    found = {
        letter.id: letter for letter in map(records.outbox.find, records.outbox.numbers_of(keys).values()) if letter
    }
    if subject.department:
        found |= {letter.id: letter for letter in records.outbox.on_days(date.min, told.day, subject.department)}
    letters = [one for one in subject.reader.letters(found.values()) if one.channel == MAIL and one.on_day <= told.day]
    return Belongings(tasks, events, sorted(letters, key=lambda one: (one.on_day, one.id or 0)))


@dataclass(frozen=True)
class Wording:
    """Names and zone, with which tasks and events are put into words."""

    names: dict[str, str]
    staff: dict[str, str]
    grounds: dict[tuple[Origin, str], str]
    zone: tzinfo
    day: date

    @classmethod
    def of(cls, records: Records, told: Retelling, tasks: Sequence[Task], zone: tzinfo) -> "Wording":
        """The names of a day; officers as the register had them last."""
        numbers = sorted({task.officer_no for task in tasks if task.officer_no})
        grounds = {(Origin.FLAG, one.name): one.title for one in records.checks.catalogue()}
        grounds |= {(Origin.FINDING, one.finding_no): one.subject for one in told.past.findings()}
        return cls(told.past.departments(), names_of_staff(records.connection, numbers), grounds, zone, told.day)

    def department(self, code: str | None) -> str:
        """A department's name; a code that no register ever knew stands for itself."""
        return self.names.get(code, f"{code}（台帳にない所属）") if code else UNKNOWN_DEPARTMENT

    def history(self, events: Sequence[StoredEvent]) -> tuple[HistoryLine, ...]:
        """Events in words."""
        return tuple(self._line(moment_of(event, self.department)) for event in events)

    def shown(
        self, number: int, task: Task, path: str, events: Sequence[StoredEvent], evidence: Sequence[EvidenceFile]
    ) -> TaskShown:
        """A task in words."""
        standing, officer = task.standing(self.day), task.officer_no or ""
        return TaskShown(
            number=number, key=task.key, title=task.title, body=task.body,
            origin=self._origin(task), department=self.department(task.department_code),
            officer=self.staff.get(officer, officer), state=STANDING_WORDS[standing],
            is_overdue=standing is Standing.OVERDUE, deadline=task.deadline, deadline_printed=task.deadline_printed,
            first_deadline=task.first_deadline, opened_on=task.opened_on, closed_on=task.completed_on or task.withdrawn_on,
            closing_note=task.closing_note, path=path, history=self.history(events), evidence=tuple(evidence),
        )  # fmt: skip

    def _origin(self, task: Task) -> str:
        """指導事項　R5-1　操作権限; of a check its title, with what it saw."""
        ref, _, subject = (task.origin_ref if task.kind else "").partition("/")
        title = self.grounds.get((task.origin, ref or task.origin_ref), ref)
        return "　".join(
            filter(
                None, (ORIGINS[task.origin], title, subject) if ref else (ORIGINS[task.origin], task.origin_ref, title)
            )
        )

    def _line(self, moment: Moment) -> HistoryLine:
        return HistoryLine(moment.at.astimezone(self.zone), moment.by, moment.what, moment.details)


def packed_mail(letter: QueuedLetter) -> PackedMail:
    """A letter as it was written."""
    return PackedMail(
        letter.subject, letter.on_day, letter.recipients, letter.copies, letter.body_text, letter.body_html
    )
