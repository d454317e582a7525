"""What stands in a mail once it has been written out and read back by others."""

import email.policy
import re
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.letters.letter import Letter
from notifications.letters.reminder import ReminderFacts, TaskLine, render_reminder
from notifications.mail import HeaderRefused, message_id, pack_mail
from notifications.transports import Outcome, Outgoing, SenderRefused
from tests.notifications.messages import AT, a_message

ID = message_id("reminder", "0303/2023-08-15", "city.example")


def the_letter() -> Letter:
    task = TaskLine(
        "髙﨑①の停止㈱" * 40, date(2023, 8, 7), "", -8, "内容。" * 300, "https://x.example/" + "a" * 2000, ""
    )
    return render_reminder(ReminderFacts("あおば市", "情報管理課", "", "障害者施策課", date(2023, 8, 15), (task,)))


def about(letter: Letter, *to: str, **more: Any) -> Outgoing:
    return a_message(*to, subject=letter.subject, text=letter.text, html=letter.html, **more)


def read_back(message: Outgoing) -> EmailMessage:
    return message_from_bytes(pack_mail(message).content, policy=email.policy.default)


def words(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def names_as_an_older_reader_sees_them(raw: bytes, header: str) -> list[tuple[str, str]]:
    """By RFC 2047 to the letter: the newer parser puts a space between two encoded words of one name."""
    value = str(message_from_bytes(raw)[header] or "").replace("\r\n", "")
    return [(str(make_header(decode_header(name))), spec) for name, spec in getaddresses([value])]


def head_of(raw: bytes) -> list[bytes]:
    return raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")


def test_subject_and_both_parts_come_back_as_they_were_written() -> None:
    letter = the_letter()

    back = read_back(about(letter))

    assert back["Subject"] == letter.subject == "【期限超過 1件】個人情報保護に係る対応期限のお知らせ（障害者施策課）"
    assert words(back, "plain") == letter.text
    assert words(back, "html") == letter.html
    assert back.get_content_type() == "multipart/alternative"
    assert [part.get_content_charset() for part in back.iter_parts()] == ["utf-8", "utf-8"]


def test_every_header_of_the_contract_is_there() -> None:
    back = read_back(
        a_message(
            "障害者施策課 <shogai@city.example>", cc=["部長 <bucho@city.example>", "kacho@city.example"], about=ID
        )
    )

    assert back["Date"].datetime == AT
    assert str(back["From"]) == "情報管理課 <joho@city.example>"
    assert str(back["To"]) == "障害者施策課 <shogai@city.example>"
    assert [each.addr_spec for each in back["Cc"].addresses] == ["bucho@city.example", "kacho@city.example"]
    assert back["Message-ID"] == ID
    assert back["Auto-Submitted"] == "auto-generated"
    assert back["X-Zesei-Kind"] == "reminder"
    assert back["X-Zesei-Date"] == "2023-08-15"
    assert back["MIME-Version"] == "1.0"
    assert all(not values.defects for values in back.values())


def test_a_calendar_is_attached_beside_the_words() -> None:
    calendar = "BEGIN:VCALENDAR\r\nSUMMARY:回答の期限\r\nEND:VCALENDAR\r\n"

    back = read_back(a_message(calendar=calendar))

    (attached,) = back.iter_attachments()
    assert isinstance(attached, EmailMessage)
    assert back.get_content_type() == "multipart/mixed"
    assert attached.get_filename() == "期限.ics"
    assert attached["Content-Type"].content_type == "text/calendar"
    assert dict(attached["Content-Type"].params) == {"charset": "utf-8", "method": "PUBLISH"}
    assert attached.get_content() == calendar
    assert words(back, "plain") == a_message().letter.text


def test_the_same_message_is_the_same_mail_byte_for_byte_and_another_is_parted_elsewhere() -> None:
    one, again, other = (pack_mail(a_message(about=f"<{n}@city.example>")) for n in (1, 1, 2))

    assert one == again
    assert message_from_bytes(one.content).get_boundary() != message_from_bytes(other.content).get_boundary()


# ---- the law


spaces_and_signs = st.sampled_from(" \t\r\n\x00\x0b\x1f\x7f\x85\u2028\u3000=?<>@,;:.\"\\()[]%_-'&髙﨑①㈱𠮷が🈺")
any_text = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), spaces_and_signs), max_size=400)
long_text = st.builds(lambda words, times: words * times, any_text, st.integers(1, 30))
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=90).map(
    lambda name: name.strip(" ").replace("=?", "")
)
local_parts = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,40}(\.[a-z0-9]{1,20})?", fullmatch=True)
specs = st.builds(
    lambda local, domain: f"{local}@{domain}.example",
    local_parts.filter(lambda local: "=?" not in local),
    st.from_regex(r"[a-z0-9]{1,60}(\.[a-z0-9]{1,60}){0,2}", fullmatch=True),
)
mailboxes = st.tuples(names, specs)


