"""The sums that tasks and flags count under: changed in the transaction that changes these, read by pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection, Date, bindparam, text

from tracker.domain.flags import Flag
from tracker.domain.tallies import Heading, changed_sums, headings_of, headings_of_flag
from tracker.domain.tasks import Task

_DAY = bindparam("day", type_=Date())
_ADD = text(
    "INSERT INTO tally (source, department, mark, day, number) VALUES (:source, :department, :mark, :day, :number)"
    " ON CONFLICT (source, department, mark, day) DO UPDATE SET number = tally.number + excluded.number"
).bindparams(_DAY)
_DROP = text(
    "DELETE FROM tally WHERE source = :source AND department = :department AND mark = :mark AND day = :day AND number = 0"
).bindparams(_DAY)


@dataclass(frozen=True)
class Tallies:
    """The sums, within one transaction."""

    connection: Connection

    def change_tasks(self, before: Iterable[Task], after: Iterable[Task]) -> None:
        """Count tasks as they stand now instead of as they stood."""
        self._change(chain.from_iterable(map(headings_of, before)), chain.from_iterable(map(headings_of, after)))

    def change_flags(self, before: Iterable[Flag], after: Iterable[Flag]) -> None:
        """Count flags as they are now instead of as they were."""
        own = headings_of_flag
        self._change(chain.from_iterable(map(own, before)), chain.from_iterable(map(own, after)))

    def _change(self, before: Iterable[Heading], after: Iterable[Heading]) -> None:
        # In one order for everybody: two transactions that change the same sums must not wait for each other.
        changed = sorted(changed_sums(before, after).items())
        keys = [{"source": h.source, "department": h.department, "mark": str(h.mark), "day": h.day} for h, _ in changed]
        if keys:
            rows = [key | {"number": number} for key, (_, number) in zip(keys, changed, strict=True)]
            self.connection.execute(_ADD, rows)
        if fewer := [key for key, (_, number) in zip(keys, changed, strict=True) if number < 0]:
            self.connection.execute(_DROP, fewer)
