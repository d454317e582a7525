"""Guidance from files: what an import would make of findings and measures, and the import that makes just that."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.domain.dates import wareki
from tracker.domain.errors import CommandRefused, InputRefused
from tracker.domain.registers import FINDING, IMPROVEMENT_PLAN
from tracker.domain.tasks import Origin, Task
from tracker.registers.importing import Importer, ImportReport
from tracker.registers.sources import register_of
from tracker.storage.findings import FindingEntry
from tracker.storage.store import Records, Store

TAKEN = (FINDING, IMPROVEMENT_PLAN)
OTHER = "「{}」は、ここでは取り込めません。審議会資料のテキスト（.txt）か、指導事項・改善策という名前の CSV・Excel を選んでください。"
AHEAD = "資料の日付（{}）が今日より後です。日付を確かめてください。"
MOVED = "確認した後に、ほかの取込みなどで記録が変わりました。取り込んでいません。下の新しい内容を確かめてください。"


@dataclass(frozen=True)
class State:
    """Findings and their tasks at one moment of a transaction."""

    findings: dict[str, FindingEntry]
    tasks: dict[str, Task]

    @classmethod
    def of(cls, records: Records, day: date) -> "State":
        """As they stand now, the findings as known on a day."""
        findings = {one.finding_no: one for one in records.findings.known_on(day)}
        return cls(findings, {task.key: task for task in records.tasks.of_origin(Origin.FINDING)})


@dataclass(frozen=True)
class Outlook:
    """What an import makes: new, changed and ended findings, new and changed tasks; and what it could not be sure of."""

    as_of: date
    added: tuple[FindingEntry, ...]
    changed: tuple[tuple[FindingEntry, FindingEntry], ...]
    ended: tuple[FindingEntry, ...]
    new_tasks: tuple[Task, ...]
    changed_tasks: tuple[tuple[Task, Task], ...]
    notices: tuple[str, ...]

    @property
    def changes_nothing(self) -> bool:
        """Everything stands so already."""
        return not (self.added or self.changed or self.ended or self.new_tasks or self.changed_tasks)

    @property
    def stamp(self) -> str:
        """What a page carries, to accept just this and nothing else."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def refuse_other_files(paths: Sequence[Path]) -> None:
    """Raise InputRefused for a file that holds no guidance, before anything is read."""
    for path in paths:
        if path.suffix.lower() != ".txt" and register_of(path) not in TAKEN:
            raise InputRefused(OTHER.format(path.name))


def look_ahead(store: Store, importer: Importer, paths: Sequence[Path]) -> Outlook:
    """What the import would make, by doing it and rolling it back. InputRefused lists everything that is wrong."""
    return _taken(store, importer, paths, None)


def accept(store: Store, importer: Importer, paths: Sequence[Path], stamp: str) -> Outlook:
    """The import, when it makes just what was looked over; CommandRefused otherwise, and nothing is changed."""
    return _taken(store, importer, paths, stamp)


def _taken(store: Store, importer: Importer, paths: Sequence[Path], stamp: str | None) -> Outlook:
    refuse_other_files(paths)
    today, found = importer.occasion.on_day, list[Outlook]()
    with store.reading() as records:
        before = State.of(records, today)

    def finish(records: Records, report: ImportReport) -> None:
        if report.as_of > today:
            raise InputRefused(AHEAD.format(wareki(report.as_of)))
        found.append(_outlook(before, State.of(records, today), report))
        if stamp is not None and found[0].stamp != stamp:
            raise CommandRefused(MOVED)

    importer.take(store, paths, dry_run=stamp is None, finish=finish)
    return found[0]


def _outlook(before: State, after: State, report: ImportReport) -> Outlook:
    old, new, tasks = before.findings, after.findings, after.tasks
    return Outlook(
        report.as_of,
        tuple(new[key] for key in new if key not in old),
        tuple((old[key], new[key]) for key in new if key in old and old[key] != new[key]),
        tuple(old[key] for key in old if key not in new),
        tuple(sorted((tasks[key] for key in tasks if key not in before.tasks), key=_as_printed)),
        tuple((before.tasks[key], tasks[key]) for key in tasks if before.tasks.get(key, tasks[key]) != tasks[key]),
        tuple(report.notices),
    )  # fmt: skip


def _as_printed(task: Task) -> tuple[str, int, str]:
    """By finding, then by branch: 10 comes after 9."""
    return task.origin_ref, len(task.key), task.key
