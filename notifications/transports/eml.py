"""Mail as .eml files in a folder: what an office without a mail server gets, and what the web shows."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from notifications.mail import PackedMail, pack_mail
from notifications.transports import Answer, Outcome, Outgoing, Packed, Receipt, Unreachable
from tracker.files.durable import write_whole

_WHY = {
    errno.ENOSPC: "空き容量がありません",
    errno.EDQUOT: "空き容量がありません",
    errno.EFBIG: "空き容量がありません",
    errno.EACCES: "書き込む権限がありません",
    errno.EPERM: "書き込む権限がありません",
    errno.EROFS: "書き込めない媒体です",
    errno.ENOENT: "フォルダーを作れません",
    errno.ENOTDIR: "フォルダーではありません",
    errno.EEXIST: "フォルダーではありません",
}


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

    def pack(self, message: Outgoing) -> PackedMail:
        """The mail in bytes; SenderRefused or HeaderRefused as in `pack_mail`."""
        return pack_mail(message)

    def send(self, packed: Packed, addresses: Sequence[str]) -> Receipt:
        """Write the mail whole or not at all, for all its addresses; Unreachable when the folder cannot take it."""
        assert isinstance(packed, PackedMail)
        written = Answer(Outcome.ACCEPTED, f"{packed.file_name} に書きました")
        receipt = {each: packed.unusable.get(each, written) for each in addresses}
        if written in receipt.values():
            self._write(packed)
        return receipt

    def _write(self, mail: PackedMail) -> None:
        try:
            write_whole(self.path / mail.file_name, mail.content)
        except OSError as failure:
            code = failure.errno or 0
            why = _WHY.get(code) or f"読み書きの誤り: {errno.errorcode.get(code, code)}"
            raise Unreachable(f"通知を {self.path} に書けません（{why}）。後で再び書きます。") from failure
