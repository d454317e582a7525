"""Putting a backup back: looked through whole in a folder beside, and moved into place only when all of it holds."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import SQLAlchemyError

from tracker.backup.databases import CopiedDatabase, opened_copy, refuse_unreadable_dump, restored
from tracker.backup.encryption import NO_KEY, is_sealed, key_of, opened
from tracker.backup.manifest import (
    FILES,
    MANIFEST,
    NO_ARCHIVE,
    POSTGRESQL_MEMBER,
    SETTINGS_MEMBER,
    SQLITE_MEMBER,
    SUMS,
    Manifest,
)
from tracker.domain.errors import CommandRefused, InputRefused, why
from tracker.files.durable import make_folder, move, sync_file
from tracker.files.trail_end import keep_end
from tracker.settings import Settings
from tracker.storage.database import is_sqlite
from tracker.storage.migrations import refuse_unknown

WORKING = ".restore-"
LARGEST_MANIFEST = 256 << 20
PIECE = 1 << 20
FULL = "「{path}」にはデータがあります。空のフォルダーを --data-dir に指定してください。何も戻していません。"
FULL_DATABASE = (
    "データベースには表があります。空のデータベースを設定 database.url に指定してください。何も戻していません。"
)
OTHER_DATABASE = (
    "このバックアップは{archive}のデータベースのものです。設定 database.url を合わせてください。何も戻していません。"
)
NO_KEYS = "鍵（secret.key）は入っていません。新しい鍵を作るので、前に送った通知のリンクは使えなくなります。"
NAMES = {"sqlite": " SQLite ", "postgresql": " PostgreSQL "}


@dataclass(frozen=True)
class Restored:
    """What was put back, and what is wrong with it."""

    manifest: Manifest
    files: int
    troubles: tuple[str, ...]


def restore(settings: Settings, data_dir: Path, archive: Path, key_file: Path | None = None) -> Restored:
    """Put a backup into an empty data directory (and an empty PostgreSQL database, where one is set).

    InputRefused for an archive that is damaged, cut or altered, CommandRefused for a full target or a newer program's
    archive: nothing was put back then.
    """
    try:
        make_folder(data_dir.absolute())
        if any(not path.name.startswith(WORKING) for path in data_dir.iterdir()):
            raise CommandRefused(FULL.format(path=data_dir))
        for left in data_dir.glob(f"{WORKING}*"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        with _working_folder(data_dir) as folder:
            manifest, database = _unpacked(archive, folder, key_file)
            url = settings.database.url
            _refuse_other_database(manifest, url)
            if url and manifest.database == "postgresql":
                _refuse_full_database(url)
                database = restored(make_url(url), folder / POSTGRESQL_MEMBER)
            _move_into_place(folder, data_dir)
            keep_end(data_dir, manifest.end)
    except OSError as trouble:
        raise CommandRefused(f"バックアップを戻せません（{why(trouble)}）。") from None
    return Restored(manifest, len(manifest.sums), _troubles(manifest, database))


def look_through(archive: Path, beside: Path, key_file: Path | None = None) -> Restored:
    """Do everything that a restore does but put it into place: in a folder beside, which is removed again."""
    with _working_folder(beside) as folder:
        manifest, database = _unpacked(archive, folder, key_file)
    return Restored(manifest, len(manifest.sums), _troubles(manifest, database))


def _unpacked(archive: Path, folder: Path, key_file: Path | None) -> tuple[Manifest, CopiedDatabase | None]:
    """The archive's files in a folder, each as the manifest has it; of an SQLite database, what it holds."""
    manifest = _unpack(_plain(archive, folder, key_file), folder, archive.name)
    refuse_unknown(manifest.revision)
    if manifest.database == "postgresql":
        refuse_unreadable_dump(folder / POSTGRESQL_MEMBER)
        return manifest, None
    database = opened_copy(folder / SQLITE_MEMBER)
    if database.end != manifest.end:
        raise InputRefused(NO_ARCHIVE.format(name=archive.name, why="記録の末尾が目録と違います"))
    return manifest, database


