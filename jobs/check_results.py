"""What a check answers for a day: what is open, and apart from it what an exception silences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from jobs.checks.check import Check
from tracker.domain.exceptions import FlagException
from tracker.domain.flags import CheckState, Flag


@dataclass(frozen=True)
class ExceptedFlag:
    """What is still seen, and the exception that silences it."""

    flag: Flag
    exception: FlagException


@dataclass(frozen=True)
class Seen:
    """What a check sees, parted into what is open and what an exception silences."""

    flags: tuple[Flag, ...] = ()
    exceptions: tuple[ExceptedFlag, ...] = ()

    @classmethod
    def parted(cls, flags: Iterable[Flag], holding: Mapping[str, FlagException]) -> "Seen":
        """By the exceptions that hold on the day, in the flags' own order."""
        flags = tuple(flags)
        return cls(
            tuple(flag for flag in flags if flag.subject not in holding),
            tuple(ExceptedFlag(flag, holding[flag.subject]) for flag in flags if flag.subject in holding),
        )

    @property
    def state(self) -> CheckState:
        """Of a check that could look."""
        return CheckState.FLAGGED if self.flags else CheckState.CLEAR


@dataclass(frozen=True)
class CheckResult:
    """What a check answers for a day. `from_history`: a past day, answered without changing anything.

    `flags` are open; `exceptions` were seen as well, and an exception silences each of them on that day.
    """

    name: str
    on: date
    state: CheckState
    examined: int
    as_of: date | None
    flags: tuple[Flag, ...]
    message: str = ""
    opened: int = 0
    cleared: int = 0
    from_history: bool = False
    exceptions: tuple[ExceptedFlag, ...] = ()

    @classmethod
    def failure(
        cls, check: Check, on: date, trouble: str, seen: Seen = Seen(), *, from_history: bool = False
    ) -> "CheckResult":
        """The answer of a check that could not look."""
        return cls(
            check.name, on, CheckState.FAILED, 0, None, seen.flags, trouble, from_history=from_history,
            exceptions=seen.exceptions,
        )  # fmt: skip

    @property
    def failed(self) -> bool:
        """Whether the check could not look; its flags are those that were open before."""
        return self.state is CheckState.FAILED