def written(name: str, spec: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{spec}>' if name else spec


def squeezed(text: str) -> str:
    return " ".join("".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in text).split()).replace("=?", "= ?")


def with_one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(
    any_text,
    long_text,
    long_text,
    mailboxes,
    st.lists(mailboxes, min_size=1, max_size=6),
    st.lists(mailboxes, max_size=3),
    any_text,
)
def test_whatever_is_written_is_read_back_and_no_relay_can_stumble_over_it(
    subject: str,
    text: str,
    html: str,
    sender: tuple[str, str],
    to: list[tuple[str, str]],
    cc: list[tuple[str, str]],
    calendar: str,
) -> None:
    message = a_message(
        *(written(*each) for each in to),
        cc=[written(*each) for each in cc],
        subject=subject,
        text=text,
        html=html,
        sender=written(*sender),
        calendar=calendar,
    )

    packed = pack_mail(message)

    raw = packed.content
    back = message_from_bytes(raw, policy=email.policy.default)
    assert packed.unusable == {}
    assert back["Subject"] == squeezed(subject)
    for header, people in (("From", [sender]), ("To", to), ("Cc", cc)):
        people = list(dict.fromkeys(people))
        assert names_as_an_older_reader_sees_them(raw, header) == people
        assert [each.addr_spec for each in (back[header].addresses if people else ())] == [spec for _, spec in people]
    assert words(back, "plain") == with_one_line_end(text)
    assert words(back, "html") == with_one_line_end(html)
    attached = [str(part.get_content()).replace("\r\n", "\n") for part in back.iter_attachments()]
    assert attached == ([with_one_line_end(calendar)] if calendar else [])
    assert [part.defects for part in back.walk()] == [[] for _ in back.walk()]
    lines_fit(raw)


def lines_fit(raw: bytes) -> None:
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    assert b"\0" not in raw
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(line.startswith(b".") for line in lines)
    assert [line for line in lines if len(line) > 78 and b" " in line.strip()] == []
    assert [line for line in lines if len(line) > 76 and b"=?utf-8?" in line] == []
    for code in re.findall(rb"=\?utf-8\?b\?(.*?)\?=", raw):
        b64decode(code, validate=True).decode()  # readers exist that decode one word at a time


LONG = "https://x.example/" + "a" * 2_000


