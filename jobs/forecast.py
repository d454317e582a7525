"""What will go out if nothing changes: the days to come lived through by the jobs' own code, in a copy of the records."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from jobs.checking import Checker
from jobs.checks import all_checks
from jobs.letters import Post, queue_letters
from jobs.morning import writings
from jobs.reports.monday import issue_and_tell
from jobs.runner import Work
from jobs.situation import Situation
from jobs.timetable import Timetable
from jobs.unanswered import unanswered_letter
from tracker.domain.events import Occasion
from tracker.domain.letter_links import text_without
from tracker.handing_over import carry_over
from tracker.office import Office
from tracker.storage.forecasts import ForecastLetter
from tracker.storage.outbox import QueuedLetter
from tracker.storage.store import Records

DAYS_AHEAD = 30
BY = "送信の予定"
Living = Callable[[Records, Office, Occasion], None]


def forecast_letters(office: Office, now: datetime, until: date) -> list[ForecastLetter]:
    """Every letter from now to the end of a day: what waits already, then what each job of each day would queue.

    The checks run too, so that an absence that will reach its 90th day is seen. It lives in a copy of the records, for
    an office with many tasks takes minutes, and nobody is kept from writing meanwhile.
    """
    with office.store.snapshot() as records:
        letters = [_foreseen(letter) for letter in records.outbox.waiting()]
        for due, live in _days(office, now, until):
            occasion = Occasion(BY, due, office.clock.day_of(due))
            before = records.outbox.newest_id()
            live(records, office, occasion)
            letters += [_foreseen(letter) for letter in records.outbox.since(before)]
    return sorted(letters, key=lambda letter: letter.on_day)


def keep_forecast(work: Work) -> None:
    """The daily job: the next 30 days, for the page that shows them."""
    office, occasion = work.office, work.occasion
    until = occasion.on_day + timedelta(days=DAYS_AHEAD)
    letters = forecast_letters(office, occasion.at, until)
    with office.store.transaction() as records:
        records.forecasts.replace(letters, occasion.at)
    work.summary = f"{DAYS_AHEAD}日間に{len(letters)}通の予定"


def _check(records: Records, office: Office, occasion: Occasion) -> None:
    checker = Checker(office.settings, office.calendar, occasion, occasion.on_day)
    for check in all_checks():
        checker.look(records, check)


def _hand_over(records: Records, office: Office, occasion: Occasion) -> None:
    carry_over(records, occasion)


def _remind(records: Records, office: Office, occasion: Occasion) -> None:
    post = Post(office, occasion)
    situation = Situation.read(records, office, occasion)
    queue_letters(records, [write() for _, write in writings(situation, post)], occasion)


def _report(records: Records, office: Office, occasion: Occasion) -> None:
    issue_and_tell(records, office, occasion)


def _tell_unanswered(records: Records, office: Office, occasion: Occasion) -> None:
    letter = unanswered_letter(records, Situation.read(records, office, occasion), Post(office, occasion))
    if letter is not None:
        queue_letters(records, [letter], occasion)


LIVING: dict[str, Living] = {
    "checks": _check, "handovers": _hand_over, "reminders": _remind, "weekly_report": _report, "unanswered": _tell_unanswered,
}  # fmt: skip


def _days(office: Office, now: datetime, until: date) -> Iterator[tuple[datetime, Living]]:
    """The jobs that look, remind and report, at the instants at which they are due."""
    timetable = Timetable(office.settings.timetable, office.calendar, office.clock.zone)
    end = datetime.combine(until, time(23, 59, 59), office.clock.zone)
    due = list[tuple[datetime, int, Living]]()
    for name, live in LIVING.items():
        moment = timetable.next_due(name, now)
        while moment <= end:
            due.append((moment, timetable.order(name), live))
            moment = timetable.next_due(name, moment)
    for moment, _, live in sorted(due, key=lambda entry: entry[:2]):
        yield moment, live


def _foreseen(letter: QueuedLetter) -> ForecastLetter:
    return ForecastLetter(
        letter.on_day, letter.kind, letter.department_code, letter.addressee, letter.recipients, letter.subject,
        text_without(letter.body_text),
    )  # fmt: skip
