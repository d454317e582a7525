"""Words that stand in a mail's head: on one line, encoded (RFC 2047) where they are not plain ASCII."""

import re
from email.header import Header

_PLAIN_WORD = 60  # a longer one, or any word beyond ASCII, is written encoded
_ENCODED_COLUMNS = 64  # fits behind every header name used here
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def one_line(words: str) -> str:
    """Line breaks squeezed; 「=?」 is parted, or a reader that decodes twice lets a break back in."""
    plain = " ".join(_CONTROL.sub(" ", words).split()).replace("=?", "= ?")
    return plain.encode("utf-8", "replace").decode()


def is_plain(words: str) -> bool:
    """Whether they can stand in a head as they are and be folded between words."""
    return words.isascii() and all(len(word) <= _PLAIN_WORD for word in words.split(" "))


def encoded(words: str) -> str:
    """The words as encoded words of whole characters, a space between them."""
    return " ".join(Header(words, "utf-8", maxlinelen=_ENCODED_COLUMNS).encode(linesep="\n").split())
