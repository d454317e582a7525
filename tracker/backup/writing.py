"""Taking a backup: the database first, then what lies beside it, then the manifest; there whole or not at all."""

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker import __version__
from tracker.backup.databases import CopiedDatabase, copied
from tracker.backup.encryption import SealedFile, key_of
from tracker.backup.manifest import FILES, POSTGRESQL_MEMBER, SETTINGS_MEMBER, SQLITE_MEMBER, Manifest
from tracker.domain.errors import CommandRefused, why
from tracker.evidence import EVIDENCE_FOLDER
from tracker.exports.packing import Pack
from tracker.files.durable import whole_file
from tracker.files.temporary import TEMPORARY
from tracker.files.trail_end import TRAIL_FILE
from tracker.links import SECRET_FILE
from tracker.office import Office
from tracker.settings.public import without_secrets

NOT_KEPT = ("zesei.db", "zesei.db-wal", "zesei.db-shm", "zesei.db-journal", "serve.lock", TRAIL_FILE)
EXISTS = "「{path}」は、もうあります。別の名前にしてください。"
PIECE = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What was taken: where it lies, its size in bytes, what it holds, and what is wrong with it."""

    path: Path
    size: int
    files: int
    entries: int
    has_keys: bool
    troubles: tuple[str, ...]


def write_backup(
    office: Office,
    target: Path,
    *,
    with_keys: bool = False,
    key_file: Path | None = None,
    leaving_out: Path | None = None,
) -> Backup:
    """Take a backup while others read and write; CommandRefused when it cannot be written, and nothing is left then.

    An encrypted one holds the keys too. What lies in `leaving_out`, the folder of earlier backups, is not taken again.
    """
    key = key_of(key_file) if key_file else None
    has_keys = with_keys or key is not None or not (office.data_dir / SECRET_FILE).exists()
    if target.exists():
        raise CommandRefused(EXISTS.format(path=target))
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            copied(office.store, Path(folder)) as database,
        ):
            with whole_file(target.absolute()) as file:
                taken = _fill(office, file, database, key, has_keys=has_keys, not_in=leaving_out)
            return Backup(target, target.stat().st_size, *taken)
    except OSError as trouble:
        raise CommandRefused(f"「{target}」にバックアップを書けません（{why(trouble)}）。") from None


def _fill(
    office: Office, file: IO[bytes], database: CopiedDatabase, key: bytes | None, *, has_keys: bool, not_in: Path | None
) -> tuple[int, int, bool, tuple[str, ...]]:
    sealed = SealedFile(file, key) if key else None
    pack = Pack(sealed or file)  # type: ignore[arg-type]  # written from first to last, which is all that ZipFile asks for
    pack.add(SQLITE_MEMBER if database.kind == "sqlite" else POSTGRESQL_MEMBER, _pieces(database.path))
    pack.add(SETTINGS_MEMBER, json.dumps(without_secrets(office.settings), ensure_ascii=False, indent=1).encode())
    for path in _files(office.data_dir, not_in):
        if path.name == SECRET_FILE and not has_keys:
            continue
        try:
            opened = path.open("rb")
        except FileNotFoundError:  # it went meanwhile: a draft, an upload that was taken in
            continue
        with opened as source:
            name = path.relative_to(office.data_dir).as_posix().removesuffix(".removed")
            pack.add(FILES + name, iter(lambda source=source: source.read(PIECE), b""))  # type: ignore[misc]
    missing = _missing(database, pack)
    clock = office.clock.now().astimezone(office.clock.zone).isoformat(timespec="seconds")
    manifest = Manifest(
        __version__, office.settings.office.name, clock, database.kind, database.revision, database.end, has_keys,
        missing, {},
    )  # fmt: skip
    files = len(pack.files)
    pack.close(**manifest.facts())
    if sealed:
        sealed.close()
    return files, database.end.number, has_keys, _troubles(database, missing)


def _troubles(database: CopiedDatabase, missing: tuple[str, ...]) -> tuple[str, ...]:
    lost = (f"証跡のファイルが{len(missing)}件ありません（{missing[0][:12]}… など）。" if missing else "",)
    return tuple(sentence for sentence in (database.broken, *lost) if sentence)


def _missing(database: CopiedDatabase, pack: Pack) -> tuple[str, ...]:
    """Documents that the copy names and no file holds."""
    kept = {one.name.rpartition("/")[2] for one in pack.files if one.name.startswith(f"{FILES}{EVIDENCE_FOLDER}/")}
    return tuple(sorted(database.documents - kept))


def _files(data_dir: Path, not_in: Path | None) -> Iterator[Path]:
    """Every file of the data directory that is nobody's draft: ordinary files alone, no link is followed."""
    left_out = {(data_dir / TEMPORARY).resolve(), *([not_in.resolve()] if not_in else [])}
    for place, folders, names in os.walk(data_dir):
        here = Path(place)
        folders[:] = sorted(
            name for name in folders
            if not name.startswith((".", "at-work-")) and (here / name).resolve() not in left_out
        )  # fmt: skip
        for name in sorted(names):
            path = here / name
            if name.startswith(".") or name.endswith((".part", ".new")) or path.is_symlink() or not path.is_file():
                continue
            if here == data_dir and name in NOT_KEPT:
                continue
            if name.endswith(".removed") and path.with_suffix("").exists():
                continue
            yield path


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(PIECE), b"")