def _plain(archive: Path, folder: Path, key_file: Path | None) -> Path:
    """The archive itself, or its decrypted copy."""
    if not archive.is_file():
        raise InputRefused(f"「{archive}」がありません。ファイル名を確かめてください。")
    if not is_sealed(archive):
        return archive
    if key_file is None:
        raise InputRefused(NO_KEY.format(name=archive.name))
    plain = folder / "plain.zip"
    with plain.open("wb") as file:
        for piece in opened(archive, key_of(key_file)):
            file.write(piece)
    return plain


def _unpack(archive: Path, folder: Path, name: str) -> Manifest:
    try:
        with zipfile.ZipFile(archive) as pack:
            manifest = Manifest.from_json(_manifest_of(pack, name), name)
            entries = {entry.filename: entry for entry in pack.infolist()}
            wanted = {*manifest.sums, MANIFEST, SUMS}
            if len(entries) != len(pack.infolist()) or set(entries) != wanted:
                raise InputRefused(NO_ARCHIVE.format(name=name, why="目録にないファイルか、欠けたファイルがあります"))
            for member, (sha256, size) in manifest.sums.items():
                if entries[member].file_size != size:
                    raise InputRefused(NO_ARCHIVE.format(name=name, why=f"{member[:80]} の大きさが目録と違います"))
                _unpack_member(pack, member, folder / member, sha256, name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, zipfile.zlib.error) as trouble:  # type: ignore[attr-defined]
        raise InputRefused(NO_ARCHIVE.format(name=name, why=trouble)) from None
    return manifest


def _manifest_of(pack: zipfile.ZipFile, name: str) -> Any:
    try:
        if pack.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise InputRefused(NO_ARCHIVE.format(name=name, why="目録が大きすぎます"))
        return json.loads(pack.read(MANIFEST))
    except (KeyError, ValueError):
        raise InputRefused(NO_ARCHIVE.format(name=name, why="目録がありません")) from None


def _unpack_member(pack: zipfile.ZipFile, member: str, target: Path, sha256: str, name: str) -> None:
    """One file of the archive; no more bytes than it has by the archive's own word, and just those of the manifest."""
    make_folder(target.parent)
    digest = hashlib.sha256()
    with pack.open(member) as source, target.open("xb") as file:
        while piece := source.read(PIECE):
            digest.update(piece)
            file.write(piece)
        sync_file(file)
    if digest.hexdigest() != sha256:
        raise InputRefused(NO_ARCHIVE.format(name=name, why=f"{member[:80]} が目録と違います"))


def _refuse_other_database(manifest: Manifest, url: str | None) -> None:
    wanted = "sqlite" if url is None or is_sqlite(url) else "postgresql"
    if wanted != manifest.database:
        raise CommandRefused(OTHER_DATABASE.format(archive=NAMES.get(manifest.database, "ほか")))


def _refuse_full_database(url: str) -> None:
    engine = create_engine(url, hide_parameters=True)
    try:
        if inspect(engine).get_table_names():
            raise CommandRefused(FULL_DATABASE)
    except SQLAlchemyError as trouble:
        reason = str(getattr(trouble, "orig", None) or trouble).strip().splitlines()[0]
        raise CommandRefused(f"データベースを開けません（{reason}）。設定 database.url を確かめてください。") from None
    finally:
        engine.dispose()


def _move_into_place(folder: Path, data_dir: Path) -> None:
    """The database last: a data directory without one is no office yet."""
    files = folder / FILES.rstrip("/")
    for path in sorted(files.iterdir()) if files.exists() else ():
        move(path, data_dir / path.name)
    move(folder / SETTINGS_MEMBER, data_dir / "restored-settings.json")
    if (folder / SQLITE_MEMBER).exists():
        move(folder / SQLITE_MEMBER, data_dir / "zesei.db")


def _troubles(manifest: Manifest, database: CopiedDatabase | None) -> tuple[str, ...]:
    broken = database.broken if database else ""
    lost = f"証跡のファイルが{len(manifest.missing)}件、もとからありません。" if manifest.missing else ""
    return tuple(sentence for sentence in (broken, lost) if sentence)


@contextmanager
def _working_folder(place: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=place, prefix=WORKING))
    os.chmod(folder, 0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
