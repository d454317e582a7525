"""config.toml and the environment, as one frozen value; a key the program does not know is refused by name."""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from tracker.domain.addresses import is_usable_address
from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, SettingsRefused
from tracker.domain.registers import BY_STEM
from tracker.reasons import refused
from tracker.setting_troubles import refuse_unknown_variables, value_troubles, variable_trouble
from tracker.toml_troubles import toml_trouble

CONFIG_FILE = "config.toml"
ENVIRONMENT = "ZESEI_"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OfficeSettings(_Section):
    """Who this office is."""

    name: str = "○○市"
    division: str = "情報管理課"  # 所属コード or 課 of the information management division
    division_name: str = "情報管理課"  # as it stands at the head of a letter: 政策経営部 情報管理課
    contact: str = "情報管理課　個人情報保護担当"
    zone: str = "Asia/Tokyo"

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"「{zone}」という時間帯はありません。Asia/Tokyo のように書いてください。") from None
        return zone


class CalendarSettings(_Section):
    """The office's own closed and open days, and a newer list of national holidays."""

    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()
    holidays_file: Path | None = None

    @field_validator("closed", "open", mode="before")
    @classmethod
    def _days(cls, days: Any) -> Any:
        if not isinstance(days, (list, tuple)):
            return days
        try:
            return [read_date(str(day)).day for day in days]
        except DateUnreadable as refusal:
            raise ValueError(str(refusal)) from None


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
            raise ValueError(f"「{stem}」という台帳はありません。")
        return stem


class IntakeSettings(_Section):
    """Where other systems leave their exports."""

    folder: Path | None = None
    addresses: tuple[AddressSettings, ...] = ()
    timeout_seconds: float = Field(default=20, gt=0)


class ReminderSettings(_Section):
    """The ladder: days before a deadline on which a department is told, and how often after it."""

    days_before: tuple[int, ...] = (14, 7, 3, 1, 0)
    repeat_days: int = Field(default=7, ge=1)


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

    sender: str = "zesei@localhost.localdomain"  # or 情報管理課 <joho@city.example>
    back_off_minutes: tuple[int, ...] = (1, 5, 30, 120, 360, 720, 1440)
    batch: int = Field(default=500, ge=1)
    lease_minutes: int = Field(default=10, ge=1)

    @field_validator("sender")
    @classmethod
    def _usable(cls, sender: str) -> str:
        if not is_usable_address(sender):
            shown = " ".join(sender.split())
            raise ValueError(
                f"「{shown[:60]}」はメールアドレスとして使えません。"
                "joho@city.example か 情報管理課 <joho@city.example> のように書いてください。"
            )
        return sender


class JobTimes(_Section):
    """When one job runs: at a time on every day, on open days or a weekday; or every few minutes."""

    at: time | None = None
    on: Literal["every-day", "open-days", "mon", "tue", "wed", "thu", "fri"] = "every-day"
    every_minutes: int | None = Field(default=None, ge=1)

    @field_validator("at", mode="before")
    @classmethod
    def _no_number(cls, at: Any) -> Any:
        if isinstance(at, (int, float)):  # seconds since midnight to pydantic; 830 is not half past eight
            raise ValueError(refused(at, '"08:30" のように書いてください。'))
        return at


class TimetableSettings(_Section):
    """When each scheduled job runs, in the office's zone."""

    intake: JobTimes = JobTimes(at=time(5, 30))
    checks: JobTimes = JobTimes(at=time(6, 0))
    reminders: JobTimes = JobTimes(at=time(8, 30), on="open-days")
    weekly_report: JobTimes = JobTimes(at=time(8, 30), on="mon")
    delivery: JobTimes = JobTimes(every_minutes=1)


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
        extra="forbid", frozen=True, env_prefix=ENVIRONMENT, env_nested_delimiter="__", case_sensitive=False
    )
    office: OfficeSettings = OfficeSettings()
    calendar: CalendarSettings = CalendarSettings()
    registers: dict[str, RegisterSettings] = Field(default_factory=dict)
    checks: dict[str, dict[str, bool | int]] = Field(default_factory=dict)
    limits: LimitSettings = LimitSettings()
    intake: IntakeSettings = IntakeSettings()
    reminders: ReminderSettings = ReminderSettings()
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
                raise ValueError(f"「{stem}」という台帳はありません。")
            headers = {column.header for column in BY_STEM[stem].columns}
            for header in settings.aliases:
                if header not in headers:
                    raise ValueError(f"台帳「{stem}」に「{header}」という列はありません。")
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
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text)
    except OSError as trouble:
        raise SettingsRefused(f"設定ファイル「{path}」を開けません（{trouble.strerror}）。") from None
    except UnicodeDecodeError:
        raise SettingsRefused(f"設定ファイル「{path}」の文字コードが違います。UTF-8 で保存してください。") from None
    except tomllib.TOMLDecodeError as trouble:
        raise SettingsRefused(f"設定ファイル「{path}」の{toml_trouble(text, trouble)}") from None


def _checked(values: dict[str, Any], name: str) -> Settings:
    refuse_unknown_variables(ENVIRONMENT, Settings.model_fields)
    try:
        return Settings(**values)
    except SettingsError as trouble:
        raise SettingsRefused(variable_trouble(trouble, ENVIRONMENT)) from None
    except ValidationError as trouble:
        raise SettingsRefused(value_troubles(trouble, name, ENVIRONMENT)) from None
