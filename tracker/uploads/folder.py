"""Uploaded files on disk: named by their hash, under their own names only while they are read."""

import logging
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

from tracker.domain.errors import EvidenceRefused, InputRefused, why
from tracker.domain.uploads import HELD, UploadedFile
from tracker.evidence import EvidenceFolder
from tracker.registers.tables import file_hash

log = logging.getLogger("zesei.leftovers")
UPLOADS_FOLDER = "uploads"
MEGABYTE = 1 << 20
MOST_FILES = 12
LONGEST_NAME = 80  # characters: a file system counts bytes, and a Japanese character has three
LAID_OUT = "at-work-"
GONE = "「{name}」が保管場所にありません。もう一度送ってください。"
ALTERED = "「{name}」は、確認した後にファイルが変わっています。取り込んでいません。もう一度送ってください。"
TWICE = "「{name}」という名前のファイルが二つあります。一つにしてください。"
EMPTY = "「{name}」は空のファイルです。"
TOO_MANY = "ファイルは一度に{most}個までです。"
TOO_LARGE = "「{name}」は大きすぎます（{size} MB、上限 {most} MB）。"
NOT_KEPT = "「{name}」を受け取れませんでした（{why}）。"


class KeptFileLost(InputRefused):
    """A file is gone from where it was kept, or is no longer what was sent."""


@dataclass(frozen=True)
class SentFile:
    """A file as it arrives: its name, its size in bytes, and where it is read from."""

    name: str
    size: int
    source: BinaryIO


@dataclass(frozen=True)
class UploadsFolder:
    """The folder DIR/uploads."""

    path: Path

    def keep(self, files: Sequence[SentFile], most_mb: int) -> tuple[UploadedFile, ...]:
        """Keep files, all or none; InputRefused for one that is empty, too large or named like another."""
        names = [file.name for file in files]
        if len(names) > MOST_FILES:
            raise InputRefused(TOO_MANY.format(most=MOST_FILES))
        for file in files:
            if names.count(file.name) > 1:
                raise InputRefused(TWICE.format(name=file.name))
            if not file.size:
                raise InputRefused(EMPTY.format(name=file.name))
            if file.size > most_mb * MEGABYTE:
                size = -(-file.size // MEGABYTE)
                raise InputRefused(TOO_LARGE.format(name=file.name, size=size, most=most_mb))
        return tuple(self._keep(file, most_mb) for file in files)

    @contextmanager
    def laid_out(self, files: Collection[UploadedFile]) -> Iterator[list[Path]]:
        """For the length of a `with`, files under their own names; KeptFileLost when one is not what was sent."""
        self.path.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(dir=self.path, prefix=LAID_OUT))
        try:
            yield [self._lay_out(folder, file) for file in files]
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear(self, wanted: Collection[str], now: datetime) -> None:
        """Remove every file but those of the hashes that are still wanted, and the young ones.

        A young one may be held by a page that is still open, or belong to an upload that is just being entered.
        """
        old = (now - 2 * HELD).timestamp()
        for path in self.path.glob("*/*"):
            if len(path.name) == 64 and path.name not in wanted and path.is_file() and path.stat().st_mtime < old:
                path.unlink(missing_ok=True)
        for folder in self.path.glob(f"{LAID_OUT}*"):  # left by a program that was killed
            if folder.stat().st_mtime < old:
                shutil.rmtree(folder, ignore_errors=True)

    def clear_laid_out(self) -> None:
        """At the start of the only process that works here: what a killed one had laid out is gone."""
        for folder in self.path.glob(f"{LAID_OUT}*"):
            shutil.rmtree(folder, ignore_errors=True)
            log.warning("removed files that a killed process had laid out: %s", folder.name)

    def _keep(self, file: SentFile, most_mb: int) -> UploadedFile:
        try:
            kept = EvidenceFolder(self.path).keep(file.source, most_mb * MEGABYTE)
        except EvidenceRefused as refusal:
            cause = refusal.__cause__
            reason = why(cause) if isinstance(cause, OSError) else str(refusal).rstrip("。")
            raise InputRefused(NOT_KEPT.format(name=file.name, why=reason)) from None
        return UploadedFile(_short(file.name), kept.sha256, kept.size)

    def _lay_out(self, folder: Path, file: UploadedFile) -> Path:
        kept, target = EvidenceFolder(self.path).place_of(file.sha256), folder / file.name
        try:
            os.link(kept, target)
        except FileNotFoundError:
            raise KeptFileLost(GONE.format(name=file.name)) from None
        except OSError:  # a file system without links
            shutil.copyfile(kept, target)
        if file_hash(target) != file.sha256:
            raise KeptFileLost(ALTERED.format(name=file.name))
        return target


def _short(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{(stem or name)[:LONGEST_NAME]}{dot}{ending[:10]}" if dot else name[:LONGEST_NAME]
