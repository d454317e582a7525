"""Files that were uploaded to be looked over: held by their hash for some hours, opened only by whoever sent them."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO

from itsdangerous import BadSignature, URLSafeSerializer

from tracker.domain.errors import InputRefused, LinkRefused, why

FOLDER = "previews"
SALT = "zesei.preview"
HELD = timedelta(hours=2)
PER_CHUNK = 1 << 16
LONGEST_NAME = 80  # characters: a file system counts bytes, and a Japanese character has three
UNKNOWN = "この取込みの確認は、ないか、期限が過ぎています。ファイルをもう一度選んでください。"
ALTERED = "確認した後にファイルが変わっています。取り込んでいません。ファイルをもう一度選んでください。"


@dataclass(frozen=True)
class HeldFile:
    """A file by its hash (SHA-256) under the name that it came with."""

    sha256: str
    name: str


@dataclass(frozen=True)
class Held:
    """Files that were sent together: by which account, until when they are held, and as of which day."""

    files: tuple[HeldFile, ...]
    account: str
    until: datetime
    as_of: date | None = None


@dataclass(frozen=True)
class HeldFiles:
    """The folder DIR/previews and the office's secret, by which a token cannot be made up."""

    path: Path
    secret: str

    def hold(self, name: str, source: BinaryIO, limit: int) -> HeldFile:
        """Hold a file; InputRefused when it is empty, larger than `limit` bytes, or cannot be written."""
        name = _short(name)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.path, prefix=".", suffix=".part", delete=False) as part:
                try:
                    sha256 = _copied(source, part.file, limit, name)
                    target = self._place(HeldFile(sha256, name))
                    target.parent.mkdir(exist_ok=True)
                    os.replace(part.name, target)
                except BaseException:
                    Path(part.name).unlink(missing_ok=True)
                    raise
        except OSError as trouble:
            raise InputRefused(f"「{name}」を受け取れませんでした（{why(trouble)}）。") from None
        return HeldFile(sha256, name)

    def token(self, held: Held) -> str:
        """What opens the files again."""
        files = [[one.sha256, one.name] for one in held.files]
        as_of = held.as_of.isoformat() if held.as_of else None
        token = self._signer.dumps([files, held.account, held.until.isoformat(), as_of])
        return token.decode() if isinstance(token, bytes) else token

    def open(self, token: str, account: str, now: datetime) -> Held:
        """What a token opens; LinkRefused when it was not signed here, is another account's, or too old."""
        try:
            files, by, until, as_of = self._signer.loads(token)
            held = Held(
                tuple(HeldFile(str(sha256), str(name)) for sha256, name in files), str(by),
                datetime.fromisoformat(until), date.fromisoformat(as_of) if as_of else None,
            )  # fmt: skip
        except (BadSignature, ValueError, TypeError):
            raise LinkRefused(UNKNOWN) from None
        if held.account != account or held.until < now:
            raise LinkRefused(UNKNOWN)
        return held

    def paths(self, held: Held) -> list[Path]:
        """Where the files lie; LinkRefused when one is gone or no longer what was sent."""
        paths = [self._place(one) for one in held.files]
        for one, path in zip(held.files, paths, strict=True):
            if not path.is_file():
                raise LinkRefused(UNKNOWN)
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != one.sha256:
                    raise LinkRefused(ALTERED)
        return paths

    def clear(self, now: datetime) -> None:
        """Remove what was sent too long ago to be accepted any more."""
        for folder in self.path.iterdir() if self.path.is_dir() else ():
            if folder.stat().st_mtime < (now - 2 * HELD).timestamp():
                shutil.rmtree(folder) if folder.is_dir() else folder.unlink(missing_ok=True)

    def _place(self, file: HeldFile) -> Path:
        return self.path / file.sha256 / file.name

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=SALT)


def hash_of(files: Sequence[HeldFile]) -> str:
    """One hash for all files of a preview, as its form carries it."""
    return hashlib.sha256("".join(f"{one.sha256}{one.name}\n" for one in files).encode()).hexdigest()


def _copied(source: BinaryIO, target: IO[bytes], limit: int, name: str) -> str:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(PER_CHUNK):
        size += len(chunk)
        if size > limit:
            raise InputRefused(f"「{name}」は大きすぎます（上限 {limit // (1 << 20)} MB）。")
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise InputRefused(f"「{name}」は空のファイルです。")
    return digest.hexdigest()


def _short(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{(stem or name)[:LONGEST_NAME]}{dot}{ending[:10]}" if dot else name[:LONGEST_NAME]
