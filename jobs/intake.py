"""The nightly intake: register files that other systems left in a folder or serve at an address."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobs.runner import Work
from tracker.domain.dates import wareki
from tracker.domain.errors import InputRefused
from tracker.files.durable import copy_whole, make_folder, move, sync_file
from tracker.registers.importing import Importer, ImportReport
from tracker.registers.sources import register_of
from tracker.registers.tables import SUFFIXES, file_hash
from tracker.settings import AddressSettings
from tracker.storage.store import Records
from tracker.uploads.working import UploadWorker

INTAKE_FOLDER = "intake"
STILL_BEING_WRITTEN = 60  # seconds since the last change: another system may not be done with the file
PER_CHUNK = 1 << 16


@dataclass(frozen=True)
class Found:
    """A file to import, and the day whose registers it shows."""

    path: Path
    as_of: date


def take_in(work: Work) -> None:
    """Import what was left or is served, day by day all or nothing; keep what was read, say what was skipped."""
    UploadWorker(work.office).tidy()
    notes: list[str] = []
    by_day = defaultdict[date, list[Path]](list)
    for found in [*_left(work, notes), *_served(work)]:
        by_day[found.as_of].append(found.path)
    for as_of, paths in sorted(by_day.items()):
        with work.part(f"{wareki(as_of)}の台帳"):
            kept = [_keep(work, path) for path in paths]
            importer = Importer(work.office.settings, as_of, work.occasion)
            with work.at_risk(f"intake/{'/'.join(file_hash(path) for path in kept)}"):
                notes += _told(importer.take(work.office.store, kept))
    work.summary = "、".join(notes)[:500]


def _left(work: Work, notes: list[str]) -> Iterator[Found]:
    """Files in the drop folder that are newer than what is known."""
    folder = work.office.settings.intake.folder
    if folder is None:
        return
    if not folder.is_dir():
        work.failures["受取りフォルダー"] = f"「{folder}」がありません。設定 intake.folder を確かめてください。"
        return
    now = work.occasion.at
    with work.office.store.reading() as records:
        for path in sorted(folder.iterdir()):
            if register_of(path) is None:
                if not path.name.startswith("."):
                    notes.append(f"{path.name}は台帳ではないので読み飛ばし")
                continue
            changed_at = datetime.fromtimestamp(path.stat().st_mtime, tz=now.tzinfo)
            as_of = min(work.office.clock.day_of(changed_at), work.occasion.on_day)
            if (now - changed_at).total_seconds() < STILL_BEING_WRITTEN:
                notes.append(f"{path.name}は書込み中かもしれないので次回")
            elif _is_news(records, path, as_of, changed_at):
                yield Found(path, as_of)


def _is_news(records: Records, path: Path, as_of: date, changed_at: datetime) -> bool:
    register = register_of(path)
    newest = records.versions(register).newest_import(by_hand=False) if register else None
    if newest is None or newest.as_of < as_of:
        return True
    return newest.as_of == as_of and newest.imported_at < changed_at  # mended on the same day


def _served(work: Work) -> Iterator[Found]:
    """Files served at the configured addresses, as of today."""
    for address in work.office.settings.intake.addresses:
        with work.part(f"台帳「{address.register_stem}」の受信"):
            yield Found(fetch(work, address), work.occasion.on_day)


def fetch(work: Work, address: AddressSettings) -> Path:
    """Fetch one register file, with time-outs and a limit on its size; no redirects, no proxies."""
    import httpx

    settings = work.office.settings
    limit = settings.limits.file_mb * 1024 * 1024
    target = _folder(work) / f"{address.register_stem}{_suffix(address.url)}"
    draft = target.with_name(f".{target.name}.part")
    with (
        httpx.Client(timeout=settings.intake.timeout_seconds, trust_env=False) as client,
        client.stream("GET", address.url) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise InputRefused(f"「{address.url}」が {answer.status_code} を返しました。")
        with draft.open("wb") as file:
            received = 0
            for chunk in answer.iter_bytes(PER_CHUNK):
                received += len(chunk)
                if received > limit:
                    raise InputRefused(f"「{address.url}」は上限 {settings.limits.file_mb} MB を超えます。")
                file.write(chunk)
            sync_file(file)
    move(draft, target)
    return target


def _keep(work: Work, path: Path) -> Path:
    """A copy of what was read, by day, in DIR/intake."""
    target = _folder(work) / path.name
    if target != path:
        copy_whole(path, target)
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
