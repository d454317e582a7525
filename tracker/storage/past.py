"""What the records said when a day was over: tasks from the trail, registers and checks from their history."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, or_, select, true, type_coerce
from sqlalchemy.types import NullType

from tracker.domain.departments import Department, display_names
from tracker.domain.events import Happened
from tracker.domain.past import Cut, Retold, retell
from tracker.domain.past_records import HeldException, LostLetter, RegisterAge, SeenFlag, TaskIdentity
from tracker.domain.registers import BY_STEM, DEPARTMENT, FINDING, IMPROVEMENT_PLAN, REGISTERS, Register
from tracker.domain.tasks import Origin
from tracker.domain.telling import TELLING, Entry
from tracker.storage.checks import CheckRun
from tracker.storage.events import StoredEvent
from tracker.storage.findings import FindingEntry, PlanEntry
from tracker.storage.horizon import Horizon
from tracker.storage.submissions import Attachment
from tracker.storage.tables.letters import OutboxRow
from tracker.storage.tables.registers import version_tables
from tracker.storage.tables.runs import CheckRunRow, ImportRow
from tracker.storage.tables.work import AttachmentRow, EventRow, FlagRow, TaskRow
from tracker.storage.versions import BY_HAND

_EVENT, _TASK = EventRow.__table__, TaskRow.__table__  # type: ignore[attr-defined]
_FLAG, _RUN, _IMPORT = FlagRow.__table__, CheckRunRow.__table__, ImportRow.__table__  # type: ignore[attr-defined]
_ATTACHMENT, _OUTBOX = AttachmentRow.__table__, OutboxRow.__table__  # type: ignore[attr-defined]
_TASK_ABOUT = "task:"
_PORTION = 500
_LOST, _FOUND = (
    (str(Happened.LETTER_GIVEN_UP), str(Happened.LETTER_BOUNCED)),
    (str(Happened.LETTER_ACCEPTED), str(Happened.LETTER_SENT_AGAIN), str(Happened.LETTER_WITHDRAWN)),
)


class Past:
    """The records as of the end of a day; with a horizon, as they were known when something was issued."""

    def __init__(self, connection: Connection, day: date, horizon: Horizon | None = None) -> None:
        self.connection, self.day, self.horizon = connection, day, horizon

    @property
    def cut(self) -> Cut:
        """Where the trail is cut off."""
        return Cut(self.day, self.horizon.event if self.horizon else None)

    def retold(self, cuts: Sequence[Cut]) -> Retold:
        """Every task as its events tell it, at each of some nested cuts of which this day's is the last."""
        return retell(self._entries(), cuts)

    def identities(self) -> dict[str, TaskIdentity]:
        """What is told of tasks nowhere else, by key."""
        columns = ("key", "origin", "origin_ref", "title", "body", "deadline_printed", "department_printed")
        rows = self.connection.execute(select(*(_TASK.c[name] for name in columns)))
        return {row[0]: TaskIdentity(Origin(row[1]), *row[2:]) for row in rows}

    def departments(self) -> dict[str, str]:
        """The name of every department ever known by then, by code; today's where it still lives."""
        names = {one.code: one.full_name for one in map(_department, self._former(DEPARTMENT))}
        return names | display_names(map(_department, self._known(DEPARTMENT)))

    def findings(self) -> list[FindingEntry]:
        """Every finding known then, in number order."""
        names = list(FindingEntry.__annotations__)
        return [FindingEntry(*row) for row in self._known(FINDING, names)]

    def plans(self) -> list[PlanEntry]:
        """Every improvement plan known then, by finding and branch."""
        return [PlanEntry(*row) for row in self._known(IMPROVEMENT_PLAN, list(PlanEntry.__annotations__))]

    def rows(self, stem: str) -> Sequence[Any]:
        """Every row of a register as known then, in key order: for the small registers."""
        return self._known(BY_STEM[stem])

    def check_runs(self) -> dict[str, CheckRun]:
        """The newest run of each check up to that day."""
        conditions = [_RUN.c.on_day <= self.day]
        if self.horizon:
            conditions.append(_RUN.c.id <= self.horizon.check_run)
        newest = select(
            _RUN.c.id,
            func.row_number().over(partition_by=_RUN.c.check_name, order_by=(_RUN.c.on_day.desc(), _RUN.c.id.desc()))
            .label("place"),
        ).where(*conditions).subquery()  # fmt: skip
        columns = [_RUN.c[name] for name in CheckRun.__annotations__]
        query = select(*columns).join(newest, newest.c.id == _RUN.c.id).where(newest.c.place == 1)
        return {row.check_name: CheckRun(**row._mapping) for row in self.connection.execute(query)}

    def register_ages(self, runs: Collection[CheckRun]) -> list[RegisterAge]:
        """Each register that these runs read, with the newest file up to that day and the strictest limit."""
        limits = dict[str, int]()
        for run in runs:
            for stem, known in (run.registers or {}).items():
                limits[stem] = min(known["max_age_days"], limits.get(stem, known["max_age_days"]))
        conditions = [_IMPORT.c.as_of <= self.day, _IMPORT.c.reading != BY_HAND]
        if self.horizon:
            conditions.append(_IMPORT.c.id <= self.horizon.register_import)
        query = select(_IMPORT.c.register_stem, func.max(_IMPORT.c.as_of)).where(*conditions)
        newest = {row[0]: row[1] for row in self.connection.execute(query.group_by(_IMPORT.c.register_stem))}
        order = [register.stem for register in REGISTERS]
        return [RegisterAge(stem, newest.get(stem), limits[stem]) for stem in sorted(limits, key=order.index)]

    @cached_property
    def exceptions(self) -> list[HeldException]:
        """The exceptions that held on that day, the first to end first."""
        held = dict[str, HeldException | None]()
        for event in self._events(Happened.EXCEPTION_GRANTED, Happened.EXCEPTION_REVOKED):
            check, _, subject = event.about.removeprefix("exception:").partition("/")
            held[event.about] = None
            if event.kind == Happened.EXCEPTION_GRANTED:
                facts = event.facts
                until = date.fromisoformat(facts["until"])
                held[event.about] = HeldException(
                    check, subject, facts["reason"], until, facts["approved_by"], event.on_day
                )
        found = [one for one in held.values() if one is not None and one.until >= self.day]
        return sorted(found, key=lambda one: (one.until, one.check, one.subject))

    def flags(self) -> list[SeenFlag]:
        """What was seen and not yet cleared, by check and subject."""
        subjects = {row[0]: row[1] for row in self.connection.execute(select(_FLAG.c.task_key, _FLAG.c.subject))}
        silenced = {(one.check, one.subject) for one in self.exceptions}
        seen = dict[str, SeenFlag]()
        for event in self._events(Happened.FLAG_RAISED, Happened.FLAG_CLEARED):
            key = event.facts["task"]
            if event.kind == Happened.FLAG_CLEARED:
                seen.pop(key, None)
                continue
            check, _, subject = event.about.removeprefix("flag:").partition("/")
            subject = subjects.get(key, subject)
            seen[key] = SeenFlag(check, subject, key, event.facts["summary"], (check, subject) in silenced)
        return sorted(seen.values(), key=lambda one: (one.check, one.subject, one.task_key))

    def lost_letters(self) -> list[LostLetter]:
        """Letters that had not arrived by then, the newest first."""
        lost = dict[str, date]()
        for event in self._events(*map(Happened, (*_LOST, *_FOUND))):
            if event.kind in _LOST:
                lost.setdefault(event.about, event.on_day)
            else:
                lost.pop(event.about, None)
        keys = {about.removeprefix("letter:"): day for about, day in lost.items()}
        columns = [_OUTBOX.c[name] for name in ("id", "department_code", "addressee", "subject", "on_day", "key")]
        rows = [
            row for portion in _portions(list(keys))
            for row in self.connection.execute(select(*columns).where(_OUTBOX.c.key.in_(portion)))
        ]  # fmt: skip
        found = [LostLetter(row[0], row[1], row[2], row[3], row[4], keys[row[5]]) for row in rows]
        return sorted(found, key=lambda one: (one.lost_on, one.number), reverse=True)

    def told_on(self) -> dict[str | None, date]:
        """The day of the last reminder to each department."""
        conditions = [_OUTBOX.c.on_day <= self.day, _OUTBOX.c.kind == "reminder"]
        if self.horizon:
            conditions.append(_OUTBOX.c.id <= self.horizon.letter)
        query = select(_OUTBOX.c.department_code, func.max(_OUTBOX.c.on_day)).where(*conditions)
        return {row[0]: row[1] for row in self.connection.execute(query.group_by(_OUTBOX.c.department_code))}

    def reminded(self, keys: Sequence[str]) -> dict[str, tuple[int, date]]:
        """How often each of these tasks was reminded of, and when last."""
        found = dict[str, tuple[int, date]]()
        for portion in _portions([_TASK_ABOUT + key for key in keys]):
            query = (
                select(_EVENT.c.about, func.count(), func.max(_EVENT.c.on_day))
                .where(_EVENT.c.about.in_(portion), _EVENT.c.kind == str(Happened.REMINDER_QUEUED), self._before())
                .group_by(_EVENT.c.about)
            )
            found |= {row[0][len(_TASK_ABOUT) :]: (row[1], row[2]) for row in self.connection.execute(query)}
        return found

    def evidence(self, keys: Sequence[str], day_ends: datetime) -> dict[str, list[Attachment]]:
        """The documents that each of these tasks had; `day_ends` is the instant at which the day was over."""
        at = min(self.horizon.at, day_ends) if self.horizon else day_ends
        there = [_ATTACHMENT.c.added_at <= at, or_(_ATTACHMENT.c.removed_at.is_(None), _ATTACHMENT.c.removed_at > at)]
        if self.horizon:
            there.append(_ATTACHMENT.c.id <= self.horizon.attachment)
        columns = [_ATTACHMENT.c[name] for name in Attachment.__annotations__]
        found = defaultdict[str, list[Attachment]](list)
        for portion in _portions(keys):
            query = select(*columns).where(_ATTACHMENT.c.task_key.in_(portion), *there).order_by(_ATTACHMENT.c.id)
            for row in self.connection.execute(query):
                found[row.task_key].append(Attachment(**row._mapping))
        return found

    def events_of(self, keys: Sequence[str]) -> list[StoredEvent]:
        """Everything that had happened to these tasks, oldest first."""
        return [
            event for portion in _portions([_TASK_ABOUT + key for key in keys])
            for event in self._select(_EVENT.c.about.in_(portion))
        ]  # fmt: skip

    def happened(self, *kinds: Happened) -> list[StoredEvent]:
        """Everything of some kinds that had happened, oldest first."""
        return self._events(*kinds)

    def about(self, subject: str) -> list[StoredEvent]:
        """Everything that had happened to one thing, oldest first."""
        return self._select(_EVENT.c.about == subject)

    def newest_event_at(self) -> datetime | None:
        """The instant of the last entry of the trail by then."""
        newest: datetime | None = self.connection.execute(select(func.max(_EVENT.c.at)).where(self._before())).scalar()
        return newest

    def _before(self) -> ColumnElement[bool]:
        newest = true() if self.horizon is None else _EVENT.c.id <= self.horizon.event
        return and_(_EVENT.c.on_day <= self.day, newest)

    def _entries(self) -> Iterator[Entry]:
        instant = type_coerce(_EVENT.c.at, NullType)  # only told apart, never read
        columns = (_EVENT.c.id, instant, _EVENT.c.on_day, _EVENT.c.kind, _EVENT.c.about, _EVENT.c.facts)
        told = select(*columns).where(_EVENT.c.kind.in_(list(TELLING)), self._before()).order_by(_EVENT.c.id)
        start = len(_TASK_ABOUT)
        for number, at, day, kind, about, facts in self.connection.execute(told.execution_options(yield_per=5_000)):
            yield Entry(number, at, day, kind, about[start:], facts)

    def _events(self, *kinds: Happened) -> list[StoredEvent]:
        return self._select(_EVENT.c.kind.in_([str(kind) for kind in kinds]))

    def _select(self, condition: ColumnElement[bool]) -> list[StoredEvent]:
        columns = [_EVENT.c[name] for name in StoredEvent.__annotations__]
        rows = self.connection.execute(select(*columns).where(condition, self._before()).order_by(_EVENT.c.id))
        return [StoredEvent(*row) for row in rows]

    def _known(self, register: Register, names: Sequence[str] | None = None) -> Sequence[Any]:
        table = version_tables()[register.stem]
        query = select(*(table.c[name] for name in names or register.names)).where(self._known_in(table))
        return self.connection.execute(query.order_by(*(table.c[name] for name in register.keys))).all()

    def _former(self, register: Register) -> Sequence[Any]:
        table = version_tables()[register.stem]
        query = select(*(table.c[name] for name in register.names)).where(table.c.valid_from <= self.day)
        if self.horizon:
            query = query.where(table.c.begun_by <= self.horizon.register_import)
        return self.connection.execute(query.order_by(table.c.valid_from, table.c.begun_by)).all()

    def _known_in(self, table: FromClause) -> ColumnElement[bool]:
        begun = table.c.valid_from <= self.day
        lives_on = or_(table.c.valid_to.is_(None), table.c.valid_to > self.day)
        if self.horizon is None:
            return and_(begun, lives_on)
        bound = self.horizon.register_import
        return and_(begun, table.c.begun_by <= bound, or_(lives_on, table.c.ended_by > bound))


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _PORTION):
        yield keys[start : start + _PORTION]


def _department(row: Any) -> Department:
    return Department(*row)
