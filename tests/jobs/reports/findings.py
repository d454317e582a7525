"""Offices with findings: the one of the council's paper, made-up ones, and what happens to their measures."""

import hashlib
from datetime import date, time
from pathlib import Path
from typing import Any

import yaml

from tests.builders import take
from tests.jobs.situations import Row, an_occasion, an_office, at
from tests.leaving_out import leave_out
from tests.registers.test_council_paper import EXAMPLE
from tracker.office import Office
from tracker.storage.submissions import Attachment

REAL = Path(__file__).parents[3].parent / "shared" / "domain"
PAPER_DAY = date(2023, 12, 19)
EXAMPLE_DAY = date(2024, 10, 22)


def office_of_the_paper(folder: Path) -> Office:
    """The ward of the real paper, which was taken in on its day."""
    if not REAL.exists():
        leave_out("the council paper does not lie beside the project")
    office = an_office(folder, '[office]\nname = "杉並区"\ndivision_name = "政策経営部 情報管理課"\n')
    take(office, REAL / "council-paper-2023-12-19.txt", on=PAPER_DAY)
    return office


def facts_of_the_paper() -> Any:
    return yaml.safe_load((REAL / "council-paper.yaml").read_text(encoding="utf-8"))


def office_of_the_example(folder: Path) -> Office:
    """The made-up city, whose paper was taken in on its day."""
    office = an_office(folder, '[office]\nname = "ひばり野市"\ndivision = "情報政策課"\ndivision_name = "情報政策課"\n')
    take(office, EXAMPLE, on=EXAMPLE_DAY)
    return office


def a_finding(number: str = "R5-1", *, law: str = "番号法", **cells: str) -> Row:
    return Row("指導事項", {
        "指導番号": number, "法律": law, "条項": "番号法ガイドライン②F", "件名": "操作権限", "指導内容": "権限が残っていた。",
        "所属コード": "0101", "指導日": "2023-10-02",
    } | cells)  # fmt: skip


def a_plan(branch: str = "1", action: str = "操作権限を停止する", *, of: str = "R5-1", **cells: str) -> Row:
    given = {"指導番号": of, "枝番": branch, "改善策": action, "期限": "", "状態": "予定", "完了日": ""}
    return Row("改善策", given | cells)


def carry(office: Office, key: str, step: str, *arguments: Any, on: date, **named: Any) -> None:
    """Take one step with a task: complete, extend, withdraw, reopen."""
    with office.store.transaction() as records:
        task = records.tasks.find(f"finding:{key}")
        assert task is not None
        records.tasks.save(*getattr(task, step)(*arguments, an_occasion(on), **named))


def attach(office: Office, key: str, name: str, on: date) -> str:
    """A document for a task, added at noon; its SHA-256."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    with office.store.transaction() as records:
        records.submissions.attach([Attachment(f"finding:{key}", name, sha256, 5, at(on, time(12)), "職員０１")])
    return sha256
