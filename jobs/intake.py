"""The nightly intake: register files that other systems left in a folder or serve at an address."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobs.receiving import copy_left, fetch, refuse_no_file
from jobs.runner import Work
from tracker.domain.registers import BY_STEM, REGISTERS, Register
from tracker.domain.text import shown
from tracker.files.durable import make_folder
from tracker.registers.importing import Importer, ImportReport
from tracker.registers.sources import nearly, nearly_named, register_of
from tracker.registers.tables import SUFFIXES, file_hash
from tracker.settings import AddressSettings
from tracker.storage.store import Records
from tracker.uploads.working import UploadWorker

INTAKE_FOLDER = "intake"
STILL_BEING_WRITTEN = 60  # seconds since the last change: another system may not be done with the file
CHECKS = "checks"
TWINS = "台帳「{stem}」のファイルが{count}つあり（{names}）、どれが正しいか決められません。一つにしてください。"


@dataclass(frozen=True)
class Found:
    """A file to import: what it is called in the run, its register, the day whose registers it shows, how it is got."""

    name: str
    register: Register
    as_of: date
    receive: Callable[[], Path]  # where the copy of it lies that is read and kept

    @property
    def order(self) -> tuple[date, int]:
        """Days one after the other, and what is referred to before what refers to it."""
        return self.as_of, REGISTERS.index(self.register)


def take_in(work: Work) -> None:
    """Import what was left or is served, each file for itself; keep what was read, say what was skipped."""
    UploadWorker(work.office).tidy()
    notes: list[str] = []
    reports = list[ImportReport]()
    for found in _without_twins(work, [*_left(work, notes), *_served(work)]):
        with work.part(found.name):
            kept = found.receive()
            importer = Importer(work.office.settings, found.as_of, work.occasion)
            with work.at_risk(f"intake/{file_hash(kept)}"):
                reports.append(importer.take(work.office.store, [kept]))
    notes += [sentence for report in reports for sentence in _told(report)]
    work.summary = "、".join(notes)[:500]
    if any(change.counts.any for report in reports for change in report.changes):
        _let_checks_look_again(work)


def _let_checks_look_again(work: Work) -> None:
    """Checks wait for no intake: when this day's looked before the news were there, they look again at the next tick."""
    with work.office.store.transaction() as records:
        looked = records.job_runs.latest_by_job().get(CHECKS)
        if looked is not None and looked.on_day == work.occasion.on_day:
            records.job_runs.bring_forward(CHECKS, work.office.clock.now())


def _without_twins(work: Work, founds: list[Found]) -> list[Found]:
    """In their order; of two files of one register and day, which is meant cannot be told."""
    alike = defaultdict[tuple[date, int], list[Found]](list)
    for found in founds:
        alike[found.order].append(found)
    for own in alike.values():
        if len(own) > 1:
            stem, names = own[0].register.stem, "、".join(found.name for found in own)
            work.failures[f"台帳「{stem}」"] = TWINS.format(stem=stem, count=len(own), names=names)
    return [own[0] for _, own in sorted(alike.items()) if len(own) == 1]


def _left(work: Work, notes: list[str]) -> Iterator[Found]:
    """Files in the drop folder that are newer than what is known."""
    folder = work.office.settings.intake.folder
    if folder is None:
        return
    if not folder.is_dir():
        work.failures["受取りフォルダー"] = f"「{folder}」がありません。設定 intake.folder を確かめてください。"
        return
    paths = list[Path]()
    with work.part("受取りフォルダー"):
        paths += sorted(folder.iterdir())
    with work.office.store.reading() as records:
        for path in paths:
            register = register_of(path)
            if register is None:
                if stem := nearly_named(path):
                    work.failures[path.name] = nearly(path.name, stem)
                elif not path.name.startswith("."):
                    notes.append(f"{shown(path.name)}は台帳ではないので読み飛ばし")
                continue
            with work.part(path.name):
                if (as_of := _news_as_of(work, records, path, register, notes)) is not None:
                    yield Found(path.name, register, as_of, partial(_kept, work, path))


def _news_as_of(work: Work, records: Records, path: Path, register: Register, notes: list[str]) -> date | None:
    """The day that a file in the folder shows; None when it shows nothing new, or may not be whole yet."""
    now = work.occasion.at
    refuse_no_file(path, facts := path.lstat())
    changed_at = datetime.fromtimestamp(facts.st_mtime, tz=now.tzinfo)
    as_of = min(work.office.clock.day_of(changed_at), work.occasion.on_day)
    if (now - changed_at).total_seconds() < STILL_BEING_WRITTEN:
        notes.append(f"{path.name}は書込み中かもしれないので次回")
        return None
    return as_of if _is_news(records, register, as_of, changed_at) else None


def _is_news(records: Records, register: Register, as_of: date, changed_at: datetime) -> bool:
    newest = records.versions(register).newest_import(by_hand=False)
    if newest is None or newest.as_of < as_of:
        return True
    return newest.as_of == as_of and newest.imported_at < changed_at  # mended on the same day


def _served(work: Work) -> Iterator[Found]:
    """Files served at the configured addresses, as of today."""
    for address in work.office.settings.intake.addresses:
        name = f"台帳「{address.register_stem}」の受信"
        yield Found(name, BY_STEM[address.register_stem], work.occasion.on_day, partial(_fetched, work, address))


def _kept(work: Work, path: Path) -> Path:
    """A copy of what was left, by day, in DIR/intake."""
    target = _folder(work) / path.name
    copy_left(path, target, work.office.settings)
    return target


def _fetched(work: Work, address: AddressSettings) -> Path:
    """What is served, by day, in DIR/intake."""
    target = _folder(work) / f"{address.register_stem}{_suffix(address.url)}"
    fetch(address.url, target, work.office.settings)
    return target


def _folder(work: Work) -> Path:
    folder = work.office.data_dir / INTAKE_FOLDER / work.occasion.on_day.isoformat()
    make_folder(folder)
    return folder


def _suffix(url: str) -> str:
    suffix = Path(unquote(urlsplit(url).path)).suffix.lower()
    return suffix if suffix in SUFFIXES else ".csv"


def _told(report: ImportReport) -> list[str]:
    told = [
        f"{c.register} 追加{c.counts.added} 変更{c.counts.changed} 終了{c.counts.ended}"
        if c.counts.any
        else f"{c.register} 変更なし"
        for c in report.changes
    ]
    return told + [notice for notice in report.notices if notice]
