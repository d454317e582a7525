"""One run of the delivery after the other, at the instants the outbox asks for; and what is shown of it."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from jobs.registry import runner_of
from tests.jobs.situations import at, letters, whose_clock_stands_still
from tracker.domain.events import Occasion
from tracker.office import Office
from tracker.storage.job_runs import JobRun

MONDAY = date(2023, 7, 10)
NOW = at(MONDAY, clock_time(9))
A_MINUTE = timedelta(minutes=1)


def deliver(office: Office, moment: datetime) -> JobRun:
    """One run of the delivery, as if no time passed in it."""
    return runner_of(whose_clock_stands_still(office)).run_by_hand("delivery", Occasion("試験", moment, MONDAY))


def next_asked_for(office: Office) -> datetime | None:
    """The earliest instant for which the outbox asks for another try."""
    return min((letter.next_attempt_at for letter in letters(office) if letter.next_attempt_at), default=None)


def troubled(office: Office) -> list[str]:
    """What the first page shows under 送れなかった通知."""
    with office.store.reading() as records:
        return [letter.key for letter in records.outbox.troubled()]


def wait_until(it_is_so: Callable[[], bool]) -> None:
    last = time.monotonic() + 60
    while not it_is_so():
        assert time.monotonic() < last, "it did not come within a minute"
        time.sleep(0.02)
