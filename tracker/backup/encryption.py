"""An archive in sealed pieces: AES-256-GCM under a key that is made of a key file; a piece cut off or moved is noticed."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tracker.domain.errors import InputRefused, why

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"ZESEI-BACKUP-1\n"
PIECE = 1 << 20  # bytes of plain text a piece
SALT, TAG, SHORTEST_KEY = 16, 16, 32
MORE, LAST = b"more", b"last"
WRONG = (
    "「{name}」を復号できません。鍵ファイルが違うか、ファイルが途中で切れているか、変わっています。何も戻していません。"
)
NO_KEY = "「{name}」は暗号化されています。--key-file に、作ったときの鍵ファイルを指定してください。"
SHORT_KEY = (
    f"鍵ファイル「{{path}}」は短すぎます。{SHORTEST_KEY}バイト以上の乱数を書いてください"
    "（例: head -c 48 /dev/urandom > 鍵ファイル）。"
)


class SealedFile:
    """A file that is written from its first byte to its last, sealed piece by piece; `close` seals the last one."""

    def __init__(self, target: IO[bytes], key: bytes) -> None:
        salt = os.urandom(SALT)
        self._target, self._cipher, self._number = target, _cipher(key, salt), 0
        self._held = bytearray()
        target.write(MARK + salt)

    def write(self, content: bytes) -> int:
        """Take some bytes."""
        self._held += content
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), MORE)
            del self._held[:PIECE]
        return len(content)

    def flush(self) -> None:
        """What is not a whole piece waits."""

    def close(self) -> None:
        """Seal what is left, as the last piece."""
        self._seal(bytes(self._held), LAST)

    def _seal(self, piece: bytes, place: bytes) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number), piece, place))
        self._number += 1


def is_sealed(path: Path) -> bool:
    """Whether an archive is encrypted."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def opened(path: Path, key: bytes) -> Iterator[bytes]:
    """The plain pieces of a sealed archive; InputRefused for another key, and for one that was cut or changed."""
    from cryptography.exceptions import InvalidTag

    with path.open("rb") as file:
        file.seek(len(MARK))
        cipher, number = _cipher(key, file.read(SALT)), 0
        piece = file.read(PIECE + TAG)
        while True:
            following = file.read(PIECE + TAG)
            try:
                yield cipher.decrypt(_nonce(number), piece, MORE if following else LAST)
            except (InvalidTag, ValueError):
                raise InputRefused(WRONG.format(name=path.name)) from None
            if not following:
                return
            piece, number = following, number + 1


def key_of(path: Path) -> bytes:
    """The bytes of a key file; InputRefused when it cannot be read or is short enough to be guessed."""
    try:
        key = path.read_bytes()
    except OSError as trouble:
        raise InputRefused(f"鍵ファイル「{path}」を読めません（{why(trouble)}）。") from None
    if len(key) < SHORTEST_KEY:
        raise InputRefused(SHORT_KEY.format(path=path))
    return key


def _cipher(key: bytes, salt: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), 32, salt, b"zesei backup").derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
