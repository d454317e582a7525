"""A backup is everything, taken while others write; what is put back is what was there, or nothing is put back."""

import hashlib
import io
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.conftest import ROOT, Command
from tests.databases import another_database, everything_in, is_on_postgresql, on_both_databases
from tests.web.situations import DISABILITY, OCCASION, a_task, an_office, answered, given
from tracker.backup.restoring import restore
from tracker.backup.writing import write_backup
from tracker.domain.errors import CommandRefused, InputRefused
from tracker.evidence import EvidenceFolder
from tracker.links import office_secret
from tracker.office import Office, open_office
from tracker.settings import Settings, load_settings

DOCUMENT = b"%PDF-1.7 evidence"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office with a task, an answer, a document, a report's file, a letter's file and a key."""
    office = an_office(tmp_path / "office", '[smtp]\nhost = "127.0.0.1"\npassword = "himitsu"\n')
    task = given(office, a_task())
    answered(office, task)
    with (tmp_path / "document").open("wb+") as file:
        file.write(DOCUMENT)
        file.seek(0)
        kept = EvidenceFolder(office.data_dir / "evidence").keep(file, 1 << 20)
    with office.store.transaction() as records:
        name_document(records.connection, task.key, kept.sha256)
    for name in ("reports/週次報告.pdf", "mail/1.eml", "uploads/ab/x.part", ".draft", "intake/2024-03-18/職員.csv"):
        path = office.data_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    office_secret(office.data_dir)
    return office


def name_document(connection: object, task: str, sha256: str) -> None:
    connection.exec_driver_sql(  # type: ignore[attr-defined]
        "INSERT INTO attachment (task_key, name, sha256, size, added_at, added_by, department_code, removed_by,"
        f" removal_reason) VALUES ('{task}', '報告.pdf', '{sha256}', 17, '2024-03-18 00:00:00.000000', '職員０１',"
        f" '{DISABILITY}', '', '')"
    )


def put_back(archive: Path, target: Path, key_file: Path | None = None) -> Office:
    """The office that a backup gives back."""
    restore(Settings(), target, archive, key_file)
    return open_office(None, target)


@on_both_databases
def test_what_is_put_back_is_what_was_there(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything_in(office)
    taken = write_backup(office, tmp_path / "b.zip", with_keys=True)
    if is_on_postgresql():
        monkeypatch.setenv("ZESEI_DATABASE__URL", another_database_that_is_empty())

    restore(load_settings(None), tmp_path / "new", tmp_path / "b.zip")
    after = open_office(None, tmp_path / "new")

    assert taken.troubles == ()
    assert everything_in(after) == before
    assert (after.data_dir / "reports/週次報告.pdf").read_text(encoding="utf-8") == "reports/週次報告.pdf"
    assert (after.data_dir / "intake/2024-03-18/職員.csv").exists()
    assert not list(after.data_dir.glob(".*"))
    assert not (after.data_dir / "uploads").exists()
    assert office_secret(after.data_dir) == office_secret(office.data_dir)
    with after.store.reading() as records:
        assert records.events.verify() == taken.entries > 0
        (sha256,) = records.connection.exec_driver_sql(
            "SELECT sha256 FROM attachment WHERE name = '報告.pdf'"
        ).scalars()
    assert EvidenceFolder(after.data_dir / "evidence").read(sha256) == DOCUMENT


def test_neither_a_password_nor_without_being_asked_the_key_is_in_it(office: Office, tmp_path: Path) -> None:
    write_backup(office, tmp_path / "b.zip")

    with zipfile.ZipFile(tmp_path / "b.zip") as pack:
        content = {name: pack.read(name) for name in pack.namelist()}
    assert json.loads(content["settings.json"])["smtp"]["host"] == "127.0.0.1"
    assert not [name for name, text in content.items() if b"himitsu" in text]
    assert not [name for name, text in content.items() if office_secret(office.data_dir).encode() in text]
    assert not json.loads(content["manifest.json"])["has_keys"]


def test_a_backup_taken_while_somebody_writes_is_of_one_instant(office: Office, tmp_path: Path) -> None:
    done = threading.Event()

    def go_on_writing() -> None:
        number = 2
        while not done.is_set():
            given(office, a_task(str(number)))
            number += 1

    writer = threading.Thread(target=go_on_writing)
    writer.start()
    try:
        for number in range(3):
            write_backup(office, tmp_path / f"{number}.zip")
    finally:
        done.set()
        writer.join()

    after = put_back(tmp_path / "2.zip", tmp_path / "new")
    with after.store.reading() as records:
        tasks = records.connection.exec_driver_sql("SELECT count(*) FROM task").scalar_one()
        opened = records.connection.exec_driver_sql("SELECT count(*) FROM event WHERE kind = 'TaskOpened'").scalar_one()
        assert records.events.verify() > 3
    assert tasks == opened > 1


def flip(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def replaced(**members: bytes) -> Callable[[bytes], bytes]:
    """An archive in which somebody put other files."""

    def change(content: bytes) -> bytes:
        source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
        with zipfile.ZipFile(target, "w") as pack:
            for name in [*source.namelist(), *members]:
                if name not in pack.namelist():
                    pack.writestr(name, members.get(name) or source.read(name))
        return target.getvalue()

    return change


def listed(name: str) -> Callable[[bytes], bytes]:
    """An archive whose manifest names a file where none may lie, and holds it."""

    def change(content: bytes) -> bytes:
        facts = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("manifest.json"))
        facts["files"].append({"name": name, "sha256": hashlib.sha256(b"evil").hexdigest(), "size": 4})
        return replaced(**{"manifest.json": json.dumps(facts).encode(), name: b"evil"})(content)

    return change


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "cut in the middle": lambda content: content[: len(content) // 2],
    "one bit of the database": lambda content: flip(content, 5_000),
    "no archive": lambda _content: b"PK\x03\x04 and nothing",
    "empty": lambda _content: b"",
    "another manifest": replaced(**{"manifest.json": b'{"kind": "other"}'}),
    "a manifest of nonsense": replaced(**{"manifest.json": b"\xff\x00"}),
    "a file more": replaced(**{"files/more.txt": b"x"}),
    "another document": replaced(**{"files/mail/1.eml": b"other"}),
    "a way up": listed("files/../../evil.txt"),
    "a way to the root": listed("/tmp/evil.txt"),
    "a way of Windows": listed("files\\..\\evil.txt"),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_an_archive_that_was_cut_altered_or_made_up_puts_nothing_back(
    archive: bytes, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "b.zip").write_bytes(change(archive))

    with pytest.raises(InputRefused, match=r"何も戻していません"):
        restore(Settings(), tmp_path / "new", tmp_path / "b.zip")

    assert list((tmp_path / "new").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "new"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a backup."""
    folder = tmp_path_factory.mktemp("archive")
    office = an_office(folder / "office")
    given(office, a_task())
    (office.data_dir / "mail").mkdir()
    (office.data_dir / "mail/1.eml").write_bytes(b"mail!")
    return write_backup(office, folder / "b.zip").path.read_bytes()


