"""config.toml and the environment, as one frozen value; a key the program does not know is refused by name."""

import tomllib
from datetime import date, time
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, SettingsRefused
from tracker.domain.escalations import EscalationStep, Superior
from tracker.domain.registers import BY_STEM
from tracker.domain.reminders import DayCount, Ladder, Ladders
from tracker.domain.tasks import Origin

CONFIG_FILE = "config.toml"
DaysBefore = Annotated[int, Field(ge=0, le=366)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeSettings(_Section):
    """Who this office is."""

    name: str = "○○市"
    division: str = "情報管理課"  # 所属コード or 課 of the information management division
    division_name: str = "情報管理課"  # as it stands at the head of a letter: 政策経営部 情報管理課
    contact: str = "情報管理課　個人情報保護担当"
    zone: str = "Asia/Tokyo"


class CalendarSettings(_Section):
    """The office's own closed and open days, and a newer list of national holidays."""

    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()
    holidays_file: Path | None = None

    @field_validator("closed", "open", mode="before")
    @classmethod
    def _days(cls, days: Any) -> Any:
        return [read_date(day).day if isinstance(day, str) else day for day in days]


class RegisterSettings(_Section):
    """One register: how old it may be for a check, and other headings its columns may have."""

    max_age_days: int = Field(default=35, ge=1)
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class LimitSettings(_Section):
    """How much a file may hold."""

    file_mb: int = Field(default=128, ge=1)
    unpacked_mb: int = Field(default=1024, ge=1)
    bad_rows_shown: int = Field(default=100, ge=1)


class AddressSettings(_Section):
    """An address inside the office's network that serves a register file."""

    url: str
    register_stem: str = Field(alias="register")

    @field_validator("register_stem")
    @classmethod
    def _known(cls, stem: str) -> str:
        if stem not in BY_STEM:
            raise ValueError(f"「{stem}」という台帳はありません")
        return stem


class IntakeSettings(_Section):
    """Where other systems leave their exports."""

    folder: Path | None = None
    addresses: tuple[AddressSettings, ...] = ()
    timeout_seconds: float = Field(default=20, gt=0)


class LadderSettings(_Section):
    """A ladder of its own for one origin or one check; what it leaves out is as in [reminders]."""

    days_before: tuple[DaysBefore, ...] | None = None
    repeat_days: int | None = Field(default=None, ge=1, le=366)
    counted_in: DayCount | None = None


class ReminderSettings(_Section):
    """The ladder: days before a deadline on which a department is told, and how often after it."""

    days_before: tuple[DaysBefore, ...] = (14, 7, 3, 1, 0)
    repeat_days: int = Field(default=7, ge=1, le=366)
    counted_in: DayCount = DayCount.CALENDAR
    origin: dict[Origin, LadderSettings] = Field(default_factory=dict)
    kind: dict[str, LadderSettings] = Field(default_factory=dict)

    def ladders(self) -> Ladders:
        """The ladder of each task."""
        usual = Ladder(self.days_before, self.repeat_days, self.counted_in)
        by_origin = {origin: self._ladder(own, usual) for origin, own in self.origin.items()}
        of_flags = by_origin.get(Origin.FLAG, usual)
        return Ladders(usual, by_origin, {kind: self._ladder(own, of_flags) for kind, own in self.kind.items()})

    @staticmethod
    def _ladder(own: LadderSettings, other: Ladder) -> Ladder:
        return Ladder(
            other.days_before if own.days_before is None else own.days_before,
            own.repeat_days or other.repeat_days,
            own.counted_in or other.counted_in,
        )


class EscalationStepSettings(_Section):
    """So many open days after the deadline, somebody above the department is told."""

    after_open_days: int = Field(ge=1)
    to: Superior


class EscalationSettings(_Section):
    """Who above a department hears of what stays overdue; no steps: nobody."""

    steps: tuple[EscalationStepSettings, ...] = (
        EscalationStepSettings(after_open_days=5, to=Superior.CHIEF),
        EscalationStepSettings(after_open_days=10, to=Superior.DIVISION),
        EscalationStepSettings(after_open_days=15, to=Superior.DIRECTOR),
    )

    def ladder(self) -> tuple[EscalationStep, ...]:
        """The steps as the domain knows them."""
        return tuple(EscalationStep(step.after_open_days, step.to) for step in self.steps)


class AnswerSettings(_Section):
    """Answering from a letter without sign-in; `host` and `port` serve these pages alone to the office's network."""

    enabled: bool = True
    days: int = Field(default=60, ge=1, le=366)
    file_mb: int = Field(default=20, ge=1)
    files: int = Field(default=5, ge=0)
    host: str | None = None
    port: int = Field(default=8001, ge=1, le=65535)


class LetterSettings(_Section):
    """The office's own words, what is printed, what stands in a mail."""

    folder: Path | None = None
    print: Literal["without-address", "all", "never"] = "without-address"
    calendar: bool = True
    show_subjects: bool = False  # user ids and names of what a check saw


class BounceSettings(_Section):
    """The mailbox that undeliverable mail comes back to, read by IMAP."""

    host: str
    port: int = 143
    security: Literal["none", "starttls", "tls"] = "none"
    user: str
    password: SecretStr = SecretStr("")
    folder: str = "INBOX"
    timeout_seconds: float = Field(default=20, gt=0)


class WebhookSettings(_Section):
    """One address that letters are posted to as well: of one department, or of the division when none is named."""

    name: str = Field(min_length=1)
    url: str
    format: Literal["slack", "teams", "plain"] = "plain"
    department: str | None = None
    kinds: tuple[str, ...] = ()


class WebhooksSettings(_Section):
    """Other channels; only hosts on the list are ever asked."""

    allowed: tuple[str, ...] = ()
    to: tuple[WebhookSettings, ...] = ()
    timeout_seconds: float = Field(default=10, gt=0)


class SmtpSettings(_Section):
    """The mail server; without it, letters are written to DIR/mail."""

    host: str
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str | None = None
    password: SecretStr | None = None
    timeout_seconds: float = Field(default=20, gt=0)


class MailSettings(_Section):
    """Sender and persistence of letters."""

    sender: str = "zesei@localhost.localdomain"
    bounces_to: str = ""  # the envelope's sender; the sender's own address when empty
    back_off_minutes: tuple[int, ...] = (1, 5, 30, 120, 360, 720, 1440)
    batch: int = Field(default=100, ge=1)
    lease_minutes: int = Field(default=10, ge=1)

    @property
    def domain(self) -> str:
        """The domain that calendar entries are named under, as Message-IDs are."""
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"


class JobTimes(_Section):
    """When one job runs: at a time on every day, on open days or a weekday; or every few minutes."""

    at: time | None = None
    on: Literal["every-day", "open-days", "mon", "tue", "wed", "thu", "fri"] = "every-day"
    every_minutes: int | None = Field(default=None, ge=1)


class TimetableSettings(_Section):
    """When each scheduled job runs, in the office's zone."""

    intake: JobTimes = JobTimes(at=time(5, 30))
    checks: JobTimes = JobTimes(at=time(6, 0))
    reminders: JobTimes = JobTimes(at=time(8, 30), on="open-days")
    weekly_report: JobTimes = JobTimes(at=time(8, 30), on="mon")
    unanswered: JobTimes = JobTimes(at=time(8, 30), on="mon")
    forecast: JobTimes = JobTimes(at=time(6, 30))
    delivery: JobTimes = JobTimes(every_minutes=1)
    bounces: JobTimes = JobTimes(every_minutes=15)


class WebSettings(_Section):
    """Where the pages are served, and the address that letters point to."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    address: str | None = None  # where departments reach the pages; without it, letters carry no links


class DatabaseSettings(_Section):
    """Where the database is, when not in the data directory."""

    url: str | None = None


class Settings(BaseSettings):
    """Everything an office can set. Environment: ZESEI_<SECTION>__<KEY>, such as ZESEI_DATABASE__URL."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix="ZESEI_", env_nested_delimiter="__", case_sensitive=False
    )
    office: OfficeSettings = OfficeSettings()
    calendar: CalendarSettings = CalendarSettings()
    registers: dict[str, RegisterSettings] = Field(default_factory=dict)
    checks: dict[str, dict[str, bool | int]] = Field(default_factory=dict)
    limits: LimitSettings = LimitSettings()
    intake: IntakeSettings = IntakeSettings()
    reminders: ReminderSettings = ReminderSettings()
    escalation: EscalationSettings = EscalationSettings()
    letters: LetterSettings = LetterSettings()
    answers: AnswerSettings = AnswerSettings()
    webhooks: WebhooksSettings = WebhooksSettings()
    bounces: BounceSettings | None = None
    smtp: SmtpSettings | None = None
    mail: MailSettings = MailSettings()
    timetable: TimetableSettings = TimetableSettings()
    web: WebSettings = WebSettings()
    database: DatabaseSettings = DatabaseSettings()

    @field_validator("registers")
    @classmethod
    def _known(cls, registers: dict[str, RegisterSettings]) -> dict[str, RegisterSettings]:
        for stem, settings in registers.items():
            if stem not in BY_STEM:
                raise ValueError(f"「{stem}」という台帳はありません")
            headers = {column.header for column in BY_STEM[stem].columns}
            for header in settings.aliases:
                if header not in headers:
                    raise ValueError(f"台帳「{stem}」に「{header}」という列はありません")
        return registers

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment overrides the file; nothing else is read."""
        return env_settings, init_settings

    def register_settings(self, stem: str) -> RegisterSettings:
        """Settings of one register, the defaults when the office set none."""
        return self.registers.get(stem) or RegisterSettings()


def load_settings(path: Path | None) -> Settings:
    """Read the settings; without a path, config.toml in the working directory when there is one.

    Raises SettingsRefused with a sentence for a file that cannot be read or holds an unknown key.
    """
    if path is None:
        default = Path(CONFIG_FILE)
        return _checked({}, CONFIG_FILE) if not default.exists() else _checked(_read(default), CONFIG_FILE)
    return _checked(_read(path), str(path))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as trouble:
        raise SettingsRefused(f"設定ファイル「{path}」を開けません（{trouble.strerror}）。") from None
    except UnicodeDecodeError:
        raise SettingsRefused(f"設定ファイル「{path}」の文字コードが違います。UTF-8 で保存してください。") from None
    except tomllib.TOMLDecodeError as trouble:
        raise SettingsRefused(f"設定ファイル「{path}」の書き方が正しくありません（{trouble}）。") from None


def _checked(values: dict[str, Any], name: str) -> Settings:
    try:
        return Settings(**values)
    except DateUnreadable as trouble:
        raise SettingsRefused(f"設定「{name}」: {trouble}") from None
    except ValidationError as trouble:
        raise SettingsRefused(
            "\n".join(f"設定「{name}」の {_where(error)}: {_why(error)}" for error in trouble.errors())
        ) from None


def _where(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"])


def _why(error: Any) -> str:
    reasons = {
        "extra_forbidden": "このキーはありません。つづりを確かめてください。",
        "missing": "必ず書いてください。",
        "literal_error": f"{error.get('ctx', {}).get('expected', '')} のどれかにしてください。",
    }
    reason = reasons.get(error["type"])
    return reason or f"値「{error.get('input')}」は使えません（{error['msg'].removeprefix('Value error, ')}）。"
