"""Taking register files in: all of them or none, with everything that is wrong said at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from tracker.domain.dates import wareki
from tracker.domain.events import Occasion
from tracker.domain.guidance import CouncilPaper
from tracker.domain.registers import BY_STEM, FINDING, IMPROVEMENT_PLAN
from tracker.registers.examining import NO_ROWS, NONE_YET, examine_keys, examine_reference
from tracker.registers.guidance import find_departments
from tracker.registers.paper_import import paper_rows, read_paper
from tracker.registers.reading import Reading, RegisterFile
from tracker.registers.settling import Change, Difference, ImportReport, Settlement
from tracker.registers.sources import Sources, sources_of
from tracker.registers.tables import file_hash
from tracker.registers.troubles import BadCell, Troubles
from tracker.settings import Settings
from tracker.storage.database import room_for_bulk
from tracker.storage.lost_zeros import look_up
from tracker.storage.staging import Counts, Stage
from tracker.storage.store import Records, Store, Workbench
from tracker.storage.versions import Import, newest_number

__all__ = ["Change", "ImportReport", "Importer"]


@dataclass(frozen=True)
class Laid:
    """One file's rows beside their register; how they differ from it, when they were looked at before the turn."""

    stage: Stage
    result: Reading
    is_examined: bool = False
    difference: Difference | None = None


@dataclass(frozen=True)
class LaidOut:
    """What an import takes, and the rows that lie beside their registers already, by stem."""

    sources: Sources
    files: Sequence[RegisterFile]
    papers: Sequence[tuple[Path, CouncilPaper]]
    stages: dict[str, Laid] = field(default_factory=dict)

    def forget_looks(self) -> None:
        """Somebody changed a register since: what was looked at beside it is to be laid out again."""
        for stem in [stem for stem, laid in self.stages.items() if laid.is_examined]:
            del self.stages[stem]


