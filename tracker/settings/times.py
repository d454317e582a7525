"""When each scheduled job runs."""

from datetime import time
from typing import Any, Literal

from pydantic import Field, field_validator

from tracker.settings.reasons import refused
from tracker.settings.section import Section


class JobTimes(Section):
    """When one job runs: at a time on every day, on open days or a weekday; or every few minutes."""

    at: time | None = None
    on: Literal["every-day", "open-days", "mon", "tue", "wed", "thu", "fri"] = "every-day"
    every_minutes: int | None = Field(default=None, ge=1)

    @field_validator("at", mode="before")
    @classmethod
    def _no_number(cls, at: Any) -> Any:
        if isinstance(at, (int, float)):  # seconds since midnight to pydantic; 830 is not half past eight
            raise ValueError(refused(at, '"08:30" のように書いてください。'))
        return at


class TimetableSettings(Section):
    """When each scheduled job runs, in the office's zone."""

    intake: JobTimes = JobTimes(at=time(5, 30))
    checks: JobTimes = JobTimes(at=time(6, 0))
    handovers: JobTimes = JobTimes(at=time(6, 15))
    reminders: JobTimes = JobTimes(at=time(8, 30), on="open-days")
    weekly_report: JobTimes = JobTimes(at=time(8, 30), on="mon")
    unanswered: JobTimes = JobTimes(at=time(8, 30), on="mon")
    forecast: JobTimes = JobTimes(at=time(6, 30))
    delivery: JobTimes = JobTimes(every_minutes=1)
    bounces: JobTimes = JobTimes(every_minutes=15)
