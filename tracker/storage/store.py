"""The door to the database: `reading()` and `transaction()` hand out what one transaction may do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from tracker.domain.departments import Department
from tracker.domain.registers import DEPARTMENT, Register
from tracker.storage.committed import tell
from tracker.storage.database import open_engine, open_to_read
from tracker.storage.turns import AT_ONCE, JOBS, MOST_VISITORS, Patience, Turns

if TYPE_CHECKING:
    from tracker.storage.accounts import Accounts
    from tracker.storage.checks import Checks
    from tracker.storage.closings import Closings
    from tracker.storage.department_keys import DepartmentKeys
    from tracker.storage.events import Events
    from tracker.storage.exceptions import Exceptions
    from tracker.storage.findings import Findings
    from tracker.storage.flags import Flags
    from tracker.storage.forecasts import Forecasts
    from tracker.storage.job_runs import JobRuns
    from tracker.storage.ledger import Ledger
    from tracker.storage.outbox import Outbox
    from tracker.storage.pick_ups import PickUps
    from tracker.storage.recurrences import Recurrences
    from tracker.storage.report_requests import ReportRequests
    from tracker.storage.reports import Reports
    from tracker.storage.run_requests import RunRequests
    from tracker.storage.scheduler_lease import SchedulerLease
    from tracker.storage.search import Search
    from tracker.storage.sessions import Sessions
    from tracker.storage.submissions import Submissions
    from tracker.storage.tasks import Tasks
    from tracker.storage.tokens import Tokens
    from tracker.storage.tries import SignInTries
    from tracker.storage.uploads import Uploads
    from tracker.storage.versions import Versions


@dataclass(frozen=True)
class Records:
    """Everything that one transaction may read and write, by noun.

    Each noun is imported where it is asked for: a command pays for those it uses, not for all of them.
    """

    connection: Connection

    @cached_property
    def events(self) -> Events:
        """The trail of events."""
        from tracker.storage.events import Events

        return Events(self.connection)

    @cached_property
    def tasks(self) -> Tasks:
        """What must be done."""
        from tracker.storage.tasks import Tasks

        return Tasks(self.connection, self.events)

    @cached_property
    def findings(self) -> Findings:
        """Findings and improvement plans."""
        from tracker.storage.findings import Findings

        return Findings(self.connection)

    @cached_property
    def recurrences(self) -> Recurrences:
        """Which findings had been found before."""
        from tracker.storage.recurrences import Recurrences

        return Recurrences(self.connection, self.events)

    @cached_property
    def closings(self) -> Closings:
        """Findings that are held to be answered."""
        from tracker.storage.closings import Closings

        return Closings(self.connection, self.events)

    @cached_property
    def flags(self) -> Flags:
        """What checks saw."""
        from tracker.storage.flags import Flags

        return Flags(self.connection)

    @cached_property
    def exceptions(self) -> Exceptions:
        """Subjects that a check leaves in peace for a while."""
        from tracker.storage.exceptions import Exceptions

        return Exceptions(self.connection, self.events)

    @cached_property
    def checks(self) -> Checks:
        """Questions to the registers and runs of checks."""
        from tracker.storage.checks import Checks

        return Checks(self.connection)

    @cached_property
    def run_requests(self) -> RunRequests:
        """Checks that somebody asked for."""
        from tracker.storage.run_requests import RunRequests

        return RunRequests(self.connection, self.events)

    @cached_property
    def report_requests(self) -> ReportRequests:
        """Reports that somebody asked for."""
        from tracker.storage.report_requests import ReportRequests

        return ReportRequests(self.connection, self.events)

    @cached_property
    def outbox(self) -> Outbox:
        """Letters."""
        from tracker.storage.outbox import Outbox

        return Outbox(self.connection)

    @cached_property
    def ledger(self) -> Ledger:
        """What was already sent about each task."""
        from tracker.storage.ledger import Ledger

        return Ledger(self.connection)

    @cached_property
    def submissions(self) -> Submissions:
        """Answers of departments."""
        from tracker.storage.submissions import Submissions

        return Submissions(self.connection)

    @cached_property
    def department_keys(self) -> DepartmentKeys:
        """Departments' secret addresses."""
        from tracker.storage.department_keys import DepartmentKeys

        return DepartmentKeys(self.connection)

    @cached_property
    def accounts(self) -> Accounts:
        """Who may sign in."""
        from tracker.storage.accounts import Accounts

        return Accounts(self.connection, self.events)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        from tracker.storage.sessions import Sessions

        return Sessions(self.connection)

    @cached_property
    def tries(self) -> SignInTries:
        """Who tried to sign in."""
        from tracker.storage.tries import SignInTries

        return SignInTries(self.connection)

    @cached_property
    def forecasts(self) -> Forecasts:
        """What will go out if nothing changes."""
        from tracker.storage.forecasts import Forecasts

        return Forecasts(self.connection)

    @cached_property
    def search(self) -> Search:
        """What the search box finds."""
        from tracker.storage.search import Search

        return Search(self.connection)

    @cached_property
    def job_runs(self) -> JobRuns:
        """The run ledger."""
        from tracker.storage.job_runs import JobRuns

        return JobRuns(self.connection)

    @cached_property
    def pick_ups(self) -> PickUps:
        """Work that was begun and has not ended."""
        from tracker.storage.pick_ups import PickUps

        return PickUps(self.connection)

    @cached_property
    def scheduler(self) -> SchedulerLease:
        """Who looks what is due."""
        from tracker.storage.scheduler_lease import SchedulerLease

        return SchedulerLease(self.connection)

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens of integrations."""
        from tracker.storage.tokens import Tokens

        return Tokens(self.connection, self.events)

    @cached_property
    def reports(self) -> Reports:
        """Reports as issued."""
        from tracker.storage.reports import Reports

        return Reports(self.connection)

    @cached_property
    def uploads(self) -> Uploads:
        """Register files that were uploaded."""
        from tracker.storage.uploads import Uploads

        return Uploads(self.connection)

    def versions(self, register: Register) -> Versions:
        """One register's history."""
        from tracker.storage.versions import Versions

        return Versions(self.connection, register)

    def addresses_of_staff(self, numbers: Collection[str], on: date) -> dict[str, str]:
        """Mail addresses by 職員番号, of those who have one and have not left by that day."""
        from tracker.storage.staff import addresses_of_staff

        return addresses_of_staff(self.connection, numbers, on)

    def departments(self, on: date) -> list[Department]:
        """The departments known on a day, in code order."""
        from tracker.storage.versions import known_rows

        return [Department(*row) for row in known_rows(self.connection, DEPARTMENT, on)]

    def departments_ever(self, on: date) -> dict[str, Department]:
        """Those known on a day and those known before, by code; what a register no longer shows ended with it."""
        from tracker.storage.versions import former_rows

        former = {
            row[0]: _ended_with_register(Department(*row[:-1]), row[-1])
            for row in former_rows(self.connection, DEPARTMENT, on)
        }
        return former | {department.code: department for department in self.departments(on)}


