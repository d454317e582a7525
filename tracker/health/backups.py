"""The nightly backups: whether there are any, how old the newest is, and whether it could be read."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracker.domain.dates import wareki
from tracker.health.values import Patient, Symptom
from tracker.settings.keeping import BackupSettings
from tracker.storage.notes import note, noted
from tracker.storage.screens.standstill import first_and_newest_entry
from tracker.storage.store import Records

NOTE = "backup"
NAMED = re.compile(r"zesei-(\d{8}-\d{4})\.zip", re.ASCII)
STAMP = "%Y%m%d-%H%M"
UNSET = (
    "毎晩のバックアップは設定されていません。"
    "config.toml の [backup] folder に、別のディスクのフォルダーを書くと、毎晩取って確かめます。"
)
NO_FOLDER = "バックアップのフォルダー「{path}」を開けません。ディスクがつながっているか、設定 backup.folder を確かめてください。"
NONE = "「{path}」にバックアップがまだありません。zesei jobs run backup で取り、失敗するときはその文を見てください。"
OLD = "{days}日間、新しいバックアップがありません（最後は{made}）。「処理」でバックアップの結果を確かめてください。"
UNREAD = (
    "いちばん新しいバックアップ「{name}」を確かめられませんでした（{why}）。"
    "取り直し、同じことが続くときは前のものを残しておいてください。"
)
UNVERIFIED = (
    "いちばん新しいバックアップ「{name}」は、戻せるか確かめられていません。zesei jobs run backup で取り直してください。"
)


@dataclass(frozen=True)
class LastBackup:
    """The newest nightly backup: its file, and why it could not be read back; nothing when it could."""

    name: str = ""
    trouble: str = ""


def taken_in(folder: Path) -> dict[str, datetime]:
    """The nightly backups of a folder by their names, each with the office's hour at which it was begun."""
    found = {path.name: NAMED.fullmatch(path.name) for path in folder.iterdir() if path.is_file()}
    return {name: moment for name, match in found.items() if match and (moment := _moment(match[1]))}


def to_be_kept(taken: Collection[datetime], rule: BackupSettings) -> set[datetime]:
    """The newest of each of the last days, weeks and months that have any."""
    ladder = (
        (rule.keep_daily, lambda moment: moment.date()),
        (rule.keep_weekly, lambda moment: moment.isocalendar()[:2]),
        (rule.keep_monthly, lambda moment: (moment.year, moment.month)),
    )
    kept = set[datetime]()
    for most, bucket in ladder:
        newest = {bucket(moment): moment for moment in sorted(taken)}
        kept.update(sorted(newest.values(), reverse=True)[:most])
    return kept


def keep_last(records: Records, last: LastBackup) -> None:
    """Keep what came of a night's backup."""
    note(records.connection, NOTE, json.dumps(asdict(last), ensure_ascii=False))


def backups(patient: Patient) -> Iterator[Symptom]:
    """Whether the office could be put back tomorrow."""
    rule = patient.office.settings.backup
    if rule.folder is None:
        yield Symptom(UNSET, is_wrong=False)
        return
    try:
        taken = taken_in(rule.folder)
    except OSError:
        yield Symptom(NO_FOLDER.format(path=rule.folder))
        return
    if not taken:
        yield Symptom(NONE.format(path=rule.folder), is_wrong=_has_waited(patient, rule))
        return
    yield from _of_the_newest(patient, rule, max(taken, key=lambda name: taken[name]), max(taken.values()))


def _of_the_newest(patient: Patient, rule: BackupSettings, name: str, made: datetime) -> Iterator[Symptom]:
    now = patient.now.astimezone(patient.office.clock.zone).replace(tzinfo=None)
    if (now - made) > timedelta(days=rule.told_after_days):
        yield Symptom(OLD.format(days=(now - made).days, made=wareki(made.date())))
    last = LastBackup(**json.loads(noted(patient.records.connection, NOTE) or "{}"))
    if last.trouble:
        yield Symptom(UNREAD.format(name=last.name, why=last.trouble.rstrip("。")))
    elif last.name != name:
        yield Symptom(UNVERIFIED.format(name=name))


def _has_waited(patient: Patient, rule: BackupSettings) -> bool:
    ends = first_and_newest_entry(patient.records.connection)
    return ends is not None and patient.now - ends[0] > timedelta(days=rule.told_after_days)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, STAMP)  # noqa: DTZ007  # the office's own hour
    except ValueError:
        return None
