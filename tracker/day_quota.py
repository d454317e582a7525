"""How much one department may send in one day: a link that got about, or a page that repeats itself, fills no disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.errors import SubmissionRefused
from tracker.office import Office
from tracker.storage.store import Records

MEGABYTE = 1 << 20
TOO_MANY = "1日に添えられるファイルは、一つの所管課で{files}件までです。明日送るか、情報管理課に連絡してください。"
TOO_MUCH = "1日に添えられるファイルは、一つの所管課で合わせて{mb}MBまでです。明日送るか、情報管理課に連絡してください。"


@dataclass(frozen=True)
class DayQuota:
    """What is left of a day that began at `since`; documents that were taken away again count, for they were sent."""

    files: int
    mb: int
    since: datetime

    @classmethod
    def of(cls, office: Office) -> "DayQuota":
        """The office's, today."""
        settings, clock = office.settings.answers, office.clock
        return cls(settings.day_files, settings.day_mb, clock.start_of(clock.today()))

    def refuse(self, records: Records, department_code: str | None, coming: Sequence[int] = ()) -> None:
        """Raise SubmissionRefused when what is entered and what is coming (sizes) are too much; never for the division."""
        if department_code is None:
            return
        files, size = records.submissions.sent_since(department_code, self.since)
        if files + len(coming) > self.files:
            raise SubmissionRefused("files", TOO_MANY.format(files=self.files))
        if size + sum(coming) > self.mb * MEGABYTE:
            raise SubmissionRefused("files", TOO_MUCH.format(mb=self.mb))
