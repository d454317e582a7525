"""A hand-over pack as values: what its index and its histories tell, with the paths of the files beside them."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class EvidenceFile:
    """A document: where it lies in the pack, or (without a `path`) why it does not; `is_bad` when that is trouble."""

    name: str
    path: str
    sha256: str
    size: int
    added_on: date
    added_by: str
    why_missing: str = ""
    is_bad: bool = False


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened, in the office's time."""

    at: datetime
    by: str
    what: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class TaskShown:
    """A task; `path` is that of its history."""

    number: int
    key: str
    title: str
    body: str
    origin: str
    department: str
    officer: str
    state: str
    is_overdue: bool
    deadline: date | None
    deadline_printed: str
    first_deadline: date | None
    opened_on: date
    closed_on: date | None
    closing_note: str
    path: str
    history: tuple[HistoryLine, ...]
    evidence: tuple[EvidenceFile, ...]


@dataclass(frozen=True)
class LetterFile:
    """A letter that was written, as a page and as text."""

    on_day: date
    kind: str
    addressee: str
    subject: str
    page: str
    text: str


@dataclass(frozen=True)
class PackIndex:
    """The whole pack. `facts` are what it is about, label by label; `tables` are the paths of the list of tasks;
    `history` is what happened to the finding itself."""

    title: str
    subtitle: str
    office: str
    division: str
    as_of: date
    facts: tuple[tuple[str, str], ...]
    tasks: tuple[TaskShown, ...]
    letters: tuple[LetterFile, ...]
    tables: tuple[str, ...]
    history: tuple[HistoryLine, ...] = ()

    @property
    def open(self) -> int:
        """How many tasks are still to be done."""
        return sum(task.closed_on is None for task in self.tasks)

    @property
    def overdue(self) -> int:
        """How many of these are overdue."""
        return sum(task.is_overdue for task in self.tasks)

    @property
    def evidence(self) -> tuple[EvidenceFile, ...]:
        """Every document, in the order of the tasks."""
        return tuple(one for task in self.tasks for one in task.evidence)

    @property
    def troubles(self) -> tuple[EvidenceFile, ...]:
        """Documents that should be here and are not what was kept."""
        return tuple(one for one in self.evidence if one.is_bad)
