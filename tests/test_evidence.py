"""Documents are kept whole and unchanged, or not at all."""

import errno
import hashlib
import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tracker.domain.errors import EvidenceRefused
from tracker.evidence import EvidenceFolder, KeptFile

MEGABYTE = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> EvidenceFolder:
    return EvidenceFolder(tmp_path / "evidence")


def files_in(folder: EvidenceFolder) -> list[str]:
    return sorted(path.name for path in folder.path.rglob("*") if path.is_file())


def test_a_document_is_given_back_as_it_came(folder: EvidenceFolder) -> None:
    content = bytes(range(256)) * 1000

    kept = folder.keep(BytesIO(content), MEGABYTE)

    assert kept == KeptFile(hashlib.sha256(content).hexdigest(), len(content))
    assert folder.read(kept.sha256) == content


def test_the_same_document_twice_is_kept_once(folder: EvidenceFolder) -> None:
    first, second = (folder.keep(BytesIO(b"same"), MEGABYTE) for _ in range(2))

    assert first == second
    assert files_in(folder) == [first.sha256]


def test_a_document_of_exactly_the_limit_is_kept_and_one_byte_more_is_not(folder: EvidenceFolder) -> None:
    folder.keep(BytesIO(b"x" * MEGABYTE), MEGABYTE)

    with pytest.raises(EvidenceRefused, match="上限1MB"):
        folder.keep(BytesIO(b"y" * (MEGABYTE + 1)), MEGABYTE)
    assert len(files_in(folder)) == 1


def test_an_empty_document_is_refused_and_leaves_nothing_behind(folder: EvidenceFolder) -> None:
    with pytest.raises(EvidenceRefused, match="空のファイル"):
        folder.keep(BytesIO(b""), MEGABYTE)

    assert files_in(folder) == []


def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing_behind(
    folder: EvidenceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(EvidenceRefused, match="保管できませんでした"):
        folder.keep(BytesIO(b"content"), MEGABYTE)
    assert files_in(folder) == []


def test_a_sender_that_breaks_off_leaves_nothing_behind(folder: EvidenceFolder) -> None:
    class BreaksOff(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise ConnectionResetError

    with pytest.raises(EvidenceRefused):
        folder.keep(BreaksOff(), MEGABYTE)
    assert files_in(folder) == []


def test_a_document_that_changed_after_it_was_kept_is_not_given_out(folder: EvidenceFolder) -> None:
    kept = folder.keep(BytesIO(b"as reported"), MEGABYTE)
    folder.place_of(kept.sha256).write_bytes(b"something else")

    with pytest.raises(EvidenceRefused, match="変わっています"):
        folder.read(kept.sha256)


def test_a_document_that_is_gone_is_told_so(folder: EvidenceFolder) -> None:
    kept = folder.keep(BytesIO(b"as reported"), MEGABYTE)
    folder.place_of(kept.sha256).unlink()

    with pytest.raises(EvidenceRefused, match="保管場所にありません"):
        folder.read(kept.sha256)
