"""Writing a pack: evidence under its own names, histories, letters, the list of tasks, the index, the manifests."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO

from jobs.packs.collecting import Belongings, Wording, belongings_of, packed_mail
from jobs.packs.subject import Subject
from notifications.packs import (
    EvidenceFile,
    LetterFile,
    PackIndex,
    TaskShown,
    letter_page,
    letter_text,
    pack_paper,
    render_history,
    render_index,
    task_table,
)
from notifications.papers import Cell, render_xlsx
from tracker import __version__
from tracker.domain.audience import Audience
from tracker.domain.dates import wareki
from tracker.domain.errors import EvidenceRefused
from tracker.domain.register_files import guarded
from tracker.evidence import EVIDENCE_FOLDER, EvidenceFolder
from tracker.exports.packing import Pack
from tracker.office import Office
from tracker.storage.retelling import Retelling
from tracker.storage.store import Records
from tracker.storage.submissions import Attachment
from tracker.web.words import LETTER_KINDS

TITLE = "引継ぎの一式"
INDEX, WORKBOOK, LIST = "index.html", "対応一覧.xlsx", "対応一覧.csv"
BOM = b"\xef\xbb\xbf"
TAKEN_AWAY = "この日の後に取り除かれました（{day}、{reason}）。"


def write_pack(file: IO[bytes], records: Records, office: Office, told: Retelling, subject: Subject) -> PackIndex:
    """The pack of a subject as of the retelling's day; the same records and day give the same bytes.

    Documents that are not what was kept are left out: the index's `troubles` name them.
    """
    found = belongings_of(records, told, subject)
    writing = _Writing(
        Pack(file), office, told, Wording.of(records, told, found.tasks, office.clock.zone), subject.reader
    )
    tasks = writing.tasks(found)
    settings = office.settings.office
    index = PackIndex(
        TITLE, subject.title, settings.name, settings.division_name, told.day, subject.facts, tasks,
        tuple(writing.letters(found)), (WORKBOOK, LIST),
        writing.wording.history(told.past.about(subject.about)) if subject.about else (),
    )  # fmt: skip
    writing.finish(index)
    return index


@dataclass(frozen=True)
class _Writing:
    pack: Pack
    office: Office
    told: Retelling
    wording: Wording
    reader: Audience

    def tasks(self, found: Belongings) -> tuple[TaskShown, ...]:
        day_ends = datetime.combine(self.told.day + timedelta(days=1), time(0), self.office.clock.zone)
        documents = self.told.past.evidence([task.key for task in found.tasks], day_ends)
        return tuple(
            self.wording.shown(
                number, task, self.pack.free_name("経過/", f"{number:03} {task.title}.html"), found.events[task.key],
                [self._document(number, one) for one in self.reader.documents(documents.get(task.key, ()))],
            )
            for number, task in enumerate(found.tasks, start=1)
        )  # fmt: skip

    def letters(self, found: Belongings) -> Iterator[LetterFile]:
        for letter in found.letters:
            mail = packed_mail(letter)
            page = self.pack.free_name("通知/", f"{letter.on_day} {letter.subject}.html")
            text = self.pack.free_name("通知/", f"{letter.on_day} {letter.subject}.txt")
            self.pack.add(page, letter_page(mail).encode("utf-8", "replace"))
            self.pack.add(text, BOM + letter_text(mail).replace("\n", "\r\n").encode("utf-8", "replace"))
            yield LetterFile(
                letter.on_day, LETTER_KINDS.get(letter.kind, letter.kind), letter.addressee, letter.subject, page, text
            )

    def finish(self, index: PackIndex) -> None:
        for task in index.tasks:
            self.pack.add(task.path, render_history(task, index).encode())
        self.pack.add(WORKBOOK, render_xlsx(pack_paper(index)))
        self.pack.add(LIST, _list(index))
        self.pack.add(INDEX, render_index(index).encode())
        self.pack.close(
            kind="zesei-pack", version=__version__, office=index.office, subject=index.subtitle,
            as_of=index.as_of.isoformat(), missing=[_missing(one) for one in index.evidence if not one.path],
        )  # fmt: skip

    def _document(self, number: int, one: Attachment) -> EvidenceFile:
        added_on = one.added_at.astimezone(self.office.clock.zone).date()
        path, why, is_bad = "", "", False
        if one.removed_at is not None:
            removed_on = one.removed_at.astimezone(self.office.clock.zone).date()
            why = TAKEN_AWAY.format(day=wareki(removed_on), reason=one.removal_reason or "理由の記載なし")
        else:
            try:
                content = EvidenceFolder(self.office.data_dir / EVIDENCE_FOLDER).read(one.sha256)
                path = self.pack.free_name(f"証跡/{number:03}/", one.name)
                self.pack.add(path, content, original=one.name)
            except EvidenceRefused as refusal:
                why, is_bad = str(refusal), True
        return EvidenceFile(one.name, path, one.sha256, one.size, added_on, one.added_by, why, is_bad)


def _list(index: PackIndex) -> bytes:
    """The table of tasks as CSV, which no program takes for formulas."""
    table, written = task_table(index), io.StringIO()
    lines = csv.writer(written)
    lines.writerow([column.title for column in table.columns])
    lines.writerows([_cell(value) for value in row] for row in table.rows)
    return BOM + written.getvalue().encode("utf-8", "replace")


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return guarded(value)
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _missing(one: EvidenceFile) -> dict[str, str]:
    return {"name": one.name, "sha256": one.sha256, "why": one.why_missing}
