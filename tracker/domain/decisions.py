"""Decisions as an office records them: who approved on which day under which number, and what was decided."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.errors import SubmissionRefused

LONGEST_DOCUMENT_NO = 60


class Approver(StrEnum):
    """決裁者区分: how high the decision went. The approval itself is made in the document system, not here."""

    NOT_SAID = ""
    SECTION_CHIEF = "section-chief"
    CHIEF = "chief"
    DIRECTOR = "director"
    DEPUTY_HEAD = "deputy-head"
    HEAD = "head"


class MeasureDecision(StrEnum):
    """What the division decided on the measure itself; nothing for the usual case, that it is taken."""

    NOTHING = ""
    CONSIDERED = "considered"
    NOT_TAKEN = "not-taken"


class Effect(StrEnum):
    """What the look some months after completion found."""

    UNKNOWN = ""
    HOLDS = "holds"
    RECURRED = "recurred"


@dataclass(frozen=True)
class Approval:
    """決裁日, 決裁者区分 and 文書番号 of one decision; each may be missing."""

    on: date | None = None
    by: Approver = Approver.NOT_SAID
    document_no: str = ""

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.on or self.by or self.document_no)


def refuse_approval(approval: Approval, today: date) -> None:
    """Raise SubmissionRefused for an approval of a day to come or with a number longer than is kept."""
    if approval.on and approval.on > today:
        raise SubmissionRefused("approved_on", "決裁日は、今日までの日にしてください。")
    if len(approval.document_no) > LONGEST_DOCUMENT_NO:
        raise SubmissionRefused("document_no", f"文書番号は{LONGEST_DOCUMENT_NO}字以内で書いてください。")
