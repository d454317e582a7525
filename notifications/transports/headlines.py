"""Lines of a mail's head: folded under 76 columns, words beyond ASCII encoded (RFC 2047) without cutting a character."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator

_COLUMNS = 76
_PLAIN_WORD = 60  # a longer one, or any word beyond ASCII, is written encoded
_ENCODED_BYTES = 39  # 64 columns with its frame: fits behind every header name used here
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def has_control(words: str) -> bool:
    """Whether a character stands in it that could end a line."""
    return _CONTROL.search(words) is not None


def one_line(words: str) -> str:
    """Line breaks squeezed; 「=?」 is parted, or a reader that decodes twice lets a break back in."""
    return " ".join(_CONTROL.sub(" ", words).split()).replace("=?", "= ?")


def header(name: str, words: Iterable[str]) -> str:
    """A header line with its CRLF; folded between words and never inside one."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) <= _COLUMNS:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "\r\n".join(lines) + "\r\n"


def header_words(text: str) -> list[str]:
    """One line of text as words for `header`: itself when it is plain ASCII, else encoded words."""
    words = text.split(" ")
    if text.isascii() and all(len(word) <= _PLAIN_WORD for word in words):
        return words
    return list(encoded_words(text))


def encoded_words(text: str) -> Iterator[str]:
    """The text as base64 encoded words of at most 64 columns, each of whole characters."""
    content = text.encode("utf-8", "replace")
    start = 0
    while start < len(content):
        end = min(start + _ENCODED_BYTES, len(content))
        while end < len(content) and content[end] & 0xC0 == 0x80:  # never before the rest of a character
            end -= 1
        yield f"=?utf-8?b?{b64encode(content[start:end]).decode()}?="
        start = end
