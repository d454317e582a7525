"""The nightly backup: taken, put back in a folder beside to see that it can be, and the old ones thinned out."""

from datetime import datetime
from pathlib import Path

from jobs.runner import Work
from tracker.backup.restoring import look_through
from tracker.backup.writing import write_backup
from tracker.domain.errors import Refusal, why
from tracker.files.durable import make_folder
from tracker.health.backups import STAMP, LastBackup, keep_last, taken_in, to_be_kept
from tracker.office import Office
from tracker.settings.keeping import BackupSettings

DONE = "「{name}」にバックアップを取り、戻せることを確かめました（{size:,.1f} MB、記録 {entries:,}件{thinned}）。"
THINNED = "、古いもの {count}件を除いた"
TAKING, VERIFYING = "バックアップ", "バックアップの確かめ"


def take_nightly_backup(work: Work) -> None:
    """Take one when the settings name a folder; what goes wrong is told, and no older one is removed then."""
    office, rule = work.office, work.office.settings.backup
    if rule.folder is None:
        return
    now = work.occasion.at.astimezone(office.clock.zone)
    path = rule.folder / f"zesei-{now.strftime(STAMP)}.zip"
    try:
        make_folder(rule.folder.absolute())
        taken = write_backup(office, path, key_file=rule.key_file, leaving_out=rule.folder)
    except (Refusal, OSError) as trouble:
        sentence = (
            f"「{rule.folder}」に書けません（{why(trouble)}）。" if isinstance(trouble, OSError) else str(trouble)
        )
        work.failures[TAKING] = sentence
        _note(office, LastBackup(path.name, sentence))
        return
    for sentence in taken.troubles:
        work.failures[TAKING] = sentence
    unread = _trouble(path, rule)
    if unread:
        work.failures[VERIFYING] = unread
    _note(office, LastBackup(path.name, unread))
    count = 0 if work.failures else _thin_out(rule.folder, rule)
    thinned = THINNED.format(count=count) if count else ""
    if not unread:
        work.summary = DONE.format(
            name=path.name, size=taken.size / 1_000_000, entries=taken.entries, thinned=thinned
        )  # fmt: skip


def _trouble(path: Path, rule: BackupSettings) -> str:
    """Why a backup cannot be put back; nothing when it can."""
    try:
        troubles = look_through(path, path.parent, rule.key_file).troubles
    except Refusal as refusal:
        return str(refusal)
    except OSError as trouble:
        return f"「{path.parent}」に空きが足りないか、読めません（{why(trouble)}）。"
    return "".join(troubles)


def _thin_out(folder: Path, rule: BackupSettings) -> int:
    """Remove what the rule does not keep; how many there were."""
    taken = taken_in(folder)
    kept: set[datetime] = to_be_kept(taken.values(), rule)
    old = [name for name, moment in taken.items() if moment not in kept]
    for name in old:
        (folder / name).unlink(missing_ok=True)
    return len(old)


def _note(office: Office, last: LastBackup) -> None:
    with office.store.transaction() as records:
        keep_last(records, last)