@pytest.mark.parametrize("subject", [LONG, f"件名 {LONG}", "word " * 400, "件名" * 400, "a" * 60, "a" * 61, ""])
@pytest.mark.parametrize("name", ["", "A" * 60, '"' * 40, "J. Doe " * 30, "課" * 200])
def test_long_words_are_folded_so_that_every_relay_takes_them(subject: str, name: str) -> None:
    letter, people = the_letter(), [(name, f"{number}{'s' * 50}@city.example") for number in range(80)]
    message = about(replace(letter, subject=subject), *(written(*each) for each in people), calendar=LONG * 9)

    raw = pack_mail(message).content

    lines_fit(raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert message_from_bytes(raw, policy=email.policy.default)["Subject"] == subject.strip()
    assert names_as_an_older_reader_sees_them(raw, "To") == [(name.strip(), spec) for name, spec in people]


@given(any_text)
def test_a_name_of_several_encoded_words_loses_nothing_but_spaces_in_a_reader_that_adds_them(name: str) -> None:
    name = "".join(c for c in name if c.isprintable()).replace("=?", "").strip(" ")

    back = read_back(a_message(written(name, "ka@city.example")))

    shown = back["To"].addresses[0].display_name
    assert "".join(shown.split()) == "".join(name.split())


# ---- what cannot stand in a head


@pytest.mark.parametrize(
    "subject",
    [
        "件名\r\nBcc: x@y.example",
        "件名\nBcc: x",
        "a\rBcc: x",
        "=?utf-8?q?a=0ABcc:_x?= 件",
        "=?utf-8?q?a=0ABcc:_x?=",
        "a\u2028Bcc: x",
    ],
)
def test_a_subject_cannot_bring_a_header_of_its_own(subject: str) -> None:
    raw = pack_mail(a_message(subject=subject)).content

    head = message_from_bytes(raw, policy=email.policy.default)
    assert head["Bcc"] is None
    assert head["Subject"] == squeezed(subject)
    assert [line for line in raw.splitlines() if line.lower().startswith(b"bcc")] == []
    assert head["X-Zesei-Date"] == "2023-08-15"


BAD = [
    "x@y.example\r\nBcc: z@y.example",
    "課長 <k@city.example>\nBcc: z@y.example",
    '"a\r\nBcc: z@y.example" <k@city.example>',
    "課\n長 <k@city.example>",
    "k@city.example\n",
    "課\u2028長 <k@city.example>",
    "=?utf-8?q?a=0ABcc:_x?= <x@y.example>",
    "=?utf-8?q?a=0A?= <x@y.example>",
    "=?utf-8?q?a?=@y.example",
    "",
    "　",
    "税務課",
    "税務課 <税務@city.example>",
    "zei@税務.example",
    "a,b@city.example",
    "a@city.example,b@city.example",
    "税務課, 市民課 <zei@city.example>",
    "a@b@city.example",
    "a b@city.example",
    ".a@city.example",
    "a..b@city.example",
    "a@city..example",
    "a@-city.example",
    "<a@city.example",
    "a@city.example>",
    "<>",
    "課長 <a@city.example> <b@city.example>",
    "a" * 65 + "@city.example",
    "a@" + "b" * 250 + ".example",
]


@pytest.mark.parametrize("bad", BAD)
def test_an_address_that_cannot_stand_in_a_head_is_refused_in_a_sentence_and_the_others_stay(bad: str) -> None:
    packed = pack_mail(a_message("課 <ka@city.example>", bad, cc=[bad, "bu@city.example"]))

    back = message_from_bytes(packed.content, policy=email.policy.default)
    assert packed.addresses == ("課 <ka@city.example>", bad, "bu@city.example")
    assert packed.recipients == {"課 <ka@city.example>": "ka@city.example", "bu@city.example": "bu@city.example"}
    assert list(packed.unusable) == [bad]
    assert packed.unusable[bad].outcome is Outcome.REFUSED
    assert packed.unusable[bad].words.endswith("。")
    assert len(packed.unusable[bad].words) < 150
    assert [str(back["To"]), str(back["Cc"]), back["Bcc"]] == ["課 <ka@city.example>", "bu@city.example", None]


@pytest.mark.parametrize(
    ("odd", "name", "spec"),
    [
        ("  課 <ka@city.example> ", "課", "ka@city.example"),
        ("<ka@city.example>", "", "ka@city.example"),
        ("課<ka@city.example>", "課", "ka@city.example"),
        ('"税務課, 市民課" <zei@city.example>', "税務課, 市民課", "zei@city.example"),
        (r'"K\"J\\" <kj@city.example>', 'K"J\\', "kj@city.example"),
        ("課（係長） J. Doe <o'neil+a/b@city.example>", "課（係長） J. Doe", "o'neil+a/b@city.example"),
        ("ka@localhost", "", "ka@localhost"),
        ('"a..b"@city.example', "", '"a..b"@city.example'),
    ],
)
def test_an_address_in_an_odd_but_clear_form_is_used(odd: str, name: str, spec: str) -> None:
    packed = pack_mail(a_message(odd))

    (to,) = message_from_bytes(packed.content, policy=email.policy.default)["To"].addresses
    assert packed.recipients == {odd: spec}
    assert to.display_name == name
    assert f"{to.username}@{to.domain}" == spec.replace('"', "")


nasty = st.text(st.sampled_from('ab.@<>,;:"\\ \r\n\t=?()[]税-_\u2028'), max_size=30)


@given(st.one_of(nasty, st.builds(lambda a, b: f"{a}x@y.example{b}", nasty, nasty)))
def test_whatever_stands_for_an_address_it_is_one_address_or_none_and_forges_nothing(bad: str) -> None:
    packed = pack_mail(a_message(bad, "last@city.example"))

    back = message_from_bytes(packed.content, policy=email.policy.default)
    heard = [packed.recipients[each] for each in packed.addresses if each in packed.recipients]
    assert [each.addr_spec for each in back["To"].addresses] == heard
    assert heard[-1] == "last@city.example"
    assert set(packed.recipients) | set(packed.unusable) == {bad, "last@city.example"}
    assert sorted(back) == sorted(read_back(a_message()))
    lines_fit(packed.content)


@pytest.mark.parametrize("bad", [each for each in BAD if each.strip()])
@pytest.mark.parametrize("where", ["sender", "bounces_to"])
def test_a_sender_that_cannot_stand_in_a_head_is_trouble_of_the_setup(bad: str, where: str) -> None:
    with pytest.raises(SenderRefused, match=r"^差出人を設定ファイルで直してください。「.*。$"):
        pack_mail(a_message(**{where: bad}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "out_of_form",
    [
        {"about": "<a@b>\r\nBcc: x"},
        {"about": "a@b"},
        {"about": "<" + "a" * 250 + "@b>"},
        {"kind": "reminder\nBcc: x"},
        {"kind": "催促"},
        {"kind": ""},
    ],
)
def test_an_id_or_kind_out_of_form_is_refused_in_a_sentence(out_of_form: dict[str, str]) -> None:
    with pytest.raises(HeaderRefused, match=r"。$"):
        pack_mail(a_message(**out_of_form))  # type: ignore[arg-type]


def test_bounces_go_where_they_are_told_to_and_the_reader_still_answers_the_sender() -> None:
    packed = pack_mail(a_message(bounces_to="戻り先 <bounce@city.example>"))

    assert packed.sender == "bounce@city.example"
    assert str(message_from_bytes(packed.content, policy=email.policy.default)["From"]).endswith("<joho@city.example>")


def test_a_message_id_depends_on_what_it_is_about_and_on_nothing_else() -> None:
    assert message_id("reminder", "0303/2023-08-15", "city.example") == ID
    assert ID == "<reminder.763276aecbbe93bd3c8ff76cdf310719@city.example>"
    assert len({message_id(kind, about, "a.example") for kind in ("x", "y") for about in ("1", "2")}) == 4


# ---- how fast


def by_the_email_package(message: Outgoing) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Date"], mail["From"], mail["To"] = message.at, message.sender, message.to[0]
    mail["Subject"], mail["Message-ID"] = message.letter.subject, message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Zesei-Kind"], mail["X-Zesei-Date"] = message.kind, message.on.isoformat()
    mail.set_content(message.letter.text)
    mail.add_alternative(message.letter.html, subtype="html")
    return mail.as_bytes()


def seconds_of(pack: Callable[[Outgoing], object], messages: Sequence[Outgoing]) -> float:
    started = time.process_time()
    for message in messages:
        pack(message)
    return time.process_time() - started
