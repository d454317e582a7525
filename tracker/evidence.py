"""Uploaded documents, kept outside the database: named by their hash, written whole or not at all."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from tracker.domain.errors import EvidenceRefused
from tracker.files.durable import make_folder, move, sync_file

EVIDENCE_FOLDER = "evidence"
PER_CHUNK = 1 << 16
CANNOT_BE_KEPT = "ファイルを保管できませんでした。保管場所に空きがないおそれがあります。情報管理課に連絡してください。"


@dataclass(frozen=True)
class KeptFile:
    """The hash (SHA-256, hexadecimal) and the size in bytes of what was kept."""

    sha256: str
    size: int


@dataclass(frozen=True)
class EvidenceFolder:
    """The folder DIR/evidence."""

    path: Path

    def keep(self, source: BinaryIO, limit: int) -> KeptFile:
        """Keep a document; the same bytes are kept once.

        EvidenceRefused when it is empty, larger than `limit` bytes, or cannot be written.
        """
        try:
            return self._keep(source, limit)
        except OSError as trouble:
            raise EvidenceRefused(CANNOT_BE_KEPT) from trouble

    def _keep(self, source: BinaryIO, limit: int) -> KeptFile:
        make_folder(self.path)
        with NamedTemporaryFile(dir=self.path, prefix=".", suffix=".part", delete=False) as part:
            try:
                digest, size = hashlib.sha256(), 0
                while chunk := source.read(PER_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise EvidenceRefused(f"ファイルが大きすぎます（上限{limit // (1 << 20)}MB）。")
                    digest.update(chunk)
                    part.write(chunk)
                if not size:
                    raise EvidenceRefused("空のファイルは添えられません。")
                sync_file(part.file)
                move(Path(part.name), self.place_of(digest.hexdigest()))
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        return KeptFile(digest.hexdigest(), size)

    def place_of(self, sha256: str) -> Path:
        """Where a document of that hash lies."""
        return self.path / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there; asked in the transaction that enters a document, for a removal may come between."""
        return self.place_of(sha256).exists()

    def set_aside(self, sha256: str) -> None:
        """Take a document out of reach; `discard` or `put_back` follows."""
        if self.has(sha256):
            move(self.place_of(sha256), self._aside(sha256))

    def put_back(self, sha256: str) -> None:
        """What was set aside is a document again."""
        if self._aside(sha256).exists():
            move(self._aside(sha256), self.place_of(sha256))

    def discard(self, sha256: str) -> None:
        """What was set aside is gone for good."""
        self._aside(sha256).unlink(missing_ok=True)

    def _aside(self, sha256: str) -> Path:
        return self.place_of(sha256).with_suffix(".removed")

    def read(self, sha256: str) -> bytes:
        """A document's bytes; EvidenceRefused when it is gone or no longer what was kept."""
        try:
            # A program killed between setting aside and the end of its transaction left the bytes there.
            content = (self.place_of(sha256) if self.has(sha256) else self._aside(sha256)).read_bytes()
        except OSError:
            raise EvidenceRefused("このファイルは保管場所にありません。情報管理課に連絡してください。") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise EvidenceRefused("このファイルは保管した後に変わっています。情報管理課に連絡してください。")
        return content
