"""Who the office is, its calendar, its registers, and where its pages and database are."""

import re
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator

from tracker.domain.dates import read_date
from tracker.domain.effects import EffectRule
from tracker.domain.errors import DateUnreadable
from tracker.domain.registers import BY_STEM
from tracker.domain.tasks import Origin
from tracker.settings.reasons import refused
from tracker.settings.section import Section


class OfficeSettings(Section):
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


class CalendarSettings(Section):
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


class RegisterSettings(Section):
    """One register: how old it may be for a check, how much of it may be nobody's, and other headings its columns may have."""

    max_age_days: int = Field(default=35, ge=1)
    max_unknown_percent: int = Field(default=10, ge=1, le=100)  # rows that are nobody's, before a check cannot judge
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class LimitSettings(Section):
    """How much a file may hold."""

    file_mb: int = Field(default=128, ge=1)
    paper_mb: int = Field(default=2, ge=1)  # text of a council paper
    unpacked_mb: int = Field(default=1024, ge=1)
    columns: int = Field(default=1000, ge=50, le=16_384)  # of one table; what stands further right is refused
    bad_rows_shown: int = Field(default=100, ge=1)
    wait_seconds: float = Field(default=5, ge=0, le=60)  # of a page or a program while another one writes


class AddressSettings(Section):
    """An address inside the office's network that serves a register file."""

    url: str
    register_stem: str = Field(alias="register")

    @field_validator("register_stem")
    @classmethod
    def _known(cls, stem: str) -> str:
        if stem not in BY_STEM:
            raise ValueError(f"「{stem}」という台帳はありません。")
        return stem

    @field_validator("url")
    @classmethod
    def _whole(cls, url: str) -> str:
        if not re.match(r"https?://[^/\s]+", url):  # not quoted: it may hold a password
            raise ValueError(
                "http://jinji.example.lg.jp/export/職員.csv のように、http:// か https:// から書いてください。"
            )
        return url


class IntakeSettings(Section):
    """Where other systems leave their exports."""

    folder: Path | None = None
    addresses: tuple[AddressSettings, ...] = ()
    timeout_seconds: float = Field(default=20, gt=0)  # without a byte
    whole_seconds: float = Field(default=600, gt=0)  # for one file


class WebSettings(Section):
    """Where the pages are served, and the address that letters point to."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    address: str | None = None  # where departments reach the pages; without it, letters carry no links
    https: bool = False  # people reach the pages by https, as by a reverse proxy that does not say so
    hsts_days: int = Field(default=0, ge=0, le=730)  # how long browsers ask by https only; 0: not said
    head_seconds: float = Field(default=20, gt=0)  # within which the head of a request must be whole
    stall_seconds: float = Field(default=30, gt=0)  # within which a body or an answer must get on
    slowest_kb: int = Field(default=1, ge=1)  # … by so much a second
    connections: int = Field(default=500, ge=8)  # open at once
    connections_per_address: int = Field(default=100, ge=1)  # … from one address that is no proxy
    proxies: tuple[str, ...] = ()  # addresses of reverse proxies whose X-Forwarded-For and -Proto count

    @field_validator("address")
    @classmethod
    def _whole(cls, address: str | None) -> str | None:
        if address is not None and not re.match(r"https?://[^/\s]+", address):
            raise ValueError(
                refused(address, "http://zesei.example.lg.jp のように、http:// か https:// から書いてください。")
            )
        return address

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ip_network(proxy)
            except ValueError:
                raise ValueError(
                    refused(proxy, "10.1.2.3 か 10.1.2.0/24 のように、アドレスを書いてください。")
                ) from None
        return proxies


class EffectSettings(Section):
    """So many months after a completion the division looks whether it holds; 0: it does not."""

    months: int = Field(default=3, ge=0, le=60)
    origins: tuple[Origin, ...] = (Origin.FINDING,)

    def rule(self) -> EffectRule:
        """The rule as the domain knows it."""
        return EffectRule(self.months, frozenset(self.origins))


class ReportSettings(Section):
    """Who is sent what of the reports."""

    to_departments: bool = False  # each department its own part of the weekly report


class DatabaseSettings(Section):
    """Where the database is, when not in the data directory."""

    url: str | None = None
