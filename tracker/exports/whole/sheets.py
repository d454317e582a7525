"""The sheets of everything: registers as known on a day, tasks retold, findings with their measures, and whole tables."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.domain.events import Happened
from tracker.domain.register_files import OUR_HEADING
from tracker.domain.registers import REGISTERS, Register
from tracker.domain.tasks import STANDING_WORDS, Origin, Task
from tracker.storage.handed_out import OUTGOING, Outgoing, rows_out
from tracker.storage.retelling import Retelling
from tracker.storage.screens.register_rows import RowsWanted, all_rows
from tracker.storage.store import Records

Row = Sequence[Any]
ORIGIN_WORDS = {Origin.FINDING: "指導事項", Origin.FLAG: "検査", Origin.DUTY: "定期業務", Origin.RESOLUTION: "審議会"}
TASK_COLUMNS: tuple[tuple[str, Callable[[Task, "Whole"], Any]], ...] = (
    ("対応のキー", lambda task, whole: task.key),
    ("もと", lambda task, whole: ORIGIN_WORDS[task.origin]),
    ("もとの番号", lambda task, whole: task.origin_ref),
    ("件名", lambda task, whole: task.title),
    ("内容", lambda task, whole: task.body),
    ("所属コード", lambda task, whole: task.department_code),
    ("所管課", lambda task, whole: whole.names.get(task.department_code or "", "")),
    ("所管課の表記", lambda task, whole: task.department_printed),
    ("状況", lambda task, whole: STANDING_WORDS[task.standing(whole.day)]),
    ("期限", lambda task, whole: task.deadline),
    ("期限の表記", lambda task, whole: task.deadline_printed),
    ("当初の期限", lambda task, whole: task.first_deadline),
    ("登録日", lambda task, whole: task.opened_on),
    ("着手日", lambda task, whole: task.started_on),
    ("報告日（確認待ち）", lambda task, whole: task.answered_on),
    ("完了日", lambda task, whole: task.completed_on),
    ("取下げ日", lambda task, whole: task.withdrawn_on),
    ("完了・取下げの記載", lambda task, whole: task.closing_note),
    ("担当者の職員番号", lambda task, whole: task.officer_no),
    ("措置の決定", lambda task, whole: task.measure),
    ("決裁日", lambda task, whole: task.approved_on),
    ("決裁者", lambda task, whole: task.approver),
    ("文書番号", lambda task, whole: task.document_no),
    ("効果", lambda task, whole: task.effect),
)
MEASURE_HEADINGS = (
    "指導番号", "法律", "条項", "件名", "指導内容", "指導日", "対応のキー", "改善策", "所属コード", "所管課", "期限", "期限の表記", "状況",
    "完了日",
)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """The records as of the end of a day (`day_ends` is the instant)."""

    records: Records
    told: Retelling
    names: dict[str, str]
    day_ends: datetime

    @property
    def day(self) -> date:
        """The day."""
        return self.told.day


@dataclass(frozen=True)
class Sheet:
    """One CSV file: its name, what it tells, its headings, and where its rows come from."""

    name: str
    about: str
    headings: tuple[str, ...]
    rows: Callable[[Whole], Iterable[Row]]


def all_sheets() -> list[Sheet]:
    """Every sheet, in the order of the file."""
    made = [
        Sheet("対応", "しなければならないこと（指導事項の改善策、検査の検知、定期業務など）", tuple(h for h, _ in TASK_COLUMNS), _tasks),
        Sheet("指導事項と改善策", "指導事項ごとに、改善策としての対応を一行ずつ", MEASURE_HEADINGS, _measures),
        Sheet("再指摘", "前にも同じ指摘があったことの結び付け", ("指導番号", "前の指導番号"), _recurrences),
    ]  # fmt: skip
    return [*map(_of_register, REGISTERS), *made, *map(_of_table, OUTGOING)]


def _of_register(register: Register) -> Sheet:
    def rows(whole: Whole) -> Iterator[Row]:
        for row in all_rows(whole.records.connection, RowsWanted(register, whole.day)):
            yield (*row, "")

    headings = (*(column.header for column in register.columns), OUR_HEADING)
    return Sheet(f"台帳/{register.stem}", f"台帳「{register.stem}」の、その日に分かっていた行", headings, rows)


def _of_table(outgoing: Outgoing) -> Sheet:
    def rows(whole: Whole) -> Iterator[Row]:
        return rows_out(whole.records.connection, outgoing, whole.day, whole.day_ends)

    return Sheet(outgoing.name, outgoing.about, tuple(outgoing.columns.values()), rows)


def _tasks(whole: Whole) -> Iterator[Row]:
    for key in sorted(whole.told.identities):
        task = whole.told.task(key)
        yield [value(task, whole) for _, value in TASK_COLUMNS]


def _measures(whole: Whole) -> Iterator[Row]:
    measures, known = whole.told.of_findings(), set[str]()
    for one in whole.told.past.findings():
        known.add(one.finding_no)
        head = (one.finding_no, one.law, one.clause or one.clause_printed, one.subject, one.gist, one.given_on)
        own = measures.get(one.finding_no, [])
        yield from ((*head, *_measure(task, whole)) for task in own)
        if not own:
            yield (*head, *[None] * (len(MEASURE_HEADINGS) - len(head)))
    for number in sorted(measures.keys() - known):  # no longer in the register
        yield from ((number, *[None] * 5, *_measure(task, whole)) for task in measures[number])


def _measure(task: Task, whole: Whole) -> Row:
    code = task.department_code
    return (
        task.key, task.title, code, whole.names.get(code or "", ""), task.deadline, task.deadline_printed,
        STANDING_WORDS[task.standing(whole.day)], task.completed_on,
    )  # fmt: skip


def _recurrences(whole: Whole) -> Iterable[Row]:
    links = dict[tuple[str, str], None]()
    for event in whole.told.past.happened(Happened.RECURRENCE_NOTED, Happened.RECURRENCE_REVOKED):
        link = (event.about.removeprefix("finding:"), str(event.facts.get("earlier") or ""))
        links.pop(link, None)
        if event.kind == Happened.RECURRENCE_NOTED:
            links[link] = None
    return sorted(links)
