"""Signed links from a letter to the page that answers it: for one task, one department, until a day."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from itsdangerous import BadSignature, URLSafeSerializer

from tracker.domain.dates import wareki
from tracker.domain.errors import LinkRefused
from tracker.secrets.office_key import SECRET_FILE as SECRET_FILE
from tracker.secrets.office_key import office_secret as office_secret

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
