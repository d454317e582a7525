"""Flags: what a check saw in the registers, from the first run that saw it to the first that did not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class CheckState(StrEnum):
    """How a run of a check ended. Stale data is never reported as clear."""

    CLEAR = "clear"
    FLAGGED = "flagged"
    STALE = "stale"
    FAILED = "failed"


@dataclass(frozen=True)
class Sighting:
    """One subject that a check sees on a day. `key` tells sightings of one check apart."""

    key: str
    subject: str
    department_code: str | None
    title: str
    summary: str
    details: Mapping[str, Any]
    deadline: date | None = None  # the rule's own deadline; None: so many days after it was first seen


@dataclass(frozen=True)
class Flag:
    """A sighting that is remembered."""

    check_name: str
    key: str
    subject: str
    department_code: str | None
    summary: str
    deadline: date | None
    first_seen_on: date
    last_seen_on: date
    task_key: str
    cleared_on: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    id: int | None = None
    exception_id: int | None = None  # the exception that silences it now

    @property
    def is_open(self) -> bool:
        """Still seen, and no exception silences it."""
        return self.cleared_on is None and self.exception_id is None


@dataclass(frozen=True)
class Comparison:
    """Today's sightings beside the flags that were open: what is new, still there, and gone."""

    new: tuple[Sighting, ...]
    still: tuple[tuple[Flag, Sighting], ...]
    gone: tuple[Flag, ...]


def compare(sightings: Iterable[Sighting], open_flags: Iterable[Flag]) -> Comparison:
    """Match sightings with open flags of the same check by key."""
    known = {flag.key: flag for flag in open_flags}
    new, still = list[Sighting](), list[tuple[Flag, Sighting]]()
    for sighting in sightings:
        if flag := known.pop(sighting.key, None):
            still.append((flag, sighting))
        else:
            new.append(sighting)
    return Comparison(tuple(new), tuple(still), tuple(known.values()))
