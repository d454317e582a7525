"""Whether a text is one mail address, with or without a name before it, that every server reads the same way."""

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = r"""(?:"[^"\\<>\x00-\x1f\x7f]+"|[^"<>@,;:()\[\]\\\x00-\x1f\x7f]*)"""
_SPEC = rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
_WRITTEN = re.compile(rf"{_NAME}\s*<(?P<spec>{_SPEC})>|(?P<bare>{_SPEC})")
_LONGEST, _LONGEST_LOCAL_PART = 254, 64  # RFC 5321, section 4.5.3.1


def is_usable_address(written: str) -> bool:
    """「情報管理課 <joho@city.example>」 or the address alone; no list, no comment, nothing that forges a head."""
    match = _WRITTEN.fullmatch(written.strip(" "))
    if match is None or "=?" in written:
        return False
    spec = match["bare"] or match["spec"]
    return len(spec) <= _LONGEST and spec.rfind("@") <= _LONGEST_LOCAL_PART
