"""A temporary folder of each process inside the data directory; those of killed processes are cleared away.

A process holds a lock as long as it lives: a number of a process comes back, a lock does not.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TEMPORARY = "tmp"
ENDING = ".lock"


@contextmanager
def working_in_own_folder(data_dir: Path) -> Iterator[None]:
    """For the length of a `with` this process and its children keep temporary files in a folder of their own."""
    base = data_dir / TEMPORARY
    try:
        base.mkdir(mode=0o700, exist_ok=True)
        clear_dead(data_dir)
        folder, handle = _own(base)
    except OSError:  # a full disk, a folder that is only read: what needs no temporary file goes on
        yield
        return
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        _leave(folder, handle, before)


def clear_dead(data_dir: Path) -> int:
    """Remove the folders of processes that are no more; how many there were."""
    return sum(_cleared(lock) for lock in (data_dir / TEMPORARY).glob(f"*{ENDING}"))


def _cleared(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_RDWR)
    except FileNotFoundError:  # another process was quicker
        return False
    try:
        if is_dead := _lock(handle):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)
        return is_dead
    finally:
        os.close(handle)


def _own(base: Path) -> tuple[Path, int]:
    """A new folder and the lock that says that its process lives."""
    while True:
        folder = base / secrets.token_hex(8)
        lock = folder.with_suffix(ENDING)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if _lock(handle) and lock.exists():  # another process may have cleared it before it was held
            folder.mkdir(mode=0o700)
            return folder, handle
        os.close(handle)


def _leave(folder: Path, handle: int, before: tuple[str | None, str | None]) -> None:
    tempfile.tempdir, environment = before
    os.environ.pop("TMPDIR", None)
    if environment is not None:
        os.environ["TMPDIR"] = environment
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.with_suffix(ENDING).unlink(missing_ok=True)
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
