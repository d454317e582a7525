"""A mail that arrived, read without trusting it: broken headers, wrong encodings and endless nesting come through."""

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Iterator
from email.message import Message
from quopri import decodestring
from typing import TypeAlias, cast

AnyMail: TypeAlias = "Message[str, str]"
LONGEST_HEADER = 4_000  # characters that are looked at: no server writes a longer one, and some readers are slow
_CHARSETS = {"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932", "windows-31j": "cp932", "euc-jp": "euc_jp"}


def parts_of(message: AnyMail) -> Iterator[AnyMail]:
    """The leaves; a mail inside the mail is one of them. RecursionError when nested a thousand times."""
    if message.is_multipart() and not content_type(message).startswith("message/"):
        for part in _within(message):
            yield from parts_of(part)
    else:
        yield message


def content_type(part: AnyMail) -> str:
    """text/plain and the like, in lower case."""
    return header(part, "content-type").partition(";")[0].strip().lower() or "text/plain"


def header(message: AnyMail, name: str) -> str:
    """The first header of that lower-case name as it came, on one line; empty when there is none."""
    value = next((str(value) for each, value in message.raw_items() if each.lower() == name), "")
    return " ".join(value[:LONGEST_HEADER].encode("utf-8", "replace").decode().split())


def text_of(part: AnyMail) -> str:
    """The words of a part, decoded as well as they can be; lines end in a bare line feed."""
    written = _source(part)
    if part.is_multipart():  # a mail or a delivery status, which some servers encode as a whole
        written = _decoded(written, header(part, "content-transfer-encoding").lower())
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", header(part, "content-type"), re.I)
    return written.decode(_CHARSETS.get(charset[1].lower() if charset else "", "utf-8"), "replace").replace("\r", "")


def _source(part: AnyMail) -> bytes:
    """The body of a part; that of a mail inside begins with its headers."""
    if not part.is_multipart():
        return cast(bytes, part.get_payload(decode=True)) or b""
    return b"\n\n".join(_head(each) + b"\n" + _source(each) for each in _within(part))


def _decoded(written: bytes, encoding: str) -> bytes:
    if encoding == "quoted-printable":
        return decodestring(written)
    if encoding != "base64":
        return written
    try:
        return a2b_base64(written)
    except NotBase64:
        return written


def _head(message: AnyMail) -> bytes:
    return "".join(f"{name}: {value}\n" for name, value in message.raw_items()).encode("utf-8", "surrogateescape")


def _within(part: AnyMail) -> list[AnyMail]:
    return cast("list[AnyMail]", part.get_payload())
