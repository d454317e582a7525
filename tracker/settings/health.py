"""How others learn that the program works."""

import re

from pydantic import Field, field_validator

from tracker.settings.reasons import refused
from tracker.settings.section import Section


class HealthSettings(Section):
    """A watchdog inside the office's network that is asked for a page every minute while all is well."""

    ping: str | None = None
    timeout_seconds: float = Field(default=10, gt=0)

    @field_validator("ping")
    @classmethod
    def _whole(cls, ping: str | None) -> str | None:
        if ping is not None and not re.match(r"https?://[^/\s]+", ping):
            raise ValueError(
                refused(ping, "http://kanshi.example.lg.jp/zesei のように、http:// か https:// から書いてください。")
            )
        return ping
