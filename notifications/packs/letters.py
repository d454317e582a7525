"""Letters as they were written, but for the secret addresses in them: whoever has such an address could answer by it."""

import re
from dataclasses import dataclass
from datetime import date

from markupsafe import escape

TAKEN_OUT = "（回答用のリンクは取り除きました）"
# A page that opens without sign-in: that of one task's answer, or a department's own, its letters and its calendar.
_SECRET = r"(?:https?://[^\s\"'<>()（）]*?)?/(?:submissions|departments)/[A-Za-z0-9._~%\-/]*[^\s\"'<>()（）「」、。]*"
_ADDRESS = re.compile(_SECRET)
_LINK = re.compile(rf"\s(?:href|action)\s*=\s*([\"'])[^\"']*?{_SECRET}\1", re.I)
_HEAD = re.compile(r"<head[^>]*>", re.I)
_SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|\Z)", re.I | re.S)
# Whatever a letter holds, a browser neither fetches nor runs anything for it.
SHUT_IN = (
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy"'
    " content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
)


@dataclass(frozen=True)
class PackedMail:
    """A letter with whom it went to."""

    subject: str
    on_day: date
    recipients: tuple[str, ...]
    copies: tuple[str, ...]
    text: str
    html: str


def letter_text(mail: PackedMail) -> str:
    """The text part under its head."""
    return f"{_head(mail)}\n\n{_ADDRESS.sub(TAKEN_OUT, mail.text)}"


def letter_page(mail: PackedMail) -> str:
    """The HTML part, or the text as a page where a letter has none."""
    if not mail.html:
        head = f"<head>{SHUT_IN}<title>{escape(mail.subject)}</title></head>"
        body = f"<body><pre>{escape(letter_text(mail))}</pre></body>"
        return f'<!DOCTYPE html>\n<html lang="ja">\n{head}\n{body}\n</html>\n'
    page = _ADDRESS.sub(TAKEN_OUT, _LINK.sub("", _SCRIPT.sub("", mail.html)))
    shut_in, found = _HEAD.subn(lambda head: f"{head[0]}{SHUT_IN}", page, count=1)
    return shut_in if found else f"<!DOCTYPE html>\n<head>{SHUT_IN}</head>\n{page}"


def _head(mail: PackedMail) -> str:
    facts = (
        ("件名", mail.subject),
        ("日付", mail.on_day.isoformat()),
        ("宛先", "、".join(mail.recipients)),
        ("写し", "、".join(mail.copies)),
    )
    return "\n".join(f"{label}　{words}" for label, words in facts if words)
