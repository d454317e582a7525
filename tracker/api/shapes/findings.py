"""Findings and how far their measures have come."""

from datetime import date

from pydantic import Field

from tracker.api.shapes.fields import Shown
from tracker.api.shapes.tasks import TaskLine
from tracker.storage.findings import FindingEntry
from tracker.storage.screens.tasks import Progress


class ProgressShown(Shown):
    """指導事項の進み具合（対応の件数）"""

    total: int = Field(description="対応の件数")
    completed: int = Field(description="完了")
    withdrawn: int = Field(description="取下げ")
    overdue: int = Field(description="期限超過")
    next_deadline: date | None = Field(description="終わっていない対応のうち最も早い期限")


class FindingLine(Shown):
    """指導事項"""

    finding_no: str = Field(description="指導番号")
    law: str = Field(description="法律")
    clause: str | None = Field(description="条項")
    clause_printed: str | None = Field(description="文書に書かれたとおりの条項")
    subject: str = Field(description="件名")
    gist: str = Field(description="指導内容")
    department: str | None = Field(description="所管課の所属コード")
    departments_printed: str | None = Field(description="文書に書かれたとおりの所管課")
    systems_printed: str | None = Field(description="文書に書かれたとおりのシステム")
    given_on: date | None = Field(description="指導日")
    source: str | None = Field(description="出典")
    progress: ProgressShown = Field(description="進み具合")


class FindingShown(FindingLine):
    """指導事項とその対応"""

    tasks: list[TaskLine] = Field(description="対応、期限の早い順")


def finding_line(finding: FindingEntry, progress: Progress) -> FindingLine:
    """A finding as the register knows it, with its progress."""
    facts = {name: getattr(finding, name) for name in _SAME}
    return FindingLine(department=finding.department_code, progress=ProgressShown.model_validate(progress), **facts)


_SAME = FindingLine.model_fields.keys() & FindingEntry.__annotations__.keys()
