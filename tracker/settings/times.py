"""When each scheduled job runs."""

from datetime import time, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from tracker.settings.reasons import refused
from tracker.settings.section import Section


class JobTimes(Section):
    """When one job runs: at a time on every day, on open days or a weekday; or every few minutes."""

    at: time | None = None
    on: Literal["every-day", "open-days", "mon", "tue", "wed", "thu", "fri"] = "every-day"
    every_minutes: int | None = Field(default=None, ge=1)
    deadline_minutes: float = Field(default=60, gt=0)  # one that is longer at work is told, and nobody waits for it

    @field_validator("at", mode="before")
    @classmethod
    def _no_number(cls, at: Any) -> Any:
        if isinstance(at, (int, float)):  # seconds since midnight to pydantic; 830 is not half past eight
            raise ValueError(refused(at, '"08:30" のように書いてください。'))
        return at


class TimetableSettings(Section):
    """When each scheduled job runs, in the office's zone; after how many minutes a failed run is tried again.

    `grace_seconds` is how long what is at work may go on when the program is told to end.
    """

    retry_minutes: tuple[Annotated[float, Field(gt=0)], ...] = (5, 15, 60)
    grace_seconds: float = Field(default=15, ge=0)
    inspection: JobTimes = JobTimes(at=time(3, 0), deadline_minutes=120)
    backup: JobTimes = JobTimes(at=time(4, 0), deadline_minutes=240)
    intake: JobTimes = JobTimes(at=time(5, 30), deadline_minutes=30)
    checks: JobTimes = JobTimes(at=time(6, 0))
    handovers: JobTimes = JobTimes(at=time(6, 15))
    reminders: JobTimes = JobTimes(at=time(8, 30), on="open-days")
    weekly_report: JobTimes = JobTimes(at=time(8, 30), on="mon")
    unanswered: JobTimes = JobTimes(at=time(8, 30), on="mon")
    forecast: JobTimes = JobTimes(at=time(6, 30))
    delivery: JobTimes = JobTimes(every_minutes=1)
    bounces: JobTimes = JobTimes(every_minutes=15, deadline_minutes=15)

    def deadline_of(self, name: str) -> timedelta:
        """How long a job may be at work."""
        times = getattr(self, name, None)
        return timedelta(minutes=(times if isinstance(times, JobTimes) else JobTimes()).deadline_minutes)
