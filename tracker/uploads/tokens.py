"""Files that are looked over before anything is entered: a signed token names them, for whoever sent them alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from itsdangerous import BadSignature, URLSafeSerializer

from tracker.domain.errors import LinkRefused
from tracker.domain.uploads import UploadedFile

SALT = "zesei.preview"
UNKNOWN = "この取込みの確認は、ないか、期限が過ぎています。ファイルをもう一度選んでください。"


@dataclass(frozen=True)
class Held:
    """Files that were sent together: by which account, until when they are held, and as of which day."""

    files: tuple[UploadedFile, ...]
    account: str
    until: datetime
    as_of: date | None = None


@dataclass(frozen=True)
class HeldTokens:
    """Tokens signed with the office's secret, so that none can be made up."""

    secret: str

    def token(self, held: Held) -> str:
        """What opens the files again."""
        files = [[one.name, one.sha256, one.size] for one in held.files]
        as_of = held.as_of.isoformat() if held.as_of else None
        token = self._signer.dumps([files, held.account, held.until.isoformat(), as_of])
        return token.decode() if isinstance(token, bytes) else token

    def open(self, token: str, account: str, now: datetime) -> Held:
        """What a token opens; LinkRefused when it was not signed here, is another account's, or too old."""
        try:
            files, by, until, as_of = self._signer.loads(token)
            held = Held(
                tuple(UploadedFile(str(name), str(sha256), int(size)) for name, sha256, size in files), str(by),
                datetime.fromisoformat(until), date.fromisoformat(as_of) if as_of else None,
            )  # fmt: skip
        except (BadSignature, ValueError, TypeError):
            raise LinkRefused(UNKNOWN) from None
        if held.account != account or held.until < now:
            raise LinkRefused(UNKNOWN)
        return held

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=SALT)


def hash_of(files: Sequence[UploadedFile]) -> str:
    """One hash for all files of a preview, as its form carries it."""
    return hashlib.sha256("".join(f"{one.sha256}{one.name}\n" for one in files).encode()).hexdigest()
