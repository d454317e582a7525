"""How others learn that the program works, and when the inspection speaks up."""

import re

from pydantic import Field, field_validator

from tracker.settings.reasons import refused
from tracker.settings.section import Section


class HealthSettings(Section):
    """A watchdog inside the office's network that is asked for a page every minute while all is well.

    `free_mb` is the least room on the disk; `evidence_minutes` how long a night reads documents through;
    `kept_aside_days` how long files lie aside that no entry names.
    """

    ping: str | None = None
    timeout_seconds: float = Field(default=10, gt=0)
    free_mb: int = Field(default=500, ge=0)
    evidence_minutes: int = Field(default=30, ge=1)
    kept_aside_days: int = Field(default=90, ge=1)

    @field_validator("ping")
    @classmethod
    def _whole(cls, ping: str | None) -> str | None:
        if ping is not None and not re.match(r"https?://[^/\s]+", ping):
            raise ValueError(
                refused(ping, "http://kanshi.example.lg.jp/zesei のように、http:// か https:// から書いてください。")
            )
        return ping
