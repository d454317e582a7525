"""Mail as files in a folder: one a message, whole or not at all, and what is said when the folder cannot take it."""

import email.policy
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

import pytest

from notifications.transports import Answer, Outcome, Transport, Unreachable
from notifications.transports.eml import EmlFolder
from tests.notifications.messages import SUBJECT, TEXT, a_message, accepted


def send(transport: Transport, *to: str, **more: str) -> dict[str, Answer]:
    packed = transport.pack(a_message(*to, **more))  # type: ignore[arg-type]
    return dict(transport.send(packed, packed.addresses))


def test_the_folder_keeps_one_readable_file_a_message_id(tmp_path: Path) -> None:
    with EmlFolder(tmp_path / "mail") as folder:
        send(folder)
        send(folder, text="二度目\n")
        receipt = send(folder, "a@city.example", "税務課", about="<reminder.2@city.example>")

    paths = sorted((tmp_path / "mail").iterdir())
    mails = [message_from_bytes(each.read_bytes(), policy=email.policy.default) for each in paths]
    texts = {each.get_body(("plain",)).get_content().replace("\r\n", "\n") for each in mails}  # type: ignore[union-attr]
    assert len(paths) == 2
    assert all(each.name.startswith("2023-08-15-reminder-") and each.suffix == ".eml" for each in paths)
    assert receipt["a@city.example"].words.split()[0] in {each.name for each in paths}
    assert receipt["税務課"].outcome is Outcome.REFUSED
    assert {str(each["Subject"]) for each in mails} == {SUBJECT}
    assert texts == {"二度目\n", TEXT}


def test_the_file_is_named_after_the_day_the_kind_and_the_message_id(tmp_path: Path) -> None:
    send(EmlFolder(tmp_path))

    assert [each.name for each in tmp_path.iterdir()] == ["2023-08-15-reminder-2fbe6cbac6e65031.eml"]


def test_a_file_shows_all_addresses_even_when_only_one_is_asked_for(tmp_path: Path) -> None:
    folder = EmlFolder(tmp_path)

    packed = folder.pack(a_message("a@city.example", "b@city.example", cc=["c@city.example"]))
    receipt = folder.send(packed, ["b@city.example"])

    (path,) = tmp_path.iterdir()
    back = message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert receipt == {"b@city.example": accepted(f"{path.name} に書きました")}
    assert (str(back["To"]), str(back["Cc"])) == ("a@city.example, b@city.example", "c@city.example")


@contextmanager
def no_room_left() -> Iterator[None]:
    """The kernel refuses every byte written to a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_tried_again_later_and_leaves_the_old_file_whole(tmp_path: Path) -> None:
    folder = EmlFolder(tmp_path)
    send(folder)
    (kept,) = tmp_path.iterdir()
    before = kept.read_bytes()

    with no_room_left(), pytest.raises(Unreachable) as failure:
        send(folder, text="入りきらない\n")

    assert "空き容量がありません" in str(failure.value)
    assert list(tmp_path.iterdir()) == [kept]
    assert kept.read_bytes() == before


def test_a_folder_that_is_a_file_is_unreachable_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("")

    with pytest.raises(Unreachable, match=r"mail に書けません（フォルダーではありません）。後で再び書きます。$"):
        send(EmlFolder(tmp_path / "mail"))
    assert os.path.isfile(tmp_path / "mail")


@pytest.mark.parametrize("where", ["/proc", "/dev/null"])
def test_a_folder_that_nobody_may_make_is_unreachable_in_a_sentence(where: str) -> None:
    with pytest.raises(Unreachable, match=rf"^通知を {where}/mail に書けません（[^A-Za-z]+）。後で再び書きます。$"):
        send(EmlFolder(Path(where) / "mail"))
