"""A disk that loses its power: an ext4 file system in a file, and what is on it when the kernel writes nothing more."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.leaving_out import leave_out

MEGABYTES = 40
# The kernel writes of its own accord only after minutes: what is on the disk before was synced by somebody.
OPTIONS = "loop,commit=300,noatime"


@dataclass
class Disk:
    """A mounted file system; `image` holds what has reached the disk."""

    image: Path
    folder: Path
    mounted: ExitStack
    cuts: Iterator[int]

    def cut_power(self) -> Path:
        """What somebody finds who mounts the disk as it is at this moment; the first one goes on."""
        number = next(self.cuts)
        copy, found = self.image.with_suffix(f".{number}"), self.image.with_name(f"found-{number}")
        shutil.copyfile(self.image, copy)
        found.mkdir()
        return self.mounted.enter_context(_mounted(copy, found))


@contextmanager
def a_disk(folder: Path) -> Iterator[Disk]:
    """A fresh file system; where none can be mounted the test says so, and fails in CI."""
    image, place = folder / "disk.img", folder / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(MEGABYTES << 20)
    with ExitStack() as mounted:
        try:
            _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
            mounted.enter_context(_mounted(image, place))
        except (OSError, subprocess.CalledProcessError) as trouble:
            leave_out(f"no file system can be mounted from a file here, as root only ({trouble})")
        yield Disk(image, place, mounted, count(1))


@contextmanager
def _mounted(image: Path, place: Path) -> Iterator[Path]:
    _run("mount", "-t", "ext4", "-o", OPTIONS, str(image), str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
