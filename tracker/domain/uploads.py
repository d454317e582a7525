"""Uploads of register files: looked at first, taken in when somebody has accepted what they would change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

HELD = timedelta(hours=2)  # how long files are held that only a token names
KEPT = timedelta(days=3)  # how long an upload that nobody accepted, and the files of any, are kept
LARGE_LOSS = 0.3  # a file that ends this share of a register's rows is pointed out, and accepted only with a tick


class UploadState(StrEnum):
    """How far an upload has come."""

    WAITING = "waiting"
    EXAMINING = "examining"
    READY = "ready"
    ACCEPTED = "accepted"
    IMPORTING = "importing"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    DROPPED = "dropped"


QUEUED = {UploadState.WAITING: UploadState.EXAMINING, UploadState.ACCEPTED: UploadState.IMPORTING}
AT_WORK = {running: waiting for waiting, running in QUEUED.items()}
UNDECIDED = (UploadState.WAITING, UploadState.READY)


@dataclass(frozen=True)
class UploadedFile:
    """A file as it was sent: its name, the hash of its bytes, their number."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Upload:
    """Some files uploaded together. `report` says what they would change, did change, or why they were refused."""

    state: UploadState
    as_of: date
    files: tuple[UploadedFile, ...]
    made_at: datetime
    made_by: str
    changed_at: datetime
    allow_empty: bool = False
    accepted_at: datetime | None = None
    accepted_by: str = ""
    version: int = 1
    report: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0

    @property
    def is_moving(self) -> bool:
        """Whether its page will say something else soon."""
        return self.state in QUEUED or self.state in AT_WORK

    @property
    def losses(self) -> list[Mapping[str, Any]]:
        """What it would end so much of that somebody must look twice."""
        return [change for change in self.report.get("changes", ()) if change["loss"] >= LARGE_LOSS]
