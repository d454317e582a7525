"""A file that is on the disk, whole and under its name, before anybody is told of it; a power cut takes nothing back.

A file's bytes, its name and the name of its folder are three things to a file system: each is synced by itself.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def whole_file(target: Path, *, mode: int = 0o600) -> Iterator[IO[bytes]]:
    """A file that replaces `target` when the `with` ends well, and is synced by then; otherwise nothing is left of it."""
    with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            yield part
            sync_file(part, mode)
            move(Path(part.name), target)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def write_whole(target: Path, content: bytes, *, mode: int = 0o600) -> Path:
    """Write a file, or replace it, in a folder that is made where it is missing; where it lies."""
    make_folder(target.parent)
    with whole_file(target, mode=mode) as file:
        file.write(content)
    return target


def copy_whole(source: Path, target: Path) -> Path:
    """Copy a file with its times; where the copy lies."""
    with whole_file(target) as file, source.open("rb") as original:
        shutil.copyfileobj(original, file)
        file.flush()
        shutil.copystat(source, file.name)
    return target


def sync_file(file: IO[bytes], mode: int = 0o600) -> None:
    """What was written to an open file lies on the disk."""
    file.flush()
    with suppress(AttributeError):  # Windows knows no such rights
        os.fchmod(file.fileno(), mode)
    os.fsync(file.fileno())


def move(source: Path, target: Path) -> None:
    """Give a synced file another name on the same file system; the name holds, whatever comes."""
    make_folder(target.parent)
    os.replace(source, target)
    sync_folder(target.parent)
    if source.parent != target.parent:
        sync_folder(source.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each its owner's alone; their names hold."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """The names in a folder lie on the disk."""
    if os.name == "nt":  # opens no folders, and writes names down at once
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
