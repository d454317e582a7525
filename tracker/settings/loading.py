"""config.toml and the environment, as one frozen value; a key the program does not know is refused by name."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from tracker.domain.errors import SettingsRefused, why
from tracker.domain.registers import BY_STEM
from tracker.settings.accounts import AccountSettings
from tracker.settings.authorities import LdapSettings, OidcSettings
from tracker.settings.channels import BounceSettings, MailSettings, SmtpSettings, WebhooksSettings
from tracker.settings.health import HealthSettings
from tracker.settings.keeping import BackupSettings
from tracker.settings.letters import AnswerSettings, EscalationSettings, LetterSettings, ReminderSettings
from tracker.settings.office import (
    CalendarSettings,
    DatabaseSettings,
    EffectSettings,
    IntakeSettings,
    LimitSettings,
    OfficeSettings,
    RegisterSettings,
    ReportSettings,
    WebSettings,
)
from tracker.settings.times import TimetableSettings
from tracker.settings.toml_troubles import toml_trouble
from tracker.settings.troubles import refuse_unknown_variables, value_troubles, variable_trouble

CONFIG_FILE = "config.toml"
ENVIRONMENT = "ZESEI_"


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
    escalation: EscalationSettings = EscalationSettings()
    letters: LetterSettings = LetterSettings()
    answers: AnswerSettings = AnswerSettings()
    effects: EffectSettings = EffectSettings()
    webhooks: WebhooksSettings = WebhooksSettings()
    bounces: BounceSettings | None = None
    smtp: SmtpSettings | None = None
    mail: MailSettings = MailSettings()
    timetable: TimetableSettings = TimetableSettings()
    health: HealthSettings = HealthSettings()
    web: WebSettings = WebSettings()
    accounts: AccountSettings = AccountSettings()
    ldap: LdapSettings | None = None
    oidc: OidcSettings | None = None
    reports: ReportSettings = ReportSettings()
    database: DatabaseSettings = DatabaseSettings()
    backup: BackupSettings = BackupSettings()

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

    @field_validator("oidc")
    @classmethod
    def _comes_back(cls, oidc: OidcSettings | None, facts: ValidationInfo) -> OidcSettings | None:
        if oidc and "web" in facts.data and not facts.data["web"].address:
            raise ValueError("設定 web.address に、利用者が開くアドレスを書いてください。認証の後、そこに戻ります。")
        return oidc

    @field_validator("accounts")
    @classmethod
    def _from_a_proxy(cls, accounts: AccountSettings, facts: ValidationInfo) -> AccountSettings:
        if accounts.proxy_header and "web" in facts.data and not facts.data["web"].proxies:
            raise ValueError(
                "proxy_header を使うには、設定 web.proxies に、リバースプロキシのアドレスを書いてください。"
            )
        return accounts

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

    @property
    def has_other_sign_ins(self) -> bool:
        """Whether somebody may sign in without a password of ours."""
        return bool(self.ldap or self.oidc or self.accounts.proxy_header)

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
        raise SettingsRefused(f"設定ファイル「{path}」を開けません（{why(trouble)}）。") from None
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
