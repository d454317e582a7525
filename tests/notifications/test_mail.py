"""What stands in a mail once it has been written out and read back."""

import email.policy
from collections.abc import Sequence
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from notifications.letters.letter import Letter
from notifications.letters.reminder import ReminderFacts, TaskLine, render_reminder
from notifications.mail import HeaderRefused, compose_mail, message_id

AT = datetime(2023, 8, 14, 21, 0, tzinfo=UTC)
ID = message_id("reminder", "0303/2023-08-15", "city.example")


def the_letter() -> Letter:
    task = TaskLine(
        "髙﨑①の停止㈱" * 40, date(2023, 8, 7), "", -8, "内容。" * 300, "https://x.example/" + "a" * 2000, ""
    )
    return render_reminder(ReminderFacts("あおば市", "情報管理課", "", "障害者施策課", date(2023, 8, 15), (task,)))


def a_mail(
    letter: Letter | None = None,
    *,
    sender: str = "情報管理課 <joho@city.example>",
    to: Sequence[str] = ("障害者施策課 <shogai@city.example>",),
    cc: Sequence[str] = (),
    about: str = ID,
    kind: str = "reminder",
) -> EmailMessage:
    letter = letter or the_letter()
    on = date(2023, 8, 15)
    return compose_mail(letter, sender=sender, to=to, cc=cc, message_id=about, kind=kind, on=on, at=AT)


def read_back(mail: EmailMessage) -> EmailMessage:
    return message_from_bytes(bytes(mail), policy=email.policy.default)


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_subject_and_both_parts_come_back_as_they_were_written() -> None:
    letter = the_letter()

    back = read_back(a_mail(letter))

    assert back["Subject"] == letter.subject == "【期限超過 1件】個人情報保護に係る対応期限のお知らせ（障害者施策課）"
    assert words(back, "plain") == letter.text
    assert words(back, "html").rstrip("\n") == letter.html.rstrip("\n")
    assert back.get_content_type() == "multipart/alternative"
    assert [part.get_content_charset() for part in back.iter_parts()] == ["utf-8", "utf-8"]


def test_every_header_of_the_contract_is_there() -> None:
    back = read_back(a_mail(cc=["部長 <bucho@city.example>", "kacho@city.example"]))

    assert back["Date"].datetime == AT
    assert str(back["From"]) == "情報管理課 <joho@city.example>"
    assert str(back["To"]) == "障害者施策課 <shogai@city.example>"
    assert [each.addr_spec for each in back["Cc"].addresses] == ["bucho@city.example", "kacho@city.example"]
    assert back["Message-ID"] == ID
    assert back["Auto-Submitted"] == "auto-generated"
    assert back["X-Zesei-Kind"] == "reminder"
    assert back["X-Zesei-Date"] == "2023-08-15"


def test_no_line_is_longer_than_a_relay_takes_and_all_is_ascii() -> None:
    raw = bytes(a_mail(to=[f"障害者施策課の第{number}担当 <s{number}@city.example>" for number in range(80)]))

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n")


@pytest.mark.parametrize(
    "subject", ["件名\r\nBcc: x@y.example", "件名\nBcc: x", "a\rBcc: x", "=?utf-8?q?a=0ABcc:_x?= 件"]
)
def test_a_subject_cannot_bring_a_header_of_its_own(subject: str) -> None:
    raw = bytes(a_mail(Letter(subject, "本文\n", "<p>本文</p>")))

    head = message_from_bytes(raw, policy=email.policy.default)
    assert head["Bcc"] is None
    assert [line for line in raw.splitlines() if line.lower().startswith(b"bcc")] == []
    assert head["X-Zesei-Date"] == "2023-08-15"


BAD = "x@y.example\r\nBcc: z@y.example"


@pytest.mark.parametrize(
    "refused",
    [
        {"to": [BAD]},
        {"to": ["=?utf-8?q?a=0ABcc:_x?= <x@y.example>"]},
        {"to": []},
        {"to": [""]},
        {"to": ["税務課"]},
        {"to": ["税務課 <税務@city.example>"]},
        {"cc": ["課長 <k@city.example>\nBcc: z@y.example"]},
        {"sender": BAD},
        {"about": "<a@b>\r\nBcc: x"},
        {"kind": "reminder\nBcc: x"},
    ],
)
def test_a_header_value_that_could_forge_the_head_is_refused_in_a_sentence(refused: dict[str, object]) -> None:
    with pytest.raises(HeaderRefused, match=r"。$"):
        a_mail(**refused)  # type: ignore[arg-type]


def test_a_message_id_depends_on_what_it_is_about_and_on_nothing_else() -> None:
    assert message_id("reminder", "0303/2023-08-15", "city.example") == ID
    assert ID == "<reminder.763276aecbbe93bd3c8ff76cdf310719@city.example>"
    assert len({message_id(kind, about, "a.example") for kind in ("x", "y") for about in ("1", "2")}) == 4
