"""The office's secret: one that is none any more is refused with a sentence, by the program's start too."""

import os
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.web.situations import an_office
from tracker.domain.errors import CommandRefused
from tracker.secrets.office_key import key_trouble, office_secret


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "空です"), (b"\n \n", "空です"), (b"abc", "短すぎます"), (b"\xff" * 64, "鍵として読めません"),
     ("鍵".encode() * 30, "鍵として読めません")],
)  # fmt: skip
def test_a_secret_that_is_none_is_refused_and_stays_as_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    (tmp_path / "secret.key").chmod(0o600)

    with pytest.raises(CommandRefused, match=said) as refusal:
        office_secret(tmp_path)

    assert "控えの secret.key を戻すか" in str(refusal.value)
    assert key_trouble(tmp_path) == str(refusal.value)
    assert (tmp_path / "secret.key").read_bytes() == content


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666])
def test_a_secret_that_everybody_can_read_or_write_is_refused_until_it_is_closed(tmp_path: Path, mode: int) -> None:
    secret = office_secret(tmp_path)
    (tmp_path / "secret.key").chmod(mode)

    with pytest.raises(CommandRefused, match="chmod 600"):
        office_secret(tmp_path)

    (tmp_path / "secret.key").chmod(0o600)
    assert office_secret(tmp_path) == secret
    assert key_trouble(tmp_path) == ""


def test_a_folder_in_its_place_and_one_that_cannot_be_made_are_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir(mode=0o700)
    with pytest.raises(CommandRefused, match="フォルダーです"):
        office_secret(tmp_path)
    with pytest.raises(CommandRefused, match="作れません（見つかりません）"):
        office_secret(tmp_path / "nowhere")


def test_what_a_killed_process_left_while_it_made_one_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / f"secret.{os.getpid()}.new").write_text("")

    assert len(office_secret(tmp_path)) >= 43


def test_the_server_does_not_start_with_an_empty_secret(tmp_path: Path, zesei: Command) -> None:
    office = an_office(tmp_path)
    office.store.engine.dispose()
    (office.data_dir / "secret.key").touch(mode=0o600)

    assert "secret.key」は空です" in zesei("serve", status=2).err
