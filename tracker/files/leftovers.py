"""What killed processes left in the data directory: half files, documents without an entry, documents half removed."""

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracker.files.durable import move

log = logging.getLogger("zesei.leftovers")
ASIDE = "unnamed-evidence"  # documents that no entry names wait here for some weeks
HASH_LENGTH = 64
HALF, HALF_KEY = ".part", ".new"
REMOVED = ".removed"
STILL_WRITTEN = timedelta(hours=1)  # a half file may be somebody's work as long as it grows
STILL_ENTERED = timedelta(hours=2)  # a document is kept some time before its entry is made


@dataclass(frozen=True)
class Leftovers:
    """How many of each were put right."""

    halves: int = 0
    set_aside: int = 0
    put_back: int = 0
    discarded: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.halves + self.set_aside + self.put_back + self.discarded


def clear_halves(data_dir: Path, now: datetime, younger: timedelta = STILL_WRITTEN) -> int:
    """Remove files that were never finished and have not grown for a while; how many there were."""
    count = 0
    for path in _files(data_dir):
        is_half = path.name.startswith(".") and path.name.endswith(HALF)
        is_key = path.name.startswith("secret.") and path.name.endswith(HALF_KEY)
        if (is_half or is_key) and _is_older(path, now, younger):
            path.unlink(missing_ok=True)
            log.warning("removed a file that was never finished: %s", path.relative_to(data_dir))
            count += 1
    return count


def doubtful_documents(
    data_dir: Path, folder: str, named: Collection[str], now: datetime, younger: timedelta = STILL_ENTERED
) -> list[Path]:
    """Documents that no entry names, and those whose removal was begun: `named` are the hashes that entries name."""
    return [
        path
        for path in _files(data_dir / folder)
        if len(path.stem) == HASH_LENGTH and (path.suffix == REMOVED or (not path.suffix and path.name not in named))
        if _is_older(path, now, younger)
    ]


def put_documents_right(data_dir: Path, doubtful: Iterable[Path], is_named: Callable[[str], bool]) -> Leftovers:
    """Set aside what no entry names, and end removals that were begun; asked within a transaction that writes.

    A document is set aside and not removed: after a loss of records it may be the only proof that there is.
    """
    aside = back = gone = 0
    for path in doubtful:
        needed = is_named(path.stem)
        if path.suffix == REMOVED and needed and not path.with_suffix("").exists():
            move(path, path.with_suffix(""))
            log.warning("put back a document whose removal was not entered: %s", path.stem)
            back += 1
        elif path.suffix == REMOVED:
            path.unlink(missing_ok=True)
            log.warning("removed what was left of a removed document: %s", path.stem)
            gone += 1
        elif not needed:
            move(path, data_dir / ASIDE / path.name)
            os.utime(data_dir / ASIDE / path.name)  # it waits from now on
            log.warning("set aside a document that no entry names: %s/%s", ASIDE, path.name)
            aside += 1
    return Leftovers(set_aside=aside, put_back=back, discarded=gone)


def clear_set_aside(data_dir: Path, now: datetime, kept: timedelta) -> int:
    """Remove the documents that were set aside long ago; how many there were."""
    old = [path for path in _files(data_dir / ASIDE) if _is_older(path, now, kept)]
    for path in old:
        path.unlink(missing_ok=True)
        log.warning("removed a document that no entry has named since it was set aside: %s", path.name)
    return len(old)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (path for name in sorted(names) if not (path := Path(place) / name).is_symlink())


def _is_older(path: Path, now: datetime, age: timedelta) -> bool:
    try:
        return path.stat().st_mtime <= (now - age).timestamp()
    except OSError:
        return False
