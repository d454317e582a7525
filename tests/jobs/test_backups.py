"""The nightly backup: taken, tried, thinned out; and told when it fails or does not come."""

import json
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.jobs.situations import run, run_with_trouble
from tests.web.situations import TODAY, a_task, administrator, an_office, division, given, words_of
from tracker.health.backups import to_be_kept
from tracker.office import Office
from tracker.settings.keeping import BackupSettings

FOUR = time(4)


def an_office_with_backups(folder: Path, more: str = "") -> Office:
    office = an_office(folder, f'[backup]\nfolder = "{folder / "kept"}"\n{more}')
    office.data_dir.chmod(0o700)
    given(office, a_task())
    return office


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "kept").iterdir())


def test_each_night_makes_one_that_can_be_put_back_and_the_old_ones_go(tmp_path: Path) -> None:
    office = an_office_with_backups(tmp_path, "keep_daily = 2\nkeep_weekly = 1\nkeep_monthly = 1\n")

    for night in range(3):
        done = run(office, "backup", TODAY - timedelta(days=2 - night), FOUR)

    assert names(tmp_path) == ["zesei-20240317-0400.zip", "zesei-20240318-0400.zip"]
    assert "戻せることを確かめました" in done.summary
    with zipfile.ZipFile(tmp_path / "kept" / "zesei-20240318-0400.zip") as pack:
        assert json.loads(pack.read("manifest.json"))["missing_evidence"] == []
    run(office, "inspection", TODAY, time(5))
    assert "バックアップ" not in words_of(division(office).get("/").text)


def test_one_that_fails_removes_none_and_is_told(tmp_path: Path) -> None:
    office = an_office_with_backups(
        tmp_path, 'keep_daily = 1\nkeep_weekly = 0\nkeep_monthly = 0\nkey_file = "/no/key"\n'
    )
    (tmp_path / "kept").mkdir()
    old = tmp_path / "kept" / "zesei-20240301-0400.zip"
    old.write_bytes(b"an older one")

    done = run_with_trouble(office, "backup", TODAY, FOUR)
    run(office, "inspection", TODAY, time(5))

    assert "鍵ファイル" in done.failures["バックアップ"]
    assert names(tmp_path) == ["zesei-20240301-0400.zip"]
    for reader in (division(office), administrator(office)):
        told = words_of(reader.get("/").text)
        assert "17日間、新しいバックアップがありません" in told
        assert "鍵ファイル" in told


def test_without_a_folder_none_is_taken(tmp_path: Path) -> None:
    office = an_office(tmp_path)

    assert run(office, "backup", TODAY, FOUR).summary == ""


@for_all(nights=st.sets(st.integers(min_value=0, max_value=500), min_size=1, max_size=120))
def test_the_newest_of_each_of_the_last_days_weeks_and_months_is_kept(nights: set[int]) -> None:
    taken = [datetime(2023, 1, 1, 4, tzinfo=UTC) + timedelta(days=night) for night in nights]

    kept = to_be_kept(taken, BackupSettings())

    newest_first = sorted(taken, reverse=True)
    wanted = set(newest_first[:7])
    for most, bucket in ((5, week_of), (12, month_of)):
        seen = list[object]()
        for moment in newest_first:
            if bucket(moment.date()) not in seen and len(seen) < most:
                seen.append(bucket(moment.date()))
                wanted.add(moment)
    assert kept == wanted


def week_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> str:
    return day.isoformat()[:7]
