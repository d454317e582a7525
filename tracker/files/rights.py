"""Who can read the data directory: the program alone, whatever starts it; what is looser is told with what mends it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

OTHERS = 0o077
DATABASE = ("", "-wal", "-shm", "-journal")
EXPOSED = (
    "注意: 「{path}」（{rights}）を、この機械のほかの利用者が読めるおそれがあります。{command} を実行してください。"
)


@dataclass(frozen=True)
class Exposure:
    """A path of the program's that others can get at: its rights, and the command that mends it."""

    path: Path
    rights: str
    command: str

    @property
    def sentence(self) -> str:
        """What is wrong and what to do."""
        return EXPOSED.format(path=self.path, rights=self.rights, command=self.command)


def keep_to_oneself() -> None:
    """From here on everything that this process and its children write is its owner's alone."""
    os.umask(OTHERS)


def exposures(data_dir: Path, database_url: str | None = None) -> list[Exposure]:
    """What others on this machine can get at: the data directory, a database file elsewhere; nothing when all is closed.

    Whoever cannot enter the folder reads nothing in it, so a closed folder is asked no further.
    """
    if os.name == "nt":
        return []
    found = (
        [Exposure(data_dir, _rights(data_dir), f"chmod -R go= {quote(str(data_dir))}")] if _is_open(data_dir) else []
    )
    elsewhere = [path for path in _database_files(database_url) if data_dir.resolve() not in path.resolve().parents]
    return found + [
        Exposure(path, _rights(path), f"chmod go= {quote(str(path))}") for path in elsewhere if _is_open(path)
    ]


def _database_files(url: str | None) -> Iterator[Path]:
    if url and url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        path = url.removeprefix("sqlite:///").partition("?")[0]
        yield from (Path(f"{path}{ending}") for ending in DATABASE)


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False


def _rights(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)
