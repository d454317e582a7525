"""What a check is: the registers it reads, one set-based question, and what an answer means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.domain.flags import Sighting

Values = Mapping[str, bool | int]


@dataclass(frozen=True)
class Check:
    """One check.

    `query` is asked once for the whole office, over the registers in `reads` as known on the day; `answers`
    names its columns. `defaults` are the numbers an office may set under [checks.<name>]; `bind` turns them and the
    day into the query's parameters. `counts` is the register whose entries are examined. `answer_days` in the
    defaults is how long a department has when the rule itself sets no deadline.
    """

    name: str
    position: int
    title: str
    looks_for: str
    ground: str
    reads: tuple[str, ...]
    counts: str
    query: str
    answers: Mapping[str, type]
    sighting: Callable[[Any, date, Values], Sighting]
    bind: Callable[[Values, date], Mapping[str, Any]] = lambda values, on: {}
    defaults: Values = field(default_factory=dict)
    looks_for_owners: bool = False  # rows that are nobody's are what it is after, and no reason to doubt what it sees
