"""What tasks come from, as OSCAL tells it: findings and resolutions in full, checks and duties as far as open, exceptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.domain.events import Happened
from tracker.domain.past_records import HeldException, SeenFlag
from tracker.domain.tasks import Origin, Task
from tracker.storage.events import StoredEvent
from tracker.storage.findings import FindingEntry
from tracker.storage.retelling import Retelling

ORIGIN_WORDS = {Origin.FINDING: "指導事項", Origin.FLAG: "検査", Origin.DUTY: "定期業務", Origin.RESOLUTION: "審議会"}
TOLD_IN_FULL = (Origin.FINDING, Origin.RESOLUTION)


@dataclass(frozen=True)
class Ground:
    """One reason for tasks: `ref` is the finding's number, the check's name or what the duty is."""

    origin: Origin
    ref: str
    tasks: tuple[Task, ...]
    finding: FindingEntry | None = None
    closed: StoredEvent | None = None

    @property
    def is_settled(self) -> bool:
        """Held to be answered by the division, or nothing open and something done."""
        has_open = any(task.is_open for task in self.tasks)
        return self.closed is not None or (not has_open and any(task.completed_on for task in self.tasks))


@dataclass(frozen=True)
class Grounds:
    """Every ground as of a day, with what checks saw and what exceptions held."""

    told: Retelling
    titles: Mapping[str, str]

    @cached_property
    def all(self) -> tuple[Ground, ...]:
        """Findings by number, then the others by what they come from."""
        tasks = dict[tuple[Origin, str], list[Task]]()
        for key, task in self.told.tasks.items():
            if task.is_open or task.origin in TOLD_IN_FULL:
                ref = self.told.identities[key].check or task.origin_ref
                tasks.setdefault((task.origin, ref), []).append(task)
        findings = {one.finding_no: one for one in self.told.past.findings()}
        closed = self._closed()
        seen = {(Origin.FLAG, flag.check) for flag in self.flags}
        named = {(Origin.FINDING, number) for number in findings} | seen | tasks.keys()
        order = list(Origin)
        return tuple(
            Ground(
                origin, ref, tuple(tasks.get((origin, ref), ())),
                findings.get(ref) if origin is Origin.FINDING else None,
                closed.get(ref) if origin is Origin.FINDING else None,
            )
            for origin, ref in sorted(named, key=lambda one: (order.index(one[0]), one[1]))
        )  # fmt: skip

    @cached_property
    def flags(self) -> Sequence[SeenFlag]:
        """What was seen and not cleared."""
        return self.told.past.flags()

    def flags_of(self, check: str) -> Sequence[SeenFlag]:
        """What one check saw and no exception silences."""
        return [flag for flag in self.flags if flag.check == check and not flag.silenced]

    def flags_under(self, exception: HeldException) -> Sequence[SeenFlag]:
        """What an exception silences."""
        return self._silenced.get((exception.check, exception.subject), ())

    @cached_property
    def _silenced(self) -> dict[tuple[str, str], list[SeenFlag]]:
        found = dict[tuple[str, str], list[SeenFlag]]()
        for flag in self.flags:
            if flag.silenced:
                found.setdefault((flag.check, flag.subject), []).append(flag)
        return found

    @cached_property
    def exceptions(self) -> Sequence[HeldException]:
        """The exceptions that held."""
        return self.told.past.exceptions

    def departments(self) -> list[str]:
        """The codes of every department that has something to do."""
        codes = {task.department_code for ground in self.all for task in ground.tasks}
        codes |= {ground.finding.department_code for ground in self.all if ground.finding}
        return sorted(code for code in codes if code)

    def check_title(self, name: str) -> str:
        """The title of a check; its name when the catalogue no longer has it."""
        return self.titles.get(name, name)

    def title_of(self, ground: Ground) -> str:
        """What a ground is called."""
        if ground.finding:
            return ground.finding.subject
        if ground.origin is Origin.FLAG:
            return self.check_title(ground.ref)
        return f"{ORIGIN_WORDS[ground.origin]}　{ground.ref}"

    def _closed(self) -> dict[str, StoredEvent]:
        held = dict[str, StoredEvent]()
        for event in self.told.past.happened(Happened.FINDING_CLOSED, Happened.FINDING_REOPENED):
            number = event.about.removeprefix("finding:")
            held.pop(number, None)
            if event.kind == Happened.FINDING_CLOSED:
                held[number] = event
        return held
