"""Mail as .eml files in a folder: what an office without a mail server gets, and what the web shows."""

import errno
import os
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self

from notifications.transports import Receipt, Unreachable

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class EmlFolder:
    """A folder that takes every mail, one file each; the same Message-ID overwrites its own file."""

    path: Path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close: every file is complete when `send` returns."""

    def send(self, mail: EmailMessage) -> Receipt:
        """Write the mail whole or not at all; Unreachable when the folder cannot take it."""
        name = _file_name(mail)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            _write_whole(self.path / name, mail.as_bytes(policy=SMTP))
        except OSError as failure:
            why = "空き容量がありません" if failure.errno in _NO_ROOM else failure.strerror or str(failure)
            raise Unreachable(f"通知を {self.path} に書けません（{why}）。後で再び書きます。") from failure
        return Receipt(f"{name} に書きました")


def _file_name(mail: EmailMessage) -> str:
    """<office's day>-<kind>-<hash of the Message-ID>.eml"""
    about = sha256(str(mail["Message-ID"]).encode()).hexdigest()[:16]
    return re.sub(r"[^A-Za-z0-9.-]", "_", f"{mail['X-Zesei-Date']}-{mail['X-Zesei-Kind']}-{about}.eml")


def _write_whole(target: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            os.replace(part.name, target)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
