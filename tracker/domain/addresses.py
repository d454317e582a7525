"""A mail address as an office writes it, 「税務課 <zei@city.example>」: read once, strictly, and refused in a sentence."""

import re
from dataclasses import dataclass

from tracker.domain.errors import Refusal

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\["\\])+"'
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_SPEC = re.compile(rf"(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@{_LABEL}(?:\.{_LABEL})*")
_NAME = re.compile(r'"(?:[^"\\]|\\.)*"|[^",:;<>@\\]*')
_LONGEST = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets
_LONGEST_LOCAL_PART = 64
_SHOWN = 80
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class AddressUnusable(Refusal):
    """An address that cannot stand in a head; `str()` is the sentence for its recipient's record."""


@dataclass(frozen=True)
class Mailbox:
    """A display name, often empty, and the address proper."""

    name: str
    spec: str


def read_mailbox(written: str) -> Mailbox:
    """The name and address in it; AddressUnusable when it is none, is more than one or could forge a head."""
    if not written.strip():
        raise AddressUnusable("メールアドレスが空です。登録してください。")
    name, spec = _parted(written.strip(" "))
    if _CONTROL.search(written) or "=?" in written or not _NAME.fullmatch(name) or not _stands(spec):
        shown = " ".join(_CONTROL.sub(" ", written).split()).replace("=?", "= ?")
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        raise AddressUnusable(f"「{shown}」はメールアドレスとして使えません。登録内容を直してください。")
    return Mailbox(re.sub(r"\\(.)", r"\1", name[1:-1]).strip(" ") if name.startswith('"') else name, spec)


def _parted(written: str) -> tuple[str, str]:
    if not written.endswith(">"):
        return "", written
    name, opened, spec = written[:-1].rpartition("<")
    return name.rstrip(" "), spec if opened else written


def _stands(spec: str) -> bool:
    """Whether it is an address that any server reads as this one address."""
    short = len(spec) <= _LONGEST and spec.rfind("@") <= _LONGEST_LOCAL_PART
    return short and _SPEC.fullmatch(spec) is not None
