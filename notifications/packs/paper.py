"""The tables of a pack as a paper, for its workbook and its list in CSV."""

from datetime import date

from notifications.packs.values import EvidenceFile, HistoryLine, LetterFile, PackIndex, TaskShown
from notifications.papers import Cell, Column, Heading, Kind, Paper, Table, Words
from tracker.domain.dates import wareki

TASKS, HISTORY, EVIDENCE, LETTERS = "対応", "経過", "証跡", "通知"
_TASK_COLUMNS = (
    Column("番号", Kind.NUMBER), Column("状況", Kind.SHORT), Column("期限", Kind.DAY), Column("期限の表記"),
    Column("当初の期限", Kind.DAY), Column("件名"), Column("内容"), Column("所管課"), Column("担当者"), Column("もと"),
    Column("登録日", Kind.DAY), Column("完了・取下げ日", Kind.DAY), Column("完了・取下げの記載"), Column("証跡"),
)  # fmt: skip
_HISTORY_COLUMNS = (
    Column("対応の番号", Kind.NUMBER), Column("件名"), Column("日付", Kind.DAY), Column("時刻", Kind.SHORT), Column("だれが"),
    Column("できごと"), Column("内容", weight=2),
)  # fmt: skip
_EVIDENCE_COLUMNS = (
    Column("対応の番号", Kind.NUMBER), Column("ファイル名"), Column("入っている場所"), Column("添えた日", Kind.DAY), Column("添えた者"),
    Column("バイト数", Kind.NUMBER), Column("SHA-256"),
)  # fmt: skip
_LETTER_COLUMNS = (Column("日付", Kind.DAY), Column("種類"), Column("宛先"), Column("件名"), Column("入っている場所"))


def pack_paper(index: PackIndex) -> Paper:
    """What the pack is about, and its tables of tasks, documents and letters."""
    as_of = f"{wareki(index.as_of, weekday=True)}の終わりの時点の記録"
    facts = tuple(f"{label}　{words}" for label, words in index.facts)
    troubles = tuple(f"▲ 証跡「{one.name}」は入っていません。{one.why_missing}" for one in index.troubles)
    blocks = (
        Words(facts), *((Words(troubles),) if troubles else ()), Heading(TASKS), task_table(index), Heading(HISTORY),
        _history_table(index), Heading(EVIDENCE),
        _evidence_table(index), Heading(LETTERS), _letter_table(index),
    )  # fmt: skip
    return Paper(index.title, index.office, index.division, index.subtitle, as_of, index.as_of, blocks, landscape=True)


def task_table(index: PackIndex) -> Table:
    """The tasks, the overdue ones standing out."""
    marked = frozenset(place for place, task in enumerate(index.tasks) if task.is_overdue)
    return Table(TASKS, _TASK_COLUMNS, [_task_row(task) for task in index.tasks], marked=marked)


def _task_row(task: TaskShown) -> tuple[Cell, ...]:
    evidence = "\n".join(one.name for one in task.evidence)
    return (
        task.number, task.state, task.deadline, task.deadline_printed, task.first_deadline, task.title, task.body,
        task.department, task.officer, task.origin, task.opened_on, task.closed_on, task.closing_note,
        evidence,
    )  # fmt: skip


def _history_table(index: PackIndex) -> Table:
    rows = [_history_row(task, line) for task in index.tasks for line in task.history]
    return Table(HISTORY, _HISTORY_COLUMNS, rows)


def _history_row(task: TaskShown, line: HistoryLine) -> tuple[Cell, ...]:
    details = "\n".join(filter(None, line.details))
    return task.number, task.title, line.at.date(), f"{line.at:%H:%M}", line.by, line.what, details


def _evidence_table(index: PackIndex) -> Table:
    rows = [(task.number, one) for task in index.tasks for one in task.evidence]
    marked = frozenset(place for place, (_, one) in enumerate(rows) if one.is_bad)
    return Table(EVIDENCE, _EVIDENCE_COLUMNS, [_evidence_row(number, one) for number, one in rows], marked=marked)


def _evidence_row(number: int, one: EvidenceFile) -> tuple[Cell, ...]:
    return number, one.name, one.path or one.why_missing, one.added_on, one.added_by, one.size, one.sha256


def _letter_table(index: PackIndex) -> Table:
    return Table(LETTERS, _LETTER_COLUMNS, [_letter_row(one) for one in index.letters])


def _letter_row(one: LetterFile) -> tuple[Cell, ...]:
    day: date = one.on_day
    return day, one.kind, one.addressee, one.subject, one.page
