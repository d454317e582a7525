"""Everything an office can set, read from config.toml and the environment."""

from tracker.settings.accounts import AccountSettings
from tracker.settings.channels import WebhooksSettings
from tracker.settings.letters import AnswerSettings, EscalationSettings, ReminderSettings
from tracker.settings.loading import Settings, load_settings
from tracker.settings.office import (
    AddressSettings,
    CalendarSettings,
    LimitSettings,
    OfficeSettings,
    RegisterSettings,
    WebSettings,
)
from tracker.settings.times import JobTimes, TimetableSettings

__all__ = [
    "AccountSettings", "AddressSettings", "AnswerSettings", "CalendarSettings", "EscalationSettings", "JobTimes", "LimitSettings",
    "OfficeSettings", "RegisterSettings", "ReminderSettings", "Settings", "TimetableSettings", "WebSettings",
    "WebhooksSettings", "load_settings",
]  # fmt: skip
