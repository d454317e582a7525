"""What a message looks like to a chat: the JSON of each format, short enough for every one of them."""

import json
from collections.abc import Callable
from typing import Any, Literal

from notifications.transports import Outgoing
from notifications.transports.headlines import one_line

Format = Literal["slack", "teams", "plain"]
_LONGEST = 3_000  # characters
_LINES = 150  # a Teams message holds 28 KB, and each of its lines costs about a hundred bytes
_CUT = "（以下省略。続きは画面又はメールで確かめてください。）"
_OPEN = "是正を開く"


def hook_body(message: Outgoing, style: Format) -> bytes:
    """The JSON that a webhook of this format takes, in UTF-8."""
    body = _BODIES[style](message, one_line(message.letter.subject), shortened(message.letter.text))
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def shortened(text: str) -> str:
    """At most 3,000 characters and 150 lines; what was cut says so."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    kept = "\n".join(text[:_LONGEST].split("\n")[:_LINES])
    return text if kept == text else f"{kept.rstrip()}\n{_CUT}"


def _slack(message: Outgoing, subject: str, text: str) -> dict[str, Any]:
    """Slack reads markup in angle brackets (links, calls to everybody); escaped, the words stay words."""
    words = _escaped(f"{subject}\n\n{text}")
    address = _escaped(message.url.replace("|", "%7C"))
    return {"text": f"{words}\n\n<{address}|{_OPEN}>" if address else words}


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(message: Outgoing, subject: str, text: str) -> dict[str, Any]:
    """An Adaptive Card. Plain text blocks read Markdown and join lines: so each line is a rich block, which does not."""
    body = [_line(subject, weight="Bolder", size="Medium")]
    gap = "Medium"
    for line in text.split("\n"):
        if line.strip():
            body.append(_line(line) | {"spacing": gap})
        gap = "None" if line.strip() else "Medium"
    link = [{"type": "Action.OpenUrl", "title": _OPEN, "url": message.url}] if message.url else []
    card = {"type": "AdaptiveCard", "version": "1.4", "msteams": {"width": "Full"}, "body": body, "actions": link}
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def _line(words: str, **look: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": words, **look}]}


def _plain(message: Outgoing, subject: str, text: str) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "on": message.on.isoformat(),
        "subject": subject,
        "text": text,
        "department": message.department,
        "url": message.url,
        "message_id": message.message_id,
    }


_BODIES: dict[Format, Callable[[Outgoing, str, str], dict[str, Any]]] = {
    "slack": _slack,
    "teams": _teams,
    "plain": _plain,
}
