"""What commands print: the import's outcome in Japanese and as JSON."""

from collections.abc import Iterable
from typing import Any

from tracker.domain.dates import wareki
from tracker.domain.guidance import CouncilPaper
from tracker.domain.registers import BY_STEM
from tracker.domain.text import printable, shown
from tracker.registers.importing import Change, ImportReport

LONGEST = 1_000  # characters of one text of a paper or of an example


def import_as_json(report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    """The import's outcome for a program."""
    return {
        "as_of": report.as_of, "dry_run": dry_run, "registers": [_change_as_json(change) for change in report.changes],
        "findings": [finding for paper in report.papers for finding in _paper_as_json(paper)],
        "tasks": {"opened": report.tasks.opened, "closed": report.tasks.closed, "changed": report.tasks.changed},
        "notices": report.notices,
    }  # fmt: skip


def import_as_text(report: ImportReport, *, dry_run: bool) -> str:
    """The import's outcome for a person."""
    what = "取り込むと、次のようになります（まだ取り込んでいません）" if dry_run else "取り込みました"
    heading = f"{wareki(report.as_of)}現在の台帳として{what}。"
    lines = [heading]
    for paper in report.papers:
        lines += _paper_lines(paper)
    for change in report.changes:
        lines += _change_lines(change)
    if report.tasks.opened or report.tasks.closed or report.tasks.changed:
        lines.append(
            f"  対応: 新規 {report.tasks.opened}、完了・取下げ {report.tasks.closed}、変更 {report.tasks.changed}"
        )
    return "\n".join(map(printable, lines))


def _change_lines(change: Change) -> list[str]:
    counts = change.counts
    what = f"追加 {counts.added}、変更 {counts.changed}、終了 {counts.ended}" if counts.any else "変更なし"
    lines = [f"  {change.register}: {change.rows}件（{what}）"]
    if change.examples:
        headers = {column.name: column.header for column in BY_STEM[change.register].columns}
        lines += [f"    ＋ {_key(key)}" for key in change.examples.added]
        for key, pairs in change.examples.changed:
            told = "、".join(f"{headers[name]} {_shown(old)} → {_shown(new)}" for name, old, new in pairs)
            lines.append(f"    ～ {_key(key)}: {told}")
        lines += [f"    － {_key(key)}" for key in change.examples.ended]
        shown = len(change.examples.added) + len(change.examples.changed) + len(change.examples.ended)
        if (rest := counts.added + counts.changed + counts.ended - shown) > 0:
            lines.append(f"    ほか {rest}件")
    return lines


def _paper_lines(paper: CouncilPaper) -> list[str]:
    lines = [f"  {paper.title}（{wareki(paper.written_on)}） 指導事項 {len(paper.findings)}件"]
    for finding in paper.findings:
        lines.append(f"  {finding.number} {finding.law} {shown(finding.subject)}")
        lines.append(f"      条項 {finding.clause_printed} → {finding.clause or '（一覧にない条項）'}")
        lines.append(
            f"      所管課 {'、'.join(finding.departments) or '（記載なし）'}　システム {'、'.join(finding.systems) or '－'}"
        )
        lines.append(f"      要旨 {shown(finding.gist, LONGEST)}")
        for measure in finding.measures:
            when = f"期限 {measure.deadline_printed}（{measure.deadline}）" if measure.deadline else ""
            done = f"完了 {measure.done_on or paper.written_on}" if measure.state.is_done else ""
            lines.append(
                f"      {measure.branch} [{measure.state.value}] {shown(measure.action, LONGEST)} {when}{done}".rstrip()
            )
    return lines


def _change_as_json(change: Change) -> dict[str, Any]:
    counts, examples = change.counts, change.examples
    facts: dict[str, Any] = {
        "register": change.register, "file": change.file, "encoding": change.encoding, "rows": change.rows,
        "added": counts.added, "changed": counts.changed, "ended": counts.ended,
    }  # fmt: skip
    if examples:
        changed = [
            {"key": _cut(key), "columns": {name: _cut((old, new)) for name, old, new in pairs}}
            for key, pairs in examples.changed
        ]
        facts["examples"] = {
            "added": [_cut(key) for key in examples.added],
            "changed": changed,
            "ended": [_cut(key) for key in examples.ended],
        }
    return facts


def _paper_as_json(paper: CouncilPaper) -> list[dict[str, Any]]:
    return [
        {
            "number": f.number, "law": f.law, "clause_printed": f.clause_printed, "clause": f.clause, "subject": f.subject,
            "gist": f.gist, "departments": list(f.departments), "systems": list(f.systems),
            "tasks": [
                {
                    "branch": m.branch, "title": m.action, "state": m.state.value, "deadline_printed": m.deadline_printed,
                    "deadline": m.deadline, "done": m.state.is_done,
                    "completed_on": (m.done_on or paper.written_on) if m.state.is_done else None,
                }
                for m in f.measures
            ],
        }
        for f in paper.findings
    ]  # fmt: skip


def _cut(values: Iterable[Any]) -> list[Any]:
    """Values as a program reads them, of a long text its beginning."""
    return [shown(value, LONGEST) if isinstance(value, str) else value for value in values]


def _key(key: tuple[Any, ...]) -> str:
    return " ".join(shown(str(part)) for part in key)


def _shown(value: Any) -> str:
    if value is None:
        return "（空欄）"
    return ("○" if value else "×") if isinstance(value, bool) else shown(str(value))
