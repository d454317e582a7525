"""Taking register files in: all of them or none, with everything that is wrong said at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.dates import wareki
from tracker.domain.events import Event, Happened, Occasion
from tracker.domain.guidance import CouncilPaper
from tracker.domain.registers import BY_STEM, FINDING, IMPROVEMENT_PLAN, Register
from tracker.registers.examining import NO_ROWS, examine_keys, examine_reference
from tracker.registers.guidance import Followed, find_departments, follow_plans
from tracker.registers.paper_import import paper_rows, read_paper
from tracker.registers.reading import Reading, RegisterFile
from tracker.registers.sources import Sources, sources_of
from tracker.registers.tables import file_hash
from tracker.registers.troubles import BadCell, Troubles
from tracker.settings import Settings
from tracker.storage.database import room_for_bulk
from tracker.storage.staging import Counts, Examples, Stage
from tracker.storage.store import Records, Store
from tracker.storage.versions import next_import_day

EXAMPLES = 20
SHRUNK = 0.5  # an export that lost this share of its rows is probably cut off: said, not refused


@dataclass(frozen=True)
class Change:
    """What one file did, or would do, to its register."""

    register: str
    file: str
    encoding: str
    rows: int
    counts: Counts
    examples: Examples | None = None


@dataclass
class ImportReport:
    """What an import did, or would do."""

    as_of: date
    changes: list[Change] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    tasks: Followed = field(default_factory=Followed)
    papers: list[CouncilPaper] = field(default_factory=list)


@dataclass(frozen=True)
class Importer:
    """One import: the settings it reads by, its as-of day, and who runs it."""

    settings: Settings
    as_of: date
    occasion: Occasion
    allow_empty: bool = False
    as_of_given: bool = True  # otherwise a paper by itself counts from the day printed on it

    def take(
        self, store: Store, paths: Sequence[Path], *, dry_run: bool = False,
        finish: Callable[[Records, ImportReport], None] = lambda records, report: None,
    ) -> ImportReport:  # fmt: skip
        """Import files and folders in one transaction; with `dry_run` the same, rolled back.

        `finish` is called at the end of the transaction: what it records stands or falls with the import.
        Raises InputRefused that lists every bad file and row; then nothing was changed.
        """
        troubles = Troubles()
        sources = sources_of(list(paths), troubles)
        papers = self._read_papers(sources, troubles)
        if papers and not sources.files and not self.as_of_given:
            self = replace(self, as_of=papers[0][1].written_on)
        files = self._open_all(sources, troubles)
        if not files:
            self._refuse(troubles)
        with store.trial() if dry_run else store.transaction() as records, room_for_bulk(records.connection):
            report = ImportReport(self.as_of)
            report.notices += [
                f"「{name}」は台帳のファイルではないので読み飛ばしました。" for name in sources.passed_over
            ]
            if self.as_of > self.occasion.on_day:
                report.notices.append(f"基準日 {wareki(self.as_of)}は今日より後の日付です。")
            self._take_files(records, files, troubles, report, with_examples=dry_run)
            for path, paper in papers:
                self._take_paper(records, path, paper, report, with_examples=dry_run)
            find_departments(records, self.as_of, self.occasion)
            finish(records, report)
            return report

    def _take_paper(
        self, records: Records, path: Path, paper: CouncilPaper, report: ImportReport, *, with_examples: bool
    ) -> None:
        """Add what a council paper says; nothing is ended by what it leaves out."""
        departments = records.departments(self.as_of) or records.departments(self.occasion.on_day)
        rows, notices = paper_rows(paper, departments, self.settings)
        report.papers.append(paper)
        report.notices += notices
        facts = {"source": path.name, "sha256": file_hash(path), "reading": "paper", "whole": False}
        for register in (FINDING, IMPROVEMENT_PLAN):
            stage = Stage(records.versions(register))
            stage.add([(number, *row) for number, row in enumerate(rows[register.stem], start=1)])
            stage.finish()
            self.settle(records, stage, facts, report, with_examples=with_examples)

    def _read_papers(self, sources: Sources, troubles: Troubles) -> list[tuple[Path, CouncilPaper]]:
        papers = []
        for path in sources.papers:
            with troubles.of():
                papers.append((path, read_paper(path)))
        return papers

    def _open_all(self, sources: Sources, troubles: Troubles) -> list[RegisterFile]:
        files = []
        for register, path in sources.files:
            with troubles.of(register.stem):
                settings = self.settings.register_settings(register.stem)
                files.append(RegisterFile(register, path, settings, self.settings.limits))
        return files

    def _take_files(
        self, records: Records, files: list[RegisterFile], troubles: Troubles, report: ImportReport, *,
        with_examples: bool,
    ) -> None:  # fmt: skip
        broken: dict[str, Stage] = {}  # later files are still checked against what a refused one holds
        for file in files:
            if not self._is_known(records, file, report):
                result = Reading()
                stage = self._stage(records, file, result, troubles, broken)
                if result.bad or file.register.stem in troubles.unread:
                    broken[file.register.stem] = stage
                else:
                    facts = {"source": file.name, "sha256": file.table.sha256, "reading": file.reading, "whole": True}
                    facts["notices"] = result.notices
                    self.settle(records, stage, facts, report, with_examples=with_examples)
                troubles.cells += result.bad
                report.notices += result.notices
        self._refuse(troubles)

    def _is_known(self, records: Records, file: RegisterFile, report: ImportReport) -> bool:
        """The same bytes, read the same way, as what already holds on this day: only their age changes."""
        newest = records.versions(file.register).newest_import(self.as_of)
        if newest is None or (newest.sha256, newest.reading) != (file.table.sha256, file.reading):
            return False
        if any(reference.strict for reference in file.register.references):
            targets = [records.versions(BY_STEM[r.register]) for r in file.register.references if r.strict]
            if any(target.has_ended_since(newest, self.as_of) for target in targets):
                return False  # what the rows refer to may be gone since
        if newest.as_of < self.as_of:
            facts = {"source": file.name, "sha256": newest.sha256, "reading": newest.reading, "whole": True}
            self._record(records, file.register, facts, newest.row_count, Counts(), [])
        report.changes.append(Change(file.register.stem, file.name, file.table.encoding, newest.row_count, Counts()))
        return True

    def _stage(
        self, records: Records, file: RegisterFile, result: Reading, troubles: Troubles, broken: dict[str, Stage]
    ) -> Stage:
        """The file's rows beside the register, with all that is wrong with them told."""
        stem, limit = file.register.stem, self.settings.limits.bad_rows_shown
        stage = Stage(records.versions(file.register))
        with troubles.of(stem):
            for rows in file.rows(self.as_of, result):
                stage.add(rows)
        if not (stage.count() or self.allow_empty or stem in troubles.unread):
            result.bad.append(BadCell(file.name, 0, "", NO_ROWS))
        examine_keys(stage, file, result, limit)
        for reference in file.register.references:
            if reference.register not in troubles.unread:
                unknown = stage.unknown(reference, self.as_of, limit, broken.get(reference.register))
                examine_reference(reference, unknown, file, result)
        return stage

    def settle(
        self, records: Records, stage: Stage, facts: dict[str, Any], report: ImportReport, *, with_examples: bool
    ) -> None:
        """Compare, write down, apply."""
        whole, register = bool(facts["whole"]), stage.register
        counts, rows = stage.compare(self.as_of, whole=whole), stage.count()
        known = records.checks.count(register.stem, self.as_of)
        if known >= 10 and counts.ended > known * SHRUNK:
            report.notices.append(
                f"台帳「{register.stem}」の{known}件のうち{counts.ended}件がなくなります。"
                "出力が途中で切れていないか確かめてください。"
            )
        examples = stage.examples(self.as_of, EXAMPLES, whole=whole) if with_examples else None
        name = str(facts["source"])
        report.changes.append(Change(register.stem, name, str(facts["reading"]).split("/")[0], rows, counts, examples))
        newest = records.versions(register).newest_import(self.as_of)
        repeated = newest is not None and newest.sha256 == facts["sha256"] and newest.as_of == self.as_of
        if counts.any or not repeated:
            number = self._record(records, register, facts, rows, counts, facts.get("notices", []))
            if counts.any:
                until = next_import_day(records.connection, register, self.as_of)
                stage.apply(number, self.as_of, until, counts, whole=whole)
                if register is IMPROVEMENT_PLAN and until is None:  # a later export has already said otherwise
                    report.tasks += follow_plans(records, self.as_of, self.occasion)
        stage.close()

    def _record(
        self, records: Records, register: Register, facts: dict[str, Any], rows: int, counts: Counts, notices: list[str]
    ) -> int:
        numbers = {"added": counts.added, "changed": counts.changed, "ended": counts.ended}
        about = {"as_of": self.as_of, "imported_at": self.occasion.at, "row_count": rows, "notices": notices}
        number = records.versions(register).record_import(facts | about | numbers)
        event_facts = numbers | {
            "import": number,
            "as_of": self.as_of,
            "source": facts["source"],
            "sha256": facts["sha256"],
        }
        records.events.append(
            [Event(Happened.REGISTER_IMPORTED, f"register:{register.stem}", self.occasion, event_facts)]
        )
        return number

    def _refuse(self, troubles: Troubles) -> None:
        troubles.refuse(self.settings.limits.bad_rows_shown)
