"""What the records said of a past day beside the tasks: flags, exceptions, the age of registers, letters that were lost."""

from dataclasses import dataclass
from datetime import date

from tracker.domain.tasks import Origin


@dataclass(frozen=True)
class TaskIdentity:
    """What never changes of a task, or is not told by its events."""

    origin: Origin
    origin_ref: str
    title: str
    body: str
    printed: str
    department_printed: str

    @property
    def check(self) -> str:
        """The name of the check that saw it; nothing for what no check saw."""
        return self.origin_ref.partition("/")[0] if self.origin is Origin.FLAG else ""


@dataclass(frozen=True)
class SeenFlag:
    """What a check saw on a day and had not seen cleared; `silenced` by an exception that held then."""

    check: str
    subject: str
    task_key: str
    summary: str
    silenced: bool


@dataclass(frozen=True)
class HeldException:
    """An exception as it held on a day."""

    check: str
    subject: str
    reason: str
    until: date
    approved_by: str
    granted_on: date


@dataclass(frozen=True)
class RegisterAge:
    """From when a register is, and how old the checks let it become; `as_of` None: never taken in."""

    stem: str
    as_of: date | None
    max_age_days: int

    def is_stale(self, day: date) -> bool:
        """Whether a check that reads it on that day would refuse to answer."""
        return self.as_of is None or (day - self.as_of).days > self.max_age_days


@dataclass(frozen=True)
class LostLetter:
    """A letter that had not reached an address: given up or come back, and not sent again since."""

    number: int
    department_code: str | None
    addressee: str
    subject: str
    on_day: date
    lost_on: date
