"""A council paper as rows of the registers of findings and improvement plans."""

from pathlib import Path
from typing import Any

from tracker.domain.dates import short_wareki, wareki
from tracker.domain.departments import Department, department_named
from tracker.domain.errors import InputRefused
from tracker.domain.guidance import CouncilPaper, PrintedFinding, PrintedMeasure
from tracker.domain.registers import FINDING, GUIDANCE_KINDS, IMPROVEMENT_PLAN
from tracker.registers.council_paper import read_council_paper
from tracker.registers.encodings import encoding_of
from tracker.settings import Settings

Rows = dict[str, list[tuple[Any, ...]]]


def read_paper(path: Path, limit_mb: int) -> CouncilPaper:
    """Read a council paper from a text file; InputRefused says what could not be read."""
    if not path.exists():
        raise InputRefused(f"「{path}」がありません。ファイル名とフォルダーを確かめてください。")
    if path.stat().st_size > limit_mb * 1024 * 1024:
        raise InputRefused(f"「{path.name}」は審議会資料としては大きすぎます（上限 {limit_mb} MB）。")
    text = path.read_text(encoding=encoding_of(path, lambda line: True))
    try:
        return read_council_paper(text)
    except InputRefused as refusal:
        raise InputRefused(f"「{path.name}」: {refusal}") from None


def paper_rows(paper: CouncilPaper, departments: list[Department], settings: Settings) -> tuple[Rows, list[str]]:
    """Register rows of a paper's findings and measures, and what the reader should look over."""
    rows: Rows = {FINDING.stem: [], IMPROVEMENT_PLAN.stem: []}
    notices = []
    for finding in paper.findings:
        names = finding.departments or (settings.office.division,)
        found = department_named(names[0], departments)
        if found is None:
            notices.append(
                f"{finding.number} の所管課「{names[0]}」は台帳「組織」にありません。組織を取り込むと結び付きます。"
            )
        if finding.clause is None:
            notices.append(
                f"{finding.number} の条項「{finding.clause_printed}」は条項一覧にありません。印字のまま記録します。"
            )
        code = found.code if found else None
        rows[FINDING.stem].append(_finding_row(paper, finding, names, code))
        rows[IMPROVEMENT_PLAN.stem] += [_plan_row(paper, finding, m, names[0], code) for m in finding.measures]
    return rows, notices


def finding_no(paper: CouncilPaper, finding: PrintedFinding) -> str:
    """R5.12.19-1(1): the paper's day and the number printed in it."""
    return f"{short_wareki(paper.written_on)}-{finding.number}"


def _finding_row(
    paper: CouncilPaper, finding: PrintedFinding, names: tuple[str, ...], code: str | None
) -> tuple[Any, ...]:
    values = {
        "finding_no": finding_no(paper, finding), "law": finding.law, "clause_printed": finding.clause_printed,
        "subject": finding.subject, "gist": finding.gist, "department_code": code,
        "given_on": _iso(paper.written_on), "clause": finding.clause, "departments_printed": "、".join(names),
        "systems_printed": "、".join(finding.systems) or None,
        "source": f"{paper.title}（{wareki(paper.written_on)}）", "guidance_kind": GUIDANCE_KINDS[0],
        "given_by": None, "document_no": None,
    }  # fmt: skip
    return tuple(values[name] for name in FINDING.names)


def _plan_row(
    paper: CouncilPaper, finding: PrintedFinding, measure: PrintedMeasure, name: str, code: str | None
) -> tuple[Any, ...]:
    done_on = measure.done_on or (paper.written_on if measure.state.is_done else None)
    values = {
        "finding_no": finding_no(paper, finding), "branch": str(measure.branch), "action": measure.action,
        "department_code": code, "deadline_printed": measure.deadline_printed or None, "state": measure.state.value,
        "completed_on": _iso(done_on), "department_printed": name, "officer_no": None,
    }  # fmt: skip
    return tuple(values[name] for name in IMPROVEMENT_PLAN.names)


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())