def _ended_with_register(department: Department, left_on: date) -> Department:
    last_day = left_on - timedelta(days=1)
    return replace(department, end_on=min(department.end_on or last_day, last_day))


@dataclass(frozen=True)
class Workbench:
    """One connection for large work: laid out first in temporary tables, which nobody waits for, then done in one turn."""

    store: Store
    connection: Connection

    @contextmanager
    def laying_out(self) -> Iterator[Records]:
        """A transaction that reads, and writes temporary tables only: they stay for what follows."""
        self.connection.execution_options(reading=True)
        with self.connection.begin():
            yield Records(self.connection)

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """As `Store.transaction`."""
        with self.store.turns.turn(self.store.patience) as seconds:
            self.connection.execution_options(reading=False, seconds=seconds)
            with self.connection.begin():
                yield Records(self.connection)
        tell(self.connection)


class Store:
    """One database."""

    def __init__(self, engine: Engine, turns: Turns | None = None, patience: Patience = JOBS) -> None:
        self.engine, self.turns, self.patience = engine, turns or Turns(), patience

    @classmethod
    def open(cls, url: str) -> Store:
        """Open the database of an SQLAlchemy URL; nothing is created yet."""
        return cls(open_engine(url))

    def for_visitors(self, seconds: float) -> Store:
        """The same database for somebody who sits in front of a page, and will not sit there for a minute."""
        return Store(self.engine, self.turns, Patience(seconds, MOST_VISITORS))

    @contextmanager
    def reading(self) -> Iterator[Records]:
        """A transaction that only reads, on a state that does not change under it."""
        with open_to_read(self.engine) as connection, connection.begin():
            yield Records(connection)

    @contextmanager
    def transaction(self, patience: Patience | None = None) -> Iterator[Records]:
        """A transaction that writes: all of it or nothing; Busy when its turn did not come in time."""
        with self._turn(patience or self.patience) as connection, connection.begin():
            yield Records(connection)

    @contextmanager
    def brief(self) -> Iterator[Records]:
        """A transaction for what may be left undone: Busy at once where another one writes."""
        with self.transaction(AT_ONCE) as records:
            yield records

    @contextmanager
    def workbench(self) -> Iterator[Workbench]:
        """A connection of its own, for the length of a `with`; its temporary tables go with it."""
        with self.engine.connect() as connection:
            connection.detach()
            yield Workbench(self, connection)

    @contextmanager
    def _turn(self, patience: Patience) -> Iterator[Connection]:
        with self.turns.turn(patience) as seconds, self.engine.connect() as connection:
            yield connection.execution_options(reading=False, seconds=seconds)

    @contextmanager
    def snapshot(self) -> Iterator[Records]:
        """A copy of the records in which everything may be done, and nothing of it stays; nobody waits for it.

        A copy of an SQLite file lies beside it for that long. CommandRefused where there is no room.
        """
        from tracker.storage.snapshots import snapshot_of  # for the forecast alone

        with snapshot_of(self.engine, Path(self.engine.url.database or "").parent) as connection:
            yield Records(connection)
