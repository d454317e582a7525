"""Guidance typed into a form: every field read at once, what is wrong said of each, the rest turned into rows."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain.dates import read_date, short_wareki
from tracker.domain.deadlines import read_deadline
from tracker.domain.errors import DateUnreadable, Refusal
from tracker.domain.registers import GUIDANCE_KINDS
from tracker.law import clause_normalised
from tracker.storage.findings import FindingEntry, PlanEntry

MOST_PLANS = 5
PLANNED = "予定"
LONGEST = {
    "given_by": 100, "document_no": 100, "finding_no": 40, "law": 100, "clause": 200, "subject": 200, "gist": 5_000,
    "systems": 300, "action": 2_000,
}  # fmt: skip
Typed = Mapping[str, str]


class TypedRefused(Refusal):
    """Fields that cannot be taken: a sentence for each."""

    def __init__(self, troubles: Mapping[str, str]) -> None:
        super().__init__("".join(troubles.values()))
        self.troubles = troubles


@dataclass(frozen=True)
class ReadPlan:
    """One measure as typed, and the day that its printed deadline means."""

    number: int
    action: str
    department_code: str | None
    deadline_printed: str
    deadline: date | None

    def entry(self, finding_no: str, branch: str, today: date) -> PlanEntry:
        """As the register of improvement plans holds it."""
        return PlanEntry(
            finding_no, branch, self.action, self.department_code, self.deadline_printed or None, PLANNED, None, None,
            None, today,
        )  # fmt: skip


@dataclass
class Reading:
    """What is read field by field, and what is wrong with which."""

    typed: Typed
    departments: Collection[str]
    today: date
    troubles: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, when_blank: str = "", longest: int = 0) -> str:
        """A text; with `when_blank` it must be there."""
        value, longest = self.typed.get(name, "").strip(), longest or LONGEST[name]
        if not value and when_blank:
            self.troubles[name] = when_blank
        if len(value) > longest:
            self.troubles[name] = f"{longest:,}字以内で書いてください（今は{len(value):,}字です）。"
        return value

    def day(self, name: str, when_blank: str) -> date | None:
        """A day that is not after today."""
        value = self.typed.get(name, "").strip()
        if not value:
            self.troubles[name] = when_blank
            return None
        day = self._dated(name, lambda: read_date(value).day)
        if day and day > self.today:
            self.troubles[name] = "今日より後の日です。日付を確かめてください。"
        return day

    def department(self, name: str) -> str | None:
        """One of the departments known today; None for the choice 未定."""
        code = self.typed.get(name, "")
        if code and code not in self.departments:
            self.troubles[name] = "所管課を選び直してください。"
        return code or None

    def plan(self, number: int, written_on: date, department: str | None) -> ReadPlan | None:
        """The measure in one block of the form; None when nothing is typed there."""
        action_field, deadline_field = f"action-{number}", f"deadline-{number}"
        printed = " ".join(self.typed.get(deadline_field, "").split())
        if not self.typed.get(action_field, "").strip() and not printed:
            return None
        action = self.text(action_field, "改善策の内容を書いてください。", LONGEST["action"])
        deadline = self._dated(deadline_field, lambda: read_deadline(printed, written_on).day)
        own = self.department(f"department-{number}") or department
        return ReadPlan(number, action, own, printed, deadline)

    def refuse(self) -> None:
        """Raise TypedRefused when anything is wrong."""
        if self.troubles:
            raise TypedRefused(self.troubles)

    def _dated(self, name: str, read: Callable[[], date | None]) -> date | None:
        try:
            return read()
        except DateUnreadable as trouble:
            self.troubles[name] = str(trouble)
            return None


def read_finding(reading: Reading, taken: Collection[str]) -> FindingEntry:
    """The finding that is typed, its number given when none is; troubles stay in the reading.

    `taken` are the numbers that findings have already.
    """
    if reading.typed.get("kind", "") not in GUIDANCE_KINDS:
        reading.troubles["kind"] = "指導、助言、勧告、命令のどれかを選んでください。"
    given_on = reading.day("given_on", "文書の日付を書いてください（例: R6.3.18、令和6年3月18日）。")
    law = reading.text("law", "法律の名前を書いてください。")
    clause = reading.text("clause") or None
    return FindingEntry(
        finding_no=_number(reading, given_on, taken), law=law, clause_printed=clause,
        subject=reading.text("subject", "件名を書いてください。"),
        gist=reading.text("gist", "指導の内容を書いてください。"), department_code=reading.department("department"),
        given_on=given_on, clause=full_clause(law, clause), departments_printed=None,
        systems_printed=reading.text("systems") or None, source=None,
        guidance_kind=reading.typed.get("kind", ""),
        given_by=reading.text("given_by", "発出者を書いてください（例: 個人情報保護委員会）。"),
        document_no=reading.text("document_no") or None,
    )  # fmt: skip


def read_plans(reading: Reading, finding: FindingEntry) -> list[ReadPlan]:
    """The measures that are typed; words without a year count from the document's day."""
    written_on = finding.given_on or reading.today
    plans = (reading.plan(number, written_on, finding.department_code) for number in range(1, MOST_PLANS + 1))
    return [plan for plan in plans if plan]


def full_clause(law: str, printed: str | None) -> str | None:
    """The full text of a clause, with the law's name before it where the clause lacks one; None when unknown."""
    return (clause_normalised(printed) or clause_normalised(f"{law}{printed}")) if printed else None


def same_document(one: FindingEntry, other: FindingEntry) -> bool:
    """Whether two findings stand in one document."""
    return document_of(one) == document_of(other)


def document_of(finding: FindingEntry) -> tuple[str, str, date | None, str, str]:
    """What tells one document from another."""
    return (
        finding.guidance_kind or "", finding.given_by or "", finding.given_on, finding.document_no or "",
        finding.source or "",
    )  # fmt: skip


def in_document(finding: FindingEntry, changed: FindingEntry) -> FindingEntry:
    """A finding of the same document, as the document reads now."""
    return replace(
        finding, guidance_kind=changed.guidance_kind, given_by=changed.given_by, given_on=changed.given_on,
        document_no=changed.document_no,
    )  # fmt: skip


def _number(reading: Reading, given_on: date | None, taken: Collection[str]) -> str:
    typed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", reading.text("finding_no")))
    if typed in taken:
        reading.troubles["finding_no"] = f"「{typed}」は、もうあります。別の番号にしてください。"
    if re.search(r"[/?#%\\]", typed):
        reading.troubles["finding_no"] = "番号に / ? # % は使えません。"
    if typed or given_on is None:
        return typed
    stem, number = short_wareki(given_on), 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
