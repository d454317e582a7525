"""Every scheduled job on one screen: what runs when, and when each is due next.

inspection      every day 03:00      what is wrong with the installation, documents read through, leftovers put right
backup          every day 04:00      one archive of everything, put back beside to see that it can be
intake          every day 05:30      takes in what other systems left
checks          every day 06:00      looks at the registers
handovers       every day 06:15      what an ended department left goes to its successor
forecast        every day 06:30      what will go out in the next 30 days
reminders       open days 08:30      decides who is told what
weekly_report   Monday 08:30         (the next open day when closed)
unanswered      Monday 08:30         which departments do not answer
delivery        every minute         sends what waits
bounces         every 15 minutes     what came back

Each runs beside the others; those of one morning in the order of AFTER. What failed is tried again on its day.
And without a time of its own, at the next tick after somebody asked for it:
requested_checks                     looks at the registers again
requested_reports                    issues a report of any day
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.domain.calendar import OfficeCalendar
from tracker.settings import JobTimes, TimetableSettings

NAMES = (
    "inspection", "backup", "intake", "checks", "handovers", "forecast", "reminders", "weekly_report", "unanswered",
    "delivery", "bounces",
)  # fmt: skip
ASKED_CHECKS, ASKED_REPORTS = "requested_checks", "requested_reports"
ASKED = (ASKED_CHECKS, ASKED_REPORTS)
# Of several that are due on one morning, which goes first. Nobody waits for the intake, which waits for other machines:
# what it brings after the checks is looked at by them once more. Nobody waits for one that is longer at work than its deadline.
AFTER: Mapping[str, Sequence[str]] = {
    "handovers": ("checks",),
    "forecast": ("checks", "handovers"),
    "reminders": ("checks", "handovers"),
    "weekly_report": ("checks", "handovers", "reminders"),
    "unanswered": ("checks", "handovers", "reminders"),
}
WORDS = {
    "every-day": "毎日", "open-days": "開庁日", "mon": "毎週月曜日（閉庁日は次の開庁日）",
    "tue": "毎週火曜日（閉庁日は次の開庁日）", "wed": "毎週水曜日（閉庁日は次の開庁日）",
    "thu": "毎週木曜日（閉庁日は次の開庁日）", "fri": "毎週金曜日（閉庁日は次の開庁日）",
}  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
LONGEST_CLOSURE = timedelta(days=31)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Timetable:
    """When jobs are due, in the office's zone and by its calendar."""

    settings: TimetableSettings
    calendar: OfficeCalendar
    zone: ZoneInfo

    def words(self, name: str) -> str:
        """A job's times as shown to people; they also tell whether the settings changed."""
        times = self._times(name)
        if times.every_minutes:
            return f"{times.every_minutes}分ごと"
        return f"{WORDS[times.on]} {times.at:%H:%M}"

    def order(self, name: str) -> int:
        """Which of two jobs due at the same instant runs first."""
        return NAMES.index(name)

    def deadline_of(self, name: str) -> timedelta:
        """How long a job may be at work before that is told and nobody waits for it any more."""
        return self.settings.deadline_of(name)

    def wait_after(self, name: str, tries: int) -> timedelta | None:
        """How long after so many tries a run that failed is tried again; None when it is not.

        What comes every few minutes comes again by itself, and of what was asked for, whoever asked is told.
        """
        waits = self.settings.retry_minutes
        if name in ASKED or self._times(name).every_minutes or tries > len(waits):
            return None
        return timedelta(minutes=waits[tries - 1])

    def next_due(self, name: str, after: datetime) -> datetime:
        """The first instant after `after` at which the job is due."""
        times = self._times(name)
        if times.every_minutes:
            # At the full minute: a tick that comes a little early must not find that nothing is due.
            minute = after.astimezone(UTC).replace(second=0, microsecond=0)
            return (minute + timedelta(minutes=times.every_minutes)).astimezone(self.zone)
        day = after.astimezone(self.zone).date() - (ONE_DAY if times.on == "every-day" else LONGEST_CLOSURE)
        while (due := self._due_of(times, day)) is None or due <= after.astimezone(UTC):
            day += ONE_DAY
        return due.astimezone(self.zone)

    def _due_of(self, times: JobTimes, day: date) -> datetime | None:
        """When the run of a day is due, in UTC: two times of one zone are compared by their clock faces alone.

        A time that summer time leaves out is the one that a clock shows which was not put forward; of one that
        comes twice, the first.
        """
        assert times.at is not None
        if times.on in WEEKDAYS and WEEKDAYS.index(times.on) != day.weekday():
            return None
        day = day if times.on == "every-day" else self.calendar.open_day_from(day)
        return datetime.combine(day, times.at, self.zone).astimezone(UTC)

    def _times(self, name: str) -> JobTimes:
        times: JobTimes = getattr(self.settings, name)
        return times
