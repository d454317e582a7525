"""Letters as they were written, but for the secret addresses in them: whoever has such an address could answer by it."""

import re
from dataclasses import dataclass
from datetime import date

from markupsafe import escape

from tracker.domain.letter_links import html_without, text_without

_HEAD = re.compile(r"<head[^<>]*>", re.I)
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
    return f"{_head(mail)}\n\n{text_without(mail.text)}"


def letter_page(mail: PackedMail) -> str:
    """The HTML part, or the text as a page where a letter has none."""
    if not mail.html:
        head = f"<head>{SHUT_IN}<title>{escape(mail.subject)}</title></head>"
        body = f"<body><pre>{escape(letter_text(mail))}</pre></body>"
        return f'<!DOCTYPE html>\n<html lang="ja">\n{head}\n{body}\n</html>\n'
    page = html_without(_SCRIPT.sub("", mail.html))
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
