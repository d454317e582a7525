"""The follow-up form as values: a row per finding, with its 措置区分 as municipalities publish it."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.reports.measures import Measure


@dataclass(frozen=True)
class FollowUpRow:
    """One finding; `kind` is 指摘 or 意見, `status` the word of its 措置区分, `month` a day in the month of (planned)
    completion, None when there is none to name."""

    number: str
    law: str
    clause: str
    kind: str
    department: str
    subject: str
    gist: str
    status: str
    measures: tuple[Measure, ...]
    month: date | None = None
    decided_on: date | None = None
    decided_by: str = ""
    document_no: str = ""


@dataclass(frozen=True)
class FollowUpForm:
    """The form as of its 基準日; `counts` are the findings in each 措置区分, A to E."""

    office: str
    division: str
    on_day: date
    as_of_at: datetime
    rows: tuple[FollowUpRow, ...]
    counts: tuple[tuple[str, int], ...]
