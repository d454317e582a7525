"""Files that wait lie in one folder, whichever page they were sent on, and go when nobody wants them any more."""

import errno
import os
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from tracker.domain.errors import InputRefused
from tracker.domain.uploads import UploadedFile
from tracker.uploads.folder import KeptFileLost, SentFile, UploadsFolder

FOUR_HOURS = timedelta(hours=4)


@pytest.fixture
def folder(tmp_path: Path) -> UploadsFolder:
    return UploadsFolder(tmp_path / "uploads")


def kept(folder: UploadsFolder, *files: tuple[str, bytes]) -> tuple[UploadedFile, ...]:
    return folder.keep([SentFile(name, len(content), BytesIO(content)) for name, content in files], most_mb=1)


def test_files_lie_under_their_own_names_only_while_they_are_read(folder: UploadsFolder) -> None:
    files = kept(folder, ("職員.csv", b"a"), ("写し.txt", b"a"))

    with folder.laid_out(files) as paths, folder.laid_out(files) as again:  # two readers do not meet
        assert [(path.name, path.read_bytes()) for path in paths] == [("職員.csv", b"a"), ("写し.txt", b"a")]
        assert set(paths).isdisjoint(again)

    assert [path.name for path in folder.path.rglob("*") if path.is_file()] == [sha256(b"a").hexdigest()]


def test_a_name_too_long_for_a_disk_is_cut_and_keeps_its_ending(folder: UploadsFolder) -> None:
    with folder.laid_out(kept(folder, ("長" * 190 + ".txt", b"a"))) as paths:
        assert paths[0].suffix == ".txt"
        assert len(paths[0].name.encode()) < 255


@pytest.mark.parametrize("harm", [lambda path: path.write_bytes(b"b"), lambda path: path.unlink()])
def test_a_file_that_is_not_what_was_sent_is_never_laid_out(folder: UploadsFolder, harm: object) -> None:
    files = kept(folder, ("職員.csv", b"a"))
    harm(next(folder.path.glob("??/*")))  # type: ignore[operator]

    with pytest.raises(KeptFileLost, match="もう一度送ってください"), folder.laid_out(files):
        pass

    assert list(folder.path.glob("at-work-*")) == []


def test_what_nobody_wants_goes_after_four_hours_and_what_somebody_wants_stays(folder: UploadsFolder) -> None:
    wanted, unwanted = kept(folder, ("職員.csv", b"a"), ("審議会資料.txt", b"b"))
    now = datetime.now().astimezone()  # files carry the machine's time
    left_by_a_killed_program = folder.path / "at-work-x"
    left_by_a_killed_program.mkdir()
    (left_by_a_killed_program / "職員.csv").write_bytes(b"a")

    folder.clear({wanted.sha256}, now + FOUR_HOURS - timedelta(minutes=5))
    with folder.laid_out((wanted, unwanted)):
        pass
    assert left_by_a_killed_program.exists()
    folder.clear({wanted.sha256}, now + FOUR_HOURS + timedelta(minutes=5))

    with folder.laid_out((wanted,)):
        pass
    with pytest.raises(KeptFileLost), folder.laid_out((unwanted,)):
        pass
    assert not left_by_a_killed_program.exists()


def test_a_full_disk_is_told_in_a_sentence(folder: UploadsFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(InputRefused, match="「職員.csv」を受け取れませんでした（空き容量がありません）。"):
        kept(folder, ("職員.csv", b"a"))