@dataclass(frozen=True)
class Importer:
    """One import: the settings it reads by, its as-of day, and who runs it."""

    settings: Settings
    as_of: date
    occasion: Occasion
    allow_empty: bool = False
    as_of_given: bool = True  # otherwise a paper by itself counts from the day printed on it
    is_confirmed: bool = False  # what it does is shown to somebody first, who says yes
    progress: Callable[[str, int], None] = lambda file, rows: None  # told of each batch that was read

    def take(
        self, store: Store, paths: Sequence[Path], *, dry_run: bool = False,
        finish: Callable[[Records, ImportReport], None] = lambda records, report: None,
    ) -> ImportReport:  # fmt: skip
        """Import files and folders in one transaction; with `dry_run` the same, in a copy of the records.

        The rows are laid out and compared before that: nobody waits for writing while files are read.
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
        if dry_run:
            with store.snapshot() as records, room_for_bulk(records.connection):
                return self._take_all(records, LaidOut(sources, files, papers), troubles, finish, with_examples=True)
        with store.workbench() as bench:
            laid = LaidOut(sources, files, papers)
            for file in files:
                with bench.laying_out() as records:
                    is_known = self._newest_alike(records, file) is not None
                if not is_known:
                    with bench.laying_out() as records, room_for_bulk(records.connection):
                        laid.stages[file.register.stem] = self._lay_out(records, file, troubles)
            newest = self._look_ahead(bench, laid, troubles)
            with bench.transaction() as records, room_for_bulk(records.connection):
                if newest_number(records.connection) != newest:
                    laid.forget_looks()
                return self._take_all(records, laid, troubles, finish, with_examples=False)

    def _look_ahead(self, bench: Workbench, laid: LaidOut, troubles: Troubles) -> int:
        """Look at files before the turn, all whose references this import leaves as they are; the newest import then."""
        with bench.laying_out() as records, room_for_bulk(records.connection):
            newest = newest_number(records.connection)  # first: what comes in from here on is noticed
            for file in laid.files:
                stem = file.register.stem
                one, others = laid.stages.get(stem), {reference.register for reference in file.register.references}
                if one and not (one.result.bad or stem in troubles.unread or others & laid.stages.keys()):
                    laid.stages[stem] = self._looked_at(records, one, file, troubles)
            return newest

    def _looked_at(self, records: Records, laid: Laid, file: RegisterFile, troubles: Troubles) -> Laid:
        self._examine(records, laid, file, troubles, {})
        difference = None if laid.result.bad else self._difference(records, laid, file)
        return replace(laid, is_examined=True, difference=difference)

    def _difference(self, records: Records, laid: Laid, file: RegisterFile) -> Difference:
        facts = {"source": file.name, "sha256": file.table.sha256, "reading": file.reading, "whole": True}
        return self._settlement(records).look(laid.stage, facts | {"notices": laid.result.notices})

    def _take_all(
        self, records: Records, laid: LaidOut, troubles: Troubles, finish: Callable[[Records, ImportReport], None], *,
        with_examples: bool,
    ) -> ImportReport:  # fmt: skip
        report = ImportReport(self.as_of)
        report.notices += [
            f"「{name}」は台帳のファイルではないので読み飛ばしました。" for name in laid.sources.passed_over
        ]
        if self.as_of > self.occasion.on_day:
            report.notices.append(f"基準日 {wareki(self.as_of)}は今日より後の日付です。")
        self._take_files(records, laid, troubles, report, with_examples=with_examples)
        for path, paper in laid.papers:
            self._take_paper(records, path, paper, report, with_examples=with_examples)
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
            settlement = self._settlement(records)
            settlement.settle(stage, settlement.look(stage, facts), report, with_examples=with_examples)

    def _read_papers(self, sources: Sources, troubles: Troubles) -> list[tuple[Path, CouncilPaper]]:
        papers = []
        for path in sources.papers:
            with troubles.of():
                papers.append((path, read_paper(path, self.settings.limits.paper_mb)))
        return papers

    def _open_all(self, sources: Sources, troubles: Troubles) -> list[RegisterFile]:
        files = []
        for register, path in sources.files:
            with troubles.of(register.stem):
                settings = self.settings.register_settings(register.stem)
                files.append(RegisterFile(register, path, settings, self.settings.limits))
        return files

    def _take_files(
        self, records: Records, laid: LaidOut, troubles: Troubles, report: ImportReport, *, with_examples: bool
    ) -> None:
        broken: dict[str, Stage] = {}  # later files are still checked against what a refused one holds
        for file in laid.files:
            if not self._is_known(records, file, report):
                one = laid.stages.get(file.register.stem) or self._lay_out(records, file, troubles)
                stage, result = one.stage, one.result
                if not one.is_examined:
                    self._examine(records, one, file, troubles, broken)
                if result.bad or file.register.stem in troubles.unread:
                    broken[file.register.stem] = stage
                else:
                    difference = one.difference or self._difference(records, one, file)
                    self._settlement(records).settle(stage, difference, report, with_examples=with_examples)
                troubles.cells += result.bad
                report.notices += result.notices
        self._refuse(troubles)

    def _is_known(self, records: Records, file: RegisterFile, report: ImportReport) -> bool:
        """The same bytes, read the same way, as what already holds on this day: only their age changes."""
        newest = self._newest_alike(records, file)
        if newest is None:
            return False
        for reference in file.register.references:
            target = records.versions(BY_STEM[reference.register])
            if reference.strict and target.has_ended_since(newest, self.as_of):
                return False  # what the rows refer to may be gone since
            if reference.is_owner and target.has_grown_since(newest, self.as_of):
                return False  # a key that lost its zeros may find its owner now
        if newest.as_of < self.as_of:
            facts = {"source": file.name, "sha256": newest.sha256, "reading": newest.reading, "whole": True}
            self._settlement(records).record(file.register, facts, newest.row_count, Counts())
        report.changes.append(
            Change(file.register.stem, file.name, file.table.encoding, newest.row_count, Counts(), newest.row_count)
        )
        return True

    def _newest_alike(self, records: Records, file: RegisterFile) -> Import | None:
        newest = records.versions(file.register).newest_import(self.as_of)
        alike = newest is not None and (newest.sha256, newest.reading) == (file.table.sha256, file.reading)
        return newest if alike else None

    def _lay_out(self, records: Records, file: RegisterFile, troubles: Troubles) -> Laid:
        """The file's rows beside the register, with all that is wrong with each of them."""
        stem = file.register.stem
        stage, result, read = Stage(records.versions(file.register)), Reading(), 0
        with troubles.of(stem):
            for rows in file.rows(self.as_of, result):
                stage.add(rows)
                read += len(rows)
                self.progress(file.name, read)
        return Laid(stage, result)

    def _examine(
        self, records: Records, laid: Laid, file: RegisterFile, troubles: Troubles, broken: dict[str, Stage]
    ) -> None:
        """What is wrong with the file's rows beside other registers and each other."""
        stage, result, limit = laid.stage, laid.result, self.settings.limits.bad_rows_shown
        if not (stage.count() or self.allow_empty or file.register.stem in troubles.unread):
            self._examine_nothing(records, file, result)
        for reference in file.register.references:  # before the keys, which a lost zero put back may make the same
            if reference.register not in troubles.unread:
                found = look_up(stage, reference, self.as_of, limit, broken.get(reference.register))
                examine_reference(reference, found, file, result)
        examine_keys(stage, file, result, limit)

    def _examine_nothing(self, records: Records, file: RegisterFile, result: Reading) -> None:
        """A file of headings alone: the first of an office that has nothing yet, or one that was cut off."""
        is_first = file.register.may_be_empty and not records.checks.count(file.register.stem, self.as_of)
        if is_first and self.is_confirmed:
            result.notices.append(NONE_YET.format(file=file.name))
        else:
            result.bad.append(BadCell(file.name, 0, "", NO_ROWS))

    def _settlement(self, records: Records) -> Settlement:
        return Settlement(records, self.as_of, self.occasion)

    def _refuse(self, troubles: Troubles) -> None:
        troubles.refuse(self.settings.limits.bad_rows_shown)
