"""A mail address as it stands in From, To and Cc."""

import re

from notifications.transports.headlines import encoded
from tracker.domain.addresses import Mailbox

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN_NAME = re.compile(rf"{_ATOM}(?: {_ATOM})*")
_LONGEST_PHRASE = 60


def in_a_head(mailbox: Mailbox) -> str:
    """The name, encoded where it must be, and the address; the address alone without a name."""
    return f"{_phrase(mailbox.name)} <{mailbox.spec}>" if mailbox.name else mailbox.spec


def _phrase(name: str) -> str:
    """The name bare, quoted or encoded, whichever is the first that carries it."""
    if len(name) <= _LONGEST_PHRASE and _PLAIN_NAME.fullmatch(name):
        return name
    quoted = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return quoted if name.isascii() and len(quoted) <= _LONGEST_PHRASE else encoded(name)
