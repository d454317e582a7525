"""Passwords as argon2id hashes, computed by few at once: each takes 64 MiB and half a second."""

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from tracker.domain.errors import TooManyAtOnce
from tracker.domain.passwords import LONGEST_PASSWORD, same_spelling

AT_ONCE, WAITING = 2, 8
BUSY = "ただいまログインが混み合っています。失敗には数えていません。少し待ってから、もう一度行ってください。"
TIMES, KIB, LANES = 3, 65_536, 4
_hasher = PasswordHash((Argon2Hasher(time_cost=TIMES, memory_cost=KIB, parallelism=LANES),))
_room, _queue = BoundedSemaphore(AT_ONCE), BoundedSemaphore(AT_ONCE + WAITING)


def hash_of(password: str) -> str:
    """What is kept of a password. TooManyAtOnce when too many are being computed."""
    with _turn():
        return _hasher.hash(same_spelling(password))


def is_right(password: str, kept: str) -> bool:
    """Whether it is the password; takes as long when nothing is kept. TooManyAtOnce when too many ask at once."""
    plain = same_spelling(password[: LONGEST_PASSWORD * 8])[: LONGEST_PASSWORD + 1]
    with _turn():
        try:
            return _hasher.verify(plain, kept or _of_nobody()) and bool(kept)
        except UnknownHashError:
            return False


@cache
def _of_nobody() -> str:
    """A hash that no password has, which takes as long to try as any other."""
    salt, digest = (b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (16, 32))
    return f"$argon2id$v=19$m={KIB},t={TIMES},p={LANES}${salt}${digest}"


@contextmanager
def _turn() -> Iterator[None]:
    if not _queue.acquire(blocking=False):
        raise TooManyAtOnce("", BUSY)
    try:
        with _room:
            yield
    finally:
        _queue.release()
