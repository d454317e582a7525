"""How tasks stood when a day was over, retold from the trail of what happened until then."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.telling import ANSWERS, TELLING, Entry, TaskThen


@dataclass(frozen=True)
class Cut:
    """The end of a day, as far as the trail's entry `last_event` knew of it; None: as is known now.

    An entry that was made later for an earlier day counts from its day on, and is left out by its number.
    """

    day: date
    last_event: int | None = None

    def holds(self, day: date, number: int) -> bool:
        """Whether an entry lies before the cut."""
        return day <= self.day and (self.last_event is None or number <= self.last_event)


def nested(cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """The cuts by day, the earliest first, none of them knowing more of the trail than the one after it."""
    ordered, bound = list[Cut](), None
    for cut in sorted(cuts, key=lambda one: one.day, reverse=True):
        known = [number for number in (cut.last_event, bound) if number is not None]
        bound = min(known, default=None)
        ordered.append(Cut(cut.day, bound))
    return tuple(reversed(ordered))


@dataclass(frozen=True, slots=True)
class Before:
    """What is remembered of a task at an earlier cut, to say what has changed since."""

    is_open: bool
    is_completed: bool
    is_overdue: bool
    was_never_open: bool
    department: str | None
    deadline: str | None


@dataclass(frozen=True)
class DayEnd:
    """How many tasks were open, and how many of these overdue, at a cut."""

    day: date
    open: int
    overdue: int


@dataclass(frozen=True)
class Retold:
    """Every task at the last cut, by key; the sums at each cut; how each stood at the last cut but one, and but two.

    `answered_on` is the last day on which somebody of a department answered, by the department's code.
    """

    tasks: Mapping[str, TaskThen]
    ends: tuple[DayEnd, ...]
    before: Mapping[str, Before]
    long_before: Mapping[str, Before]
    answered_on: Mapping[str | None, date]


def retell(entries: Iterable[Entry], cuts: Sequence[Cut]) -> Retold:
    """Tell the entries (in the trail's order) up to the last of the cuts, and look back at each of them.

    The cuts are `nested`. Each entry is told once, so the time is that of reading the trail, whatever the number of cuts.
    """
    teller, days = _Teller(), [cut.day for cut in cuts]
    later: list[list[Entry]] = [[] for _ in cuts]
    for entry in entries:
        place = bisect_left(days, entry.day)
        while place < len(cuts) and not cuts[place].holds(entry.day, entry.number):
            place += 1
        if place == 0:
            teller.tell(entry)
        elif place < len(cuts):
            later[place].append(entry)
    ends, remembered = list[DayEnd](), [dict[str, Before](), dict[str, Before]()]
    for place, (cut, own) in enumerate(zip(cuts, later, strict=True)):
        for entry in own:
            teller.tell(entry)
        ends.append(teller.end_of(cut.day))
        if len(cuts) - 3 <= place < len(cuts) - 1:
            remembered.append(teller.remember(cut.day))
    return Retold(teller.tasks, tuple(ends), remembered[-1], remembered[-2], teller.answered_on)


class _Teller:
    def __init__(self) -> None:
        self.tasks = dict[str, TaskThen]()
        self.answered_on = dict[str | None, date]()

    def tell(self, entry: Entry) -> None:
        task = self.tasks.get(entry.key)
        if task is None:
            task = self.tasks[entry.key] = TaskThen(entry.day, entry.at)
        TELLING[entry.kind](task, entry)
        if entry.kind in ANSWERS:
            self.answered_on[task.department] = max(entry.day, self.answered_on.get(task.department, entry.day))

    def remember(self, day: date) -> dict[str, Before]:
        limit = day.isoformat()
        return {
            key: Before(
                task.is_open,
                task.completed_on is not None,
                task.is_overdue(limit),
                task.was_never_open,
                task.department,
                task.deadline,
            )
            for key, task in self.tasks.items()
        }

    def end_of(self, day: date) -> DayEnd:
        still_open = [task.deadline for task in self.tasks.values() if task.closed_on is None]
        limit = day.isoformat()
        overdue = sum(number for deadline, number in Counter(still_open).items() if deadline and deadline < limit)
        return DayEnd(day, len(still_open), overdue)
