"""What a returned mail says: which letter, which address, for good or not yet. RFC 3464, and the styles before it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice

from notifications.transports.raw_mail import AnyMail, content_type, header, parts_of, text_of

LONGEST = 300
LONGEST_PARAGRAPH = 5_000  # characters
MOST_RECIPIENTS = 200  # a letter of ours has a dozen
MOST_PARTS = 100
_STATUS_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_ORIGINALS = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_MACHINES = re.compile(r"(mailer-?daemon|postmaster|mail-?system|microsoftexchange[0-9a-f]*)(@|$)", re.I)
_OUR_ID = re.compile(r"(<[a-z0-9-]{1,64}\.[0-9a-f]{32}@[A-Za-z0-9.-]{1,255}>)")
_ANY_ID = re.compile(r"(<[^<>\s]{1,250}@[^<>\s]{1,250}>)")
_ID_LINE = re.compile(r"^message-id:\s*(<[^<>\s]{1,500}>)", re.I | re.M)
_ADDRESS = re.compile(r"(?<![\w.+=@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.#-])([45])\d\d(?=[ -])")
_NOT_YET = re.compile(r"warning message only|delayed|not yet been delivered|could not send message for past|遅延", re.I)
_COPY = re.compile(
    r"^(?:-+ ?(?:below this line|this is a copy|original message|included is|the header)|received:|return-path:)",
    re.I | re.M,
)


@dataclass(frozen=True)
class Bounce:
    """One recipient whom one letter did not reach; not permanent while the server still tries.

    `status` is the enhanced code (5.1.1), empty when none was given; `words` the reason on one line. Anybody can write
    such a mail: believe it only of an address that the letter was sent to.
    """

    message_id: str
    address: str
    is_permanent: bool
    status: str
    words: str
    received_at: datetime | None


def bounces_in(message: AnyMail) -> list[Bounce]:
    """The bounces that a mail reports: none for an answer, an absence note, or a mail that names no letter.

    Never raises, whatever the mail looks like.
    """
    try:
        parts = list(islice(parts_of(message), MOST_PARTS))
        about = _letter(message, parts)
        if not about:
            return []
        blocks = [block for part in parts if content_type(part) in _STATUS_REPORTS for block in _blocks(part)]
        recipients = [block for block in blocks if "final-recipient" in block or "original-recipient" in block]
        found = map(_of_block, recipients) if recipients else _of_text(message, parts)
        at = _received_at(message)
        return [Bounce(about, *each, at) for each in islice(dict.fromkeys(found), MOST_RECIPIENTS) if each]
    except RecursionError:  # a mail of a thousand mails one inside the other
        return []


_Failure = tuple[str, bool, str, str]


def _of_block(block: dict[str, str]) -> _Failure | None:
    """One recipient of a delivery status (RFC 3464, 2.3)."""
    address = _recipient(block.get("original-recipient", "")) or _recipient(block.get("final-recipient", ""))
    status = _first(_STATUS, block.get("status", ""))
    action = block.get("action", "").split("(")[0].strip().lower()
    action = action or {"5": "failed", "4": "delayed"}.get(status[:1], "")
    if not address or action not in ("failed", "delayed"):
        return None
    words = block.get("diagnostic-code", "") or block.get("status", "")
    return address, action == "failed", status, _one_line(re.sub(r"^\s*[\w-]+\s*;", "", words))


def _recipient(field: str) -> str:
    """The address behind its type: 「rfc822; a@b」, with what xtext and RFC 6533 wrap undone."""
    address = field.partition(";")[2].strip().strip("<>").strip()
    address = re.sub(r"\+(2B|3D)", lambda code: chr(int(code[1], 16)), address)
    address = re.sub(r"\\x\{([0-9A-Fa-f]{2,5})\}", lambda code: chr(int(code[1], 16)), address)
    return address if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address) else ""


def _of_text(message: AnyMail, parts: list[AnyMail]) -> Iterator[_Failure]:
    """What a mail server wrote in plain words: the addresses above the copy of the letter, each with its paragraph."""
    if not _is_from_a_machine(message):
        return
    text = "\n\n".join(
        text_of(part)
        for part in parts
        if content_type(part).startswith("text/") and content_type(part) not in _ORIGINALS
    )
    copy = _COPY.search(text) or _OUR_ID.search(text)
    report = text[: copy.start()] if copy else text
    own = {address.lower() for name in ("to", "from") for address in _ADDRESS.findall(header(message, name))}
    failed = _ADDRESS.findall(header(message, "x-failed-recipients")) or _ADDRESS.findall(report)
    whole = _first(_STATUS, report), _first(_REPLY, report), bool(_NOT_YET.search(report))
    named = [one for one in dict.fromkeys(failed) if one.lower() not in own and not _MACHINES.match(one)]
    for address in named[:MOST_RECIPIENTS]:
        yield _of_paragraph(address, report, whole)


def _of_paragraph(address: str, report: str, whole: tuple[str, str, bool]) -> _Failure:
    """What stands around an address; what it does not say, the whole report may: status, reply, not yet."""
    start = max(report.find(address), 0)
    line = report.rfind("\n", 0, start) + 1
    words = report[line : max(line + LONGEST_PARAGRAPH, start + LONGEST)].partition("\n\n")[0]
    status = _first(_STATUS, words) or whole[0]
    kind = status[:1] or _first(_REPLY, words) or whole[1]
    return address, kind == "5" or not (kind == "4" or whole[2]), status, _one_line(words)


def _is_from_a_machine(message: AnyMail) -> bool:
    """A mail server's own words, and no automatic answer of a person's mailbox (RFC 3834)."""
    if header(message, "auto-submitted").strip().lower().startswith("auto-replied"):
        return False
    sender = parseaddr(header(message, "from"))[1]
    return bool(header(message, "x-failed-recipients")) or not sender or bool(_MACHINES.match(sender))


def _letter(message: AnyMail, parts: list[AnyMail]) -> str:
    """The Message-ID of the letter: of the copy that came back, else one of ours in headers or words, else any."""
    for part in parts:
        if content_type(part) in _ORIGINALS and (copy := _first(_ID_LINE, text_of(part))):
            return copy
    answered = f"{header(message, 'in-reply-to')} {header(message, 'references')}"
    written = "\n".join([answered, *map(text_of, parts)])
    return _first(_OUR_ID, written) or _first(_ANY_ID, answered)


def _blocks(part: AnyMail) -> Iterator[dict[str, str]]:
    """The groups of fields in a delivery status, by lower-case name."""
    for group in re.split(r"\n[ \t]*\n", text_of(part)):
        lines = re.sub(r"\n[ \t]+", " ", group).split("\n")
        yield {
            name.strip().lower(): value.strip()
            for name, colon, value in (line.partition(":") for line in lines)
            if colon
        }


def _received_at(message: AnyMail) -> datetime | None:
    """When our own server took the bounce, else when it was written."""
    for written in (header(message, "received").rpartition(";")[2], header(message, "date")):
        try:
            at = parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return None


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""


def _one_line(words: str) -> str:
    squeezed = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", words).split())
    return squeezed if len(squeezed) <= LONGEST else squeezed[: LONGEST - 1] + "…"
