"""What a pack is about: a finding or a department, as known on a day, and which tasks are its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.domain.audience import WHOLE_OFFICE, Audience, of_department
from tracker.domain.dates import wareki
from tracker.domain.departments import department_named
from tracker.domain.errors import CommandRefused
from tracker.domain.tasks import Origin, Task
from tracker.storage.retelling import Retelling
from tracker.storage.store import Records

LABELS = {
    "law": "法律", "clause": "条項", "gist": "指導内容", "given_on": "指導日", "given_by": "発出者", "document_no": "文書番号",
    "departments_printed": "所管課の表記", "systems_printed": "システム", "source": "出典",
}  # fmt: skip
ONE_OF_THEM = "--finding か --department の、どちらか一つを指定してください。"


@dataclass(frozen=True)
class Subject:
    """What the pack is about; `department` is its code, nothing for a finding."""

    title: str
    facts: tuple[tuple[str, str], ...]
    owns: Callable[[Task], bool]
    department: str = ""
    about: str = ""  # under which name the trail speaks of the finding itself

    @property
    def reader(self) -> Audience:
        """For whom the pack is: the office for a finding, else the department, which takes it along."""
        return of_department(self.department) if self.department else WHOLE_OFFICE


def subject_of(records: Records, told: Retelling, finding: str | None, department: str | None) -> Subject:
    """The subject of that number or code; CommandRefused for one that was unknown on that day, for both and for none."""
    if (finding is None) == (department is None):
        raise CommandRefused(ONE_OF_THEM)
    if finding is not None:
        return _finding(told, finding.strip())
    return _department(records, told, (department or "").strip())


def _finding(told: Retelling, number: str) -> Subject:
    known = {one.finding_no: one for one in told.past.findings()}.get(number)
    if known is None and number not in told.of_findings():
        raise CommandRefused(
            f"指導事項「{number}」は、{wareki(told.day)}の時点の記録にありません。番号を確かめてください。"
        )
    facts = [("指導番号", number)]
    for name, label in LABELS.items():
        value = getattr(known, name, None)
        if value:
            facts.append((label, wareki(value) if isinstance(value, date) else str(value)))
    title = f"指導事項　{number}" + (f"　{known.subject}" if known else "")
    return Subject(
        title,
        tuple(facts),
        lambda task: task.origin is Origin.FINDING and task.origin_ref == number,
        about=f"finding:{number}",
    )


def _department(records: Records, told: Retelling, asked: str) -> Subject:
    names = told.past.departments()
    found = department_named(asked, records.departments(told.day))
    code = found.code if found else asked
    if not found and code not in names:
        raise CommandRefused(
            f"「{asked}」という課は、{wareki(told.day)}までの台帳「組織」にないか、二つ以上あります。所属コードで指定してください。"
        )
    facts = (("所属コード", code), ("所管課", found.full_name if found else names[code]))
    return Subject(names.get(code, code), facts, lambda task: task.department_code == code, code)
