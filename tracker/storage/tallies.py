"""The sums that tasks count under: changed in the transaction that changes the tasks, read by pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Date, bindparam, text

from tracker.domain.tallies import changed_sums
from tracker.domain.tasks import Task

_ADD = text(
    "INSERT INTO task_tally (department, source, mark, day, number) VALUES (:department, :source, :mark, :day, :number)"
    " ON CONFLICT (department, source, mark, day) DO UPDATE SET number = task_tally.number + excluded.number"
).bindparams(bindparam("day", type_=Date()))
_DROP = text(
    "DELETE FROM task_tally WHERE department = :department AND source = :source AND mark = :mark AND day = :day"
    " AND number = 0"
).bindparams(bindparam("day", type_=Date()))


@dataclass(frozen=True)
class Tallies:
    """The sums, within one transaction."""

    connection: Connection

    def change(self, before: Iterable[Task], after: Iterable[Task]) -> None:
        """Count tasks as they stand now instead of as they stood."""
        # In one order for everybody: two transactions that change the same sums must not wait for each other.
        changed = sorted(changed_sums(before, after).items())
        rows = [
            {"department": at.department, "source": at.source, "mark": str(at.mark), "day": at.day, "number": number}
            for at, number in changed
        ]
        if rows:
            self.connection.execute(_ADD, rows)
        if fewer := [row for row in rows if int(str(row["number"])) < 0]:
            self.connection.execute(_DROP, [{name: row[name] for name in row if name != "number"} for row in fewer])
