"""Tasks as OSCAL tells them: responses to a risk with their milestones, and the log of what became of deadlines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.domain.dates import wareki
from tracker.domain.events import Happened
from tracker.domain.tasks import STANDING_WORDS, Task
from tracker.exports.oscal.writing import Json, Pen, line, prop, prose, without_nothing
from tracker.storage.events import StoredEvent
from tracker.storage.submissions import Attachment

NO_DEADLINE, EXTENDED = "期限の定めなし", "期限延長"
RESPONSIBLE = "responsible-department"


@dataclass(frozen=True)
class Remedies:
    """What is known of the tasks as of a day: their documents and how their deadlines were moved, by key."""

    pen: Pen
    day: date
    evidence: Mapping[str, Sequence[Attachment]]
    moves: Mapping[str, Sequence[StoredEvent]]

    def response(self, task: Task) -> Json:
        """A task as a response, planned, completed or withdrawn."""
        state = task.standing(self.day)
        lifecycle = "completed" if task.completed_on else "withdrawn" if task.withdrawn_on else "planned"
        known = (("task-key", task.key), ("state", STANDING_WORDS[state]), ("first-deadline", task.first_deadline))
        notes = [task.closing_note] if task.closing_note else []
        return without_nothing({
            "uuid": self.pen.uuid("response", task.key), "lifecycle": lifecycle, "title": line(task.title),
            "description": prose(task.body or task.title),
            "props": [prop(name, value) for name, value in known if value],
            "links": [
                {"href": f"#{self.pen.uuid('resource', one.id)}", "rel": "evidence"}
                for one in self.evidence.get(task.key, ())
            ],
            "tasks": [self._milestone(task)], "remarks": prose(*notes) if notes else None,
        })  # fmt: skip

    def deadline_of(self, tasks: Iterable[Task]) -> str | None:
        """The last deadline of what is still open."""
        open_until = [task.deadline for task in tasks if task.is_open and task.deadline]
        return self.pen.end_of(max(open_until, default=None))

    def log(self, tasks: Iterable[Task]) -> list[Json]:
        """Every move of a deadline, oldest first."""
        moves = [(event, task) for task in tasks for event in self.moves.get(task.key, ())]
        return [self._move(event, task) for event, task in sorted(moves, key=lambda one: one[0].id)]

    def _milestone(self, task: Task) -> Json:
        due, code = self.pen.end_of(task.deadline), task.department_code
        known = (
            ("completed-on", task.completed_on),
            ("withdrawn-on", task.withdrawn_on),
            ("started-on", task.started_on),
        )
        role = {"role-id": RESPONSIBLE, "party-uuids": [self.pen.uuid("party", code)]} if code else None
        return without_nothing({
            "uuid": self.pen.uuid("task", task.key), "type": "milestone", "title": line(task.title),
            "props": [prop(name, value) for name, value in known if value],
            "timing": {"on-date": {"date": due}} if due else None,
            "responsible-roles": [role] if role else None,
            "remarks": prose(task.deadline_printed or (wareki(task.deadline) if task.deadline else NO_DEADLINE)),
        })  # fmt: skip

    def _move(self, event: StoredEvent, task: Task) -> Json:
        old, new = (_day_words(event.facts.get(name)) for name in ("old", "new"))
        reason = str(event.facts.get("reason") or "")
        return {
            "uuid": self.pen.uuid("event", event.id), "title": EXTENDED,
            "description": prose(f"{old}を{new}に変えました。", reason), "start": self.pen.instant(event.at),
            "props": [prop("by", event.by)],
            "related-responses": [{"response-uuid": self.pen.uuid("response", task.key)}],
        }  # fmt: skip


def moves_by_task(events: Iterable[StoredEvent]) -> dict[str, list[StoredEvent]]:
    """The moves of deadlines, by the key of their task."""
    found = dict[str, list[StoredEvent]]()
    for event in events:
        if event.kind == Happened.DEADLINE_EXTENDED:
            found.setdefault(event.about.removeprefix("task:"), []).append(event)
    return found


def _day_words(written: Any) -> str:
    return wareki(date.fromisoformat(written)) if written else NO_DEADLINE
