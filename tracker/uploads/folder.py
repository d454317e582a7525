"""Uploaded files on disk: named by their hash, under their own names only while they are read."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from tracker.domain.errors import InputRefused
from tracker.domain.uploads import Upload, UploadedFile
from tracker.evidence import EvidenceFolder
from tracker.registers.sources import register_of, unknown_name
from tracker.registers.tables import file_hash

UPLOADS_FOLDER = "uploads"
MEGABYTE = 1 << 20
MOST_FILES = 12
GONE = "「{name}」が保管場所にありません。もう一度送ってください。"
ALTERED = "「{name}」が、送られた後に変わっています。もう一度送ってください。"
TWICE = "「{name}」という名前のファイルが二つあります。一つにしてください。"
TOO_MANY = "ファイルは一度に{most}個までです。"
TOO_LARGE = "「{name}」は大きすぎます（{size} MB、上限 {most} MB）。設定 limits.file_mb で上限を変えられます。"
WRITING_FOR = timedelta(hours=1)  # a file so young may belong to an upload that is just being entered


@dataclass(frozen=True)
class UploadsFolder:
    """The folder DIR/uploads."""

    path: Path

    def keep(self, files: Collection[tuple[str, int, BinaryIO]], most_mb: int) -> tuple[UploadedFile, ...]:
        """Keep files of register names, each with its size in bytes; InputRefused for any other, before one is kept."""
        names = [name for name, _, _ in files]
        if len(names) > MOST_FILES:
            raise InputRefused(TOO_MANY.format(most=MOST_FILES))
        for name, size, _ in files:
            if register_of(Path(name)) is None:
                raise InputRefused(unknown_name(name))
            if names.count(name) > 1:
                raise InputRefused(TWICE.format(name=name))
            if not size:
                raise InputRefused(f"「{name}」は空のファイルです。")
            if size > most_mb * MEGABYTE:
                raise InputRefused(TOO_LARGE.format(name=name, size=-(-size // MEGABYTE), most=most_mb))
        folder = EvidenceFolder(self.path)
        kept = [(name, folder.keep(source, most_mb * MEGABYTE)) for name, _, source in files]
        return tuple(UploadedFile(name, file.sha256, file.size) for name, file in kept)

    @contextmanager
    def laid_out(self, upload: Upload) -> Iterator[list[Path]]:
        """For the length of a `with`, the files under their own names, each checked to be what was sent."""
        folder = self.path / f"at-work-{upload.id}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            yield [self._lay_out(folder, file) for file in upload.files]
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear(self, wanted: Collection[str], now: datetime) -> None:
        """Remove every file but those of the hashes that are still wanted, and the very youngest."""
        for path in self.path.glob("*/*"):
            age = now.timestamp() - path.stat().st_mtime
            if (
                path.is_file()
                and len(path.name) == 64
                and path.name not in wanted
                and age > WRITING_FOR.total_seconds()
            ):
                path.unlink(missing_ok=True)

    def _lay_out(self, folder: Path, file: UploadedFile) -> Path:
        kept, target = EvidenceFolder(self.path).place_of(file.sha256), folder / file.name
        try:
            os.link(kept, target)
        except FileNotFoundError:
            raise InputRefused(GONE.format(name=file.name)) from None
        except OSError:  # a file system without links
            shutil.copyfile(kept, target)
        if file_hash(target) != file.sha256:
            raise InputRefused(ALTERED.format(name=file.name))
        return target
