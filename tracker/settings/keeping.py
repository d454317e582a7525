"""Backups that are taken by night."""

from pathlib import Path

from pydantic import Field

from tracker.settings.section import Section


class BackupSettings(Section):
    """Where the nightly backup lies and how many are kept; without a folder, none is taken.

    With a key file (32 bytes or more) it is encrypted, and holds the office's key too.
    """

    folder: Path | None = None
    key_file: Path | None = None
    keep_daily: int = Field(default=7, ge=1)
    keep_weekly: int = Field(default=5, ge=0)
    keep_monthly: int = Field(default=12, ge=0)
    told_after_days: int = Field(default=7, ge=1)  # without a new one
