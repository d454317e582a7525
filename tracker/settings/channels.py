"""How letters leave and come back: the mail server, the bounce mailbox, webhooks."""

from email.utils import parseaddr
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from tracker.domain.addresses import AddressUnusable, read_mailbox
from tracker.settings.reasons import refused
from tracker.settings.section import Section


class SmtpSettings(Section):
    """The mail server; without it, letters are written to DIR/mail."""

    host: str
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: SecretStr | None = None
    timeout_seconds: float = Field(default=20, gt=0)


class MailSettings(Section):
    """Sender and persistence of letters."""

    sender: str = "zesei@localhost.localdomain"  # or 情報管理課 <joho@city.example>
    bounces_to: str | None = None  # the envelope's sender; the sender's own address when empty
    back_off_minutes: tuple[int, ...] = Field(default=(1, 5, 15, 30, 60, 120), min_length=1)  # then the last again
    give_up_open_days: int = Field(default=5, ge=1)
    batch: int = Field(default=50, ge=1)
    lease_minutes: int = Field(default=10, ge=1)

    @field_validator("sender", "bounces_to")
    @classmethod
    def _usable(cls, sender: str | None) -> str | None:
        try:
            _ = None if sender is None else read_mailbox(sender)
        except AddressUnusable:
            shown = " ".join((sender or "").split())
            raise ValueError(
                f"「{shown[:60]}」はメールアドレスとして使えません。"
                "joho@city.example か 情報管理課 <joho@city.example> のように書いてください。"
            ) from None
        return sender

    @property
    def domain(self) -> str:
        """The domain that Message-IDs and calendar entries are named under."""
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"


class BounceSettings(Section):
    """The mailbox that undeliverable mail comes back to, read by IMAP."""

    host: str
    port: int = 143
    security: Literal["none", "starttls", "tls"] = "none"
    user: str
    password: SecretStr = SecretStr("")
    folder: str = "INBOX"
    timeout_seconds: float = Field(default=20, gt=0)


class WebhookSettings(Section):
    """One address that letters are posted to as well: of one department, or of the division when none is named."""

    name: str = Field(min_length=1)
    url: str
    format: Literal["slack", "teams", "plain"] = "plain"
    department: str | None = None
    kinds: tuple[Literal["reminder", "escalation", "unanswered", "weekly-report"], ...] = ()


class WebhooksSettings(Section):
    """Other channels; only hosts on the list are ever asked."""

    allowed: tuple[str, ...] = ()
    to: tuple[WebhookSettings, ...] = ()
    timeout_seconds: float = Field(default=10, gt=0)

    @model_validator(mode="after")
    def _can_be_reached(self) -> "WebhooksSettings":
        for entry in self.allowed:
            if "/" in entry:
                raise ValueError(
                    refused(entry, "allowed には chat.example.lg.jp のように、ホストの名前だけを書いてください。")
                )
        names = [hook.name for hook in self.to]
        for hook in self.to:
            parts = urlsplit(hook.url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError(refused(hook.url, "http:// か https:// から書いてください。"))
            if not {parts.hostname, parts.netloc} & set(self.allowed):
                raise ValueError(f"「{hook.name}」の送り先 {parts.netloc} が allowed にありません。")
            if names.count(hook.name) > 1:
                raise ValueError(f"「{hook.name}」という名前が二つあります。別の名前にしてください。")
        return self
