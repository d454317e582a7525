"""A power cut: what somebody was told is on the disk, whatever the kernel still meant to write."""

import hashlib
import io
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from jobs.registry import runner_of
from notifications.mail import PackedMail
from notifications.transports.eml import EmlFolder
from tests.conftest import REPLAY
from tests.faults.disks import Disk, a_disk
from tracker.accounts import add_account
from tracker.clock import set_clock
from tracker.domain.accounts import Account, Role
from tracker.evidence import EvidenceFolder
from tracker.files.durable import copy_whole, sync_folder, write_whole
from tracker.links import office_secret
from tracker.office import Office, open_office
from tracker.uploads.folder import SentFile, UploadsFolder

DAY = date(2024, 3, 15)
MORNING = datetime(2024, 3, 15, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 40


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    with a_disk(tmp_path_factory.mktemp("power")) as mounted:
        yield mounted


def test_every_entry_that_was_acknowledged_is_there_after_a_power_cut(disk: Disk) -> None:
    office = open_office(None, disk.folder / "offices" / "data")
    answered = [f"shokuin{number:02d}" for number in range(9)]
    for name in answered:
        save(office, name)

    found = disk.cut_power() / "offices" / "data"

    assert names_in(found) == answered
    with open_office(None, found).store.reading() as records:
        assert records.events.verify() == len(answered)


def evidence(folder: Path) -> None:
    EvidenceFolder(folder / "evidence").keep(io.BytesIO(CONTENT), 1 << 20)


def set_aside_and_put_back(folder: Path) -> None:
    kept = EvidenceFolder(folder / "evidence").keep(io.BytesIO(CONTENT), 1 << 20)
    EvidenceFolder(folder / "evidence").set_aside(kept.sha256)
    EvidenceFolder(folder / "evidence").put_back(kept.sha256)


def uploaded_register(folder: Path) -> None:
    UploadsFolder(folder / "uploads").keep([SentFile("職員.csv", len(CONTENT), io.BytesIO(CONTENT))], 1)


def mail(folder: Path) -> None:
    packed = PackedMail(("joho@city.example",), {}, "zesei@city.example", {}, CONTENT, "letter.eml")
    EmlFolder(folder / "mail").send(packed, ["joho@city.example"])


def secret(folder: Path) -> None:
    office_secret(folder)


def anything(folder: Path) -> None:
    write_whole(folder / "print" / "2024-03-15" / "0303.pdf", CONTENT)


def anything_again(folder: Path) -> None:
    (folder / "a.pdf").write_bytes(b"before")
    write_whole(folder / "a.pdf", CONTENT)


def a_copy(folder: Path) -> None:
    write_whole(folder / "a.csv", CONTENT)
    copy_whole(folder / "a.csv", folder / "b.csv")


@pytest.mark.parametrize(
    "keep", [evidence, set_aside_and_put_back, uploaded_register, mail, secret, anything, anything_again, a_copy]
)
def test_a_file_that_was_acknowledged_is_there_whole_after_a_power_cut(
    disk: Disk, keep: Callable[[Path], None]
) -> None:
    folder = disk.folder / keep.__name__
    folder.mkdir()
    sync_folder(disk.folder)
    keep(folder)
    told = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    found = disk.cut_power() / keep.__name__

    assert {path.relative_to(found): path.read_bytes() for path in found.rglob("*") if path.is_file()} == told
    assert told


def test_after_a_day_of_work_no_letter_goes_out_again_and_no_report_is_missing(disk: Disk) -> None:
    data = disk.folder / "a-day" / "data"
    command = [sys.executable, "-m", "jobs", "--data-dir", str(data), "import", str(REPLAY / "2023-12-19")]
    subprocess.run([*command, "--as-of", str(DAY)], check=True, capture_output=True)
    set_clock(data, "Asia/Tokyo", MORNING)
    office = open_office(None, data)
    runner = runner_of(office)
    for job in ("checks", "reminders", "weekly_report", "delivery"):
        assert runner.run_by_hand(job, office.occasion("試験")).failures == {}

    found = disk.cut_power() / "a-day" / "data"

    with closing(sqlite3.connect(found / "zesei.db")) as database:
        (waiting,), (accepted,) = (
            database.execute(f"SELECT count(*) FROM outbox WHERE {which}").fetchone()
            for which in ("next_attempt_at IS NOT NULL", "accepted_at IS NOT NULL")
        )
        (files,) = database.execute("SELECT count(*) FROM issued_report").fetchone()
    assert (waiting, len(list((found / "mail").glob("*.eml")))) == (0, accepted)
    assert accepted > 3
    assert files == 1
    assert hashes(found / "reports") == hashes(data / "reports") != {}
    again = runner_of(open_office(None, found)).run_by_hand("delivery", office.occasion("試験"))
    assert again.summary == ""


def save(office: Office, name: str) -> None:
    add_account(office.store, Account(name, f"職員{name}", Role.DIVISION), "", office.occasion("試験"), 8)


def names_in(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "zesei.db")) as database:
        return [name for (name,) in database.execute("SELECT name FROM account ORDER BY 1")]


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.*")}