def test_a_full_folder_and_a_newer_programs_archive_are_refused(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(archive)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/memo.txt").write_text("x")
    with pytest.raises(CommandRefused, match="データがあります"):
        restore(Settings(), tmp_path / "full", tmp_path / "b.zip")

    facts = json.loads(zipfile.ZipFile(tmp_path / "b.zip").read("manifest.json")) | {"revision": "9999"}
    (tmp_path / "b.zip").write_bytes(replaced(**{"manifest.json": json.dumps(facts).encode()})(archive))
    with pytest.raises(CommandRefused, match="新しい版"):
        restore(Settings(), tmp_path / "new", tmp_path / "b.zip")

    assert [path.name for path in (tmp_path / "full").iterdir()] == ["memo.txt"]
    assert list((tmp_path / "new").iterdir()) == []


def test_an_encrypted_backup_opens_with_its_key_whole_and_unchanged_alone(office: Office, tmp_path: Path) -> None:
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_bytes(b"k" * 48)
    other.write_bytes(b"o" * 48)
    sealed = write_backup(office, tmp_path / "b.zesei", key_file=key).path
    content = sealed.read_bytes()
    assert b"PK\x03\x04" not in content[:1_000]

    for changed, with_key in (
        (content, other), (content, None), (content[:-1], key), (content[: -(1 << 20)], key), (flip(content, 60), key),
        (flip(content, len(content) - 3), key),
    ):  # fmt: skip
        sealed.write_bytes(changed)
        with pytest.raises(InputRefused):
            restore(Settings(), tmp_path / "new", sealed, with_key)
        assert list((tmp_path / "new").iterdir()) == []

    sealed.write_bytes(content)
    after = put_back(sealed, tmp_path / "new", key)
    assert everything_in(after) == everything_in(office)
    assert office_secret(after.data_dir) == office_secret(office.data_dir)


def test_a_document_that_is_gone_is_told_and_the_rest_is_kept(office: Office, tmp_path: Path) -> None:
    shutil.rmtree(office.data_dir / "evidence")

    taken = write_backup(office, tmp_path / "b.zip")

    assert "1件" in taken.troubles[0]
    assert put_back(tmp_path / "b.zip", tmp_path / "new").data_dir.exists()


def test_a_full_disk_leaves_neither_half_a_backup_nor_a_working_folder(office: Office, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    command = [
        sys.executable, "-m", "jobs", "--data-dir", str(office.data_dir), "backup", str(tmp_path / "out" / "b.zip"),
    ]  # fmt: skip

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
    )  # fmt: skip

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert list((tmp_path / "out").iterdir()) == []
    assert not list(office.data_dir.glob(".backup-*"))


def test_the_commands_say_what_they_did_and_a_restored_office_serves(zesei: Command, tmp_path: Path) -> None:
    zesei("init")
    assert "バックアップを取りました" in zesei("backup", tmp_path / "b.zip").out
    assert "もうあります" in zesei("backup", tmp_path / "b.zip", status=2).err
    shutil.rmtree(tmp_path / "data")

    assert "戻しました" in zesei("restore", tmp_path / "b.zip").out
    assert "書き換えはありません" in zesei("audit", "verify").out
    assert "データがあります" in zesei("restore", tmp_path / "b.zip", status=2).err


def test_a_trail_that_does_not_hold_is_told_by_the_backup_that_keeps_it(office: Office, tmp_path: Path) -> None:
    with closing(sqlite3.connect(office.data_dir / "zesei.db")) as connection, connection:
        connection.execute("UPDATE event SET by = '誰か' WHERE id = 1")

    taken = write_backup(office, tmp_path / "b.zip")

    assert "1 番目の記録" in taken.troubles[0]
    assert OCCASION.by not in taken.troubles[0]


def another_database_that_is_empty() -> str:
    """A database on the same server without any table."""
    url = another_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return url
