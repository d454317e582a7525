"""A message to send, naming only what matters to the test."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from notifications.letters.letter import Letter
from notifications.transports import Answer, Outcome, Outgoing

SUBJECT = "【期限超過 1件】お知らせ（障害者施策課）"
TEXT = "障害者施策課 御中\n.\n.点で始まる行\n以上\n"
AT = datetime(2023, 8, 14, 21, tzinfo=UTC)


def a_message(
    *to: str,
    cc: Sequence[str] = (),
    subject: str = SUBJECT,
    text: str = TEXT,
    html: str = "<p>障害者施策課</p>",
    sender: str = "情報管理課 <joho@city.example>",
    about: str = "<reminder.1@city.example>",
    kind: str = "reminder",
    **more: str,
) -> Outgoing:
    return Outgoing(
        Letter(subject, text, html),
        sender=sender,
        to=to or ("課 <shogai@city.example>",),
        cc=tuple(cc),
        message_id=about,
        kind=kind,
        on=date(2023, 8, 15),
        at=AT,
        **more,
    )


def accepted(words: str) -> Answer:
    return Answer(Outcome.ACCEPTED, words)


def put_off(words: str) -> Answer:
    return Answer(Outcome.PUT_OFF, words)


def refused(words: str) -> Answer:
    return Answer(Outcome.REFUSED, words)
