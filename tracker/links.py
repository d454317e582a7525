"""Signed links from a letter to the page that answers it: for one task, one department, until a day."""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256

from itsdangerous import BadSignature, Signer, URLSafeSerializer

from tracker.domain.dates import wareki
from tracker.domain.errors import LinkRefused
from tracker.secrets.office_key import SECRET_FILE as SECRET_FILE
from tracker.secrets.office_key import office_secret as office_secret

OLD_SALT = "zesei.submission"
SALT = "zesei.answer"
ABOUT_A_TASK = "task:"
_TOKEN = re.compile(r"(([0-9]{1,18})-([0-9]{8})-([A-Za-z0-9_-]*))\.([A-Za-z0-9_-]{43})")
Named = Callable[[int], str | None]  # what an entry of the trail is about
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
    """Signs and reads links with an office's secret.

    A token holds the number of the trail's entry that opened the task, and no key: keys of tasks hold user ids. The
    signature covers the key, so that a number which means another task after a restored backup opens nothing.
    """

    secret: str

    def sign(self, link: AnswerLink, number: int) -> str:
        """The token of a link to the task that the trail's entry `number` opened; the same link gives the same token."""
        code = urlsafe_b64encode(link.department_code.encode()).decode().rstrip("=")
        head = f"{number}-{link.until.isoformat().replace('-', '')}-{code}"
        return f"{head}.{self._signature(head, link.task_key)}"

    def read(self, token: str, today: date, about: Named) -> AnswerLink:
        """What a token opens; LinkRefused with a sentence when it was not signed here, LinkExpired when its day is over."""
        found = _TOKEN.fullmatch(token)
        link = self._numbered(found, about) if found else self._keyed(token)
        if today > link.until:
            raise LinkExpired(EXPIRED.format(until=wareki(link.until, weekday=True)))
        return link

    def _numbered(self, found: re.Match[str], about: Named) -> AnswerLink:
        head, number, until, code, signature = found.groups()
        subject = about(int(number)) or ""
        key = subject.removeprefix(ABOUT_A_TASK)
        if not (subject.startswith(ABOUT_A_TASK) and secrets.compare_digest(signature, self._signature(head, key))):
            raise LinkRefused(BROKEN)
        return AnswerLink(key, urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode(), date.fromisoformat(until))

    def _keyed(self, token: str) -> AnswerLink:
        """A link of a mail that an earlier version sent: it opens until its day is over."""
        try:
            task_key, department_code, until = self._old_signer.loads(token)
            return AnswerLink(str(task_key), str(department_code), date.fromisoformat(until))
        except (BadSignature, ValueError, TypeError):
            raise LinkRefused(BROKEN) from None

    def _signature(self, head: str, task_key: str) -> str:
        return self._signer.get_signature(f"{head}\0{task_key}".encode()).decode()

    @cached_property
    def _signer(self) -> Signer:
        return Signer(self.secret, salt=SALT, key_derivation="hmac", digest_method=sha256)

    @cached_property
    def _old_signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=OLD_SALT)
