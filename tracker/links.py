"""Signed links from a letter to the page that answers it: for one task, one department, until a day."""

import os
import secrets
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from tracker.domain.dates import wareki
from tracker.domain.errors import LinkRefused
from tracker.files.durable import sync_folder

SECRET_FILE = "secret.key"
SALT = "zesei.submission"
BROKEN = "このリンクは正しくありません。メールのリンクが途中で切れていないか確かめ、切れていたら全体を写してください。"
EXPIRED = "このリンクの期限（{until}）は過ぎました。新しいお知らせのリンクを使うか、情報管理課に連絡してください。"


class LinkExpired(LinkRefused):
    """A link of ours whose last day is over."""


@dataclass(frozen=True)
class AnswerLink:
    """What a signed link opens."""

    task_key: str
    department_code: str
    until: date


@dataclass(frozen=True)
class AnswerLinks:
    """Signs and reads links with an office's secret."""

    secret: str

    def sign(self, link: AnswerLink) -> str:
        """The token of a link; the same link gives the same token."""
        token = self._signer.dumps([link.task_key, link.department_code, link.until.isoformat()])
        return token.decode() if isinstance(token, bytes) else token

    def read(self, token: str, today: date) -> AnswerLink:
        """What a token opens; LinkRefused with a sentence when it was not signed here, LinkExpired when its day is over."""
        try:
            task_key, department_code, until = self._signer.loads(token)
            link = AnswerLink(str(task_key), str(department_code), date.fromisoformat(until))
        except (BadSignature, ValueError, TypeError):
            raise LinkRefused(BROKEN) from None
        if today > link.until:
            raise LinkExpired(EXPIRED.format(until=wareki(link.until, weekday=True)))
        return link

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=SALT)


def office_secret(data_dir: Path) -> str:
    """The office's secret, made at the first use; whoever has it can sign links."""
    path = data_dir / SECRET_FILE
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}.new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # two processes at once: the first one's secret holds
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        sync_folder(data_dir)
    return path.read_text(encoding="ascii")
