"""完了: the division holds a finding to be answered in full; and takes that back when it is not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.domain.errors import SubmissionRefused
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.moves import refuse_long_text, refuse_text
from tracker.domain.tasks import Task

NOTHING_ASKED = "この指導事項には改善策がありません。先に、改善策を登録してください。"


@dataclass(frozen=True)
class FindingClosing:
    """That a finding was held to be answered, by whom and when; over when it was taken back."""

    finding_no: str
    closed_on: date
    closed_at: datetime
    closed_by: str
    note: str = ""
    reopened_on: date | None = None
    reopened_by: str = ""
    reopening_reason: str = ""
    id: int = 0

    @property
    def holds(self) -> bool:
        """Not taken back."""
        return self.reopened_on is None

    def reopen(self, reason: str, occasion: Occasion) -> tuple["FindingClosing", Event]:
        """Take it back; SubmissionRefused without a reason."""
        refuse_text("reason", reason, "完了を取り消す理由を書いてください。記録に残ります。")
        over = replace(self, reopened_on=occasion.on_day, reopened_by=occasion.by, reopening_reason=reason)
        return over, Event(Happened.FINDING_REOPENED, f"finding:{self.finding_no}", occasion, {"reason": reason})


def all_done(tasks: Sequence[Task]) -> bool:
    """Whether every measure is completed or withdrawn, and at least one completed."""
    return any(task.completed_on for task in tasks) and not any(task.is_open for task in tasks)


def close(finding_no: str, tasks: Sequence[Task], note: str, occasion: Occasion) -> tuple[FindingClosing, Event]:
    """Hold a finding to be answered; SubmissionRefused while a measure is open, or when there is none."""
    if not tasks:
        raise SubmissionRefused("", NOTHING_ASKED)
    if still_open := sum(task.is_open for task in tasks):
        raise SubmissionRefused(
            "", f"まだ終わっていない改善策が{still_open}件あります。すべて終わってから完了としてください。"
        )
    if not all_done(tasks):
        refuse_text("note", note, "改善策がすべて取下げになっています。完了とする理由を書いてください。")
    refuse_long_text("note", note)
    closing = FindingClosing(finding_no, occasion.on_day, occasion.at, occasion.by, note)
    return closing, Event(Happened.FINDING_CLOSED, f"finding:{finding_no}", occasion, {"note": note})
