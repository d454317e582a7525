"""Tasks as they stood at the end of a day and a week before it: what every report counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from tracker.domain.decisions import Approver, Effect, MeasureDecision
from tracker.domain.past import Before, Cut, DayEnd, Retold, nested
from tracker.domain.past_records import TaskIdentity
from tracker.domain.tasks import Origin, Task
from tracker.domain.telling import TaskThen
from tracker.storage.horizon import Horizon
from tracker.storage.past import Past
from tracker.storage.reports import WEEKLY
from tracker.storage.store import Records

WEEK = timedelta(weeks=1)
TREND_WEEKS = 12


@dataclass(frozen=True)
class Retelling:
    """Every task at the end of a day, told from the trail; `weeks` are the ends of the weeks before it, and its own.

    `past` are the other records of that day, `week_ago` those that the report of a week before saw.
    """

    past: Past
    week_ago: Past
    retold: Retold
    identities: Mapping[str, TaskIdentity]

    @classmethod
    def on(cls, records: Records, day: date, horizon: Horizon | None = None, weeks: int = TREND_WEEKS) -> "Retelling":
        """The tasks of a day. The weeks before it are seen as the weekly reports of their days saw them, where there are any."""
        days = [day - WEEK * number for number in range(weeks - 1, 0, -1)]
        issued = records.reports.horizons(WEEKLY, days)
        past = Past(records.connection, day, horizon)
        earlier = [Cut(one, issued[one].event if one in issued else None) for one in days]
        retold = past.retold(nested([*earlier, past.cut]))
        seen = issued.get(day - WEEK, horizon)
        if seen and horizon and seen.event > horizon.event:  # that report was issued after this one
            seen = horizon
        week_ago = Past(records.connection, day - WEEK, seen)
        identities = past.identities()
        return cls(past, week_ago, retold, {key: identities[key] for key in retold.tasks})

    @property
    def day(self) -> date:
        """The day that the tasks are told of."""
        return self.past.day

    @property
    def weeks(self) -> tuple[DayEnd, ...]:
        """Open and overdue at the end of each week, the earliest first."""
        return self.retold.ends

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """The tasks as values, by key, in the order of their keys."""
        return {key: as_task(key, then, self.identities[key]) for key, then in sorted(self.retold.tasks.items())}

    def of_findings(self) -> dict[str, list[Task]]:
        """The measures of each finding, in order, by its number."""
        found = dict[str, list[Task]]()
        for key in sorted(key for key, one in self.identities.items() if one.origin is Origin.FINDING):
            found.setdefault(self.identities[key].origin_ref, []).append(self.task(key))
        return found

    def task(self, key: str) -> Task:
        """One task as it stood."""
        return as_task(key, self.retold.tasks[key], self.identities[key])

    def changes(self) -> Iterable[tuple[str, TaskThen, Before | None]]:
        """Every task with how it stood a week before; None for one that was not known then."""
        for key, then in self.retold.tasks.items():
            yield key, then, self.retold.before.get(key)


def end_of_day(day: date, at: datetime) -> datetime:
    """The instant at which a day is over, in the zone of `at`."""
    return datetime.combine(day + timedelta(days=1), time(0), at.tzinfo)


def as_task(key: str, then: TaskThen, identity: TaskIdentity) -> Task:
    """The task's value: what its events told, and what is told nowhere else."""
    approval = then.approval
    return Task(
        key=key, origin=identity.origin, origin_ref=identity.origin_ref,
        title=identity.title if then.title is None else then.title, body=then.body or identity.body,
        department_code=then.department, department_printed=identity.department_printed,
        deadline=_day(then.deadline), first_deadline=_day(then.first_deadline), deadline_printed=then.printed or "",
        opened_on=then.opened_on, completed_on=_day(then.completed_on), withdrawn_on=_day(then.withdrawn_on),
        closing_note=then.note, answered_on=then.answered_on, officer_no=then.officer, started_on=then.started_on,
        measure=MeasureDecision(then.measure), approved_on=_day(approval.get("on")),
        approver=Approver(approval.get("by", "")), document_no=approval.get("document_no", ""), effect=Effect(then.effect),
    )  # fmt: skip


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
