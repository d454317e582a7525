"""One office opened: its settings, data directory, clock, calendar and database, ready for a command."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from tracker.clock import OfficeClock, clock_of
from tracker.domain.calendar import OfficeCalendar
from tracker.domain.errors import CommandRefused, why
from tracker.domain.events import Occasion
from tracker.files.durable import make_folder
from tracker.files.trail_end import keep_end, kept_end
from tracker.holidays import calendar_origin, office_calendar
from tracker.settings import Settings, load_settings
from tracker.storage.calendar import is_calendar_kept, keep_calendar
from tracker.storage.committed import tell_of_ends
from tracker.storage.damage import damage_sentence, is_damage
from tracker.storage.database import sqlite_url
from tracker.storage.migrations import NEWEST, migrate, revision_of
from tracker.storage.notes import is_search_kept
from tracker.storage.schema import is_schema_noted, note_schema, refuse_other_schema
from tracker.storage.store import Store

DEFAULT_DATA_DIR = Path("data")


@dataclass(frozen=True)
class Office:
    """What a command works with."""

    settings: Settings
    data_dir: Path
    clock: OfficeClock
    calendar: OfficeCalendar
    store: Store

    def occasion(self, by: str, on: date | None = None) -> Occasion:
        """Now, by somebody, on the office's day or the day that was asked for."""
        return Occasion(by, self.clock.now(), on or self.clock.today())

    def for_visitors(self) -> "Office":
        """The same office for pages and programs: who waits for a writer is told so within seconds."""
        return replace(self, store=self.store.for_visitors(self.settings.limits.wait_seconds))


def open_office(config: Path | None, data_dir: Path) -> Office:
    """Read the settings, create or migrate the database, and write the calendar when it changed.

    Raises SettingsRefused or CommandRefused with a sentence when one of them cannot be had.
    """
    settings = load_settings(config)
    try:
        make_folder(data_dir)
    except OSError as trouble:
        raise CommandRefused(f"データの置き場所「{data_dir}」を作れません（{why(trouble)}）。") from None
    store = _open_store(settings.database.url or sqlite_url(data_dir))
    clock = clock_of(data_dir, settings.office.zone)
    calendar = office_calendar(settings.calendar)
    _keep_trail_end(store, data_dir)
    _keep_calendar(store, calendar, calendar_origin(settings.calendar))
    _keep_search(store)
    return Office(settings, data_dir, clock, calendar, store)


def _open_store(url: str) -> Store:
    try:
        store = Store.open(url)
        with store.reading() as records:
            is_current = revision_of(records.connection) == NEWEST
            is_in_order = is_current and is_schema_noted(records.connection)
        if not is_in_order:
            _bring_up(store)
    except (DBAPIError, ArgumentError, NoSuchModuleError, ImportError) as trouble:
        if is_damage(trouble):
            raise CommandRefused(damage_sentence(trouble)) from None
        reason = str(getattr(trouble, "orig", None) or trouble)
        raise CommandRefused(
            f"データベースを開けません（{reason}）。設定 database.url と置き場所を確かめてください。"
        ) from None
    return store


def _bring_up(store: Store) -> None:
    with store.transaction() as records:
        if not migrate(records.connection):
            refuse_other_schema(records.connection)
            note_schema(records.connection)


def _keep_trail_end(store: Store, data_dir: Path) -> None:
    """Keep the trail's end beside the database from here on; one that the trail no longer reaches stays as it is kept."""
    kept = kept_end(data_dir)
    with store.reading() as records:
        is_reached = kept is None or records.events.seal_of(kept.number) == kept.seal
        end = records.events.end()
    if not is_reached:
        return
    if kept != end:
        keep_end(data_dir, end)
    tell_of_ends(store.engine, partial(keep_end, data_dir))


def _keep_calendar(store: Store, calendar: OfficeCalendar, origin: str) -> None:
    with store.reading() as records:
        kept = is_calendar_kept(records.connection, origin)
    if not kept:
        with store.transaction() as records:
            keep_calendar(records.connection, calendar, origin)


def _keep_search(store: Store) -> None:
    with store.reading() as records:
        kept = is_search_kept(records.connection)
    if not kept:
        from tracker.storage.search_entries import keep_search  # it knows every table, and is needed once

        with store.transaction() as records:
            keep_search(records.connection)
