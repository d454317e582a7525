"""Texts of others as they are quoted in a sentence: short, and of characters that a screen shows."""

import unicodedata

LONGEST_QUOTE = 60
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def shown(text: str, longest: int = LONGEST_QUOTE) -> str:
    """A text as quoted: what no screen shows is shown as a mark, and what is very long is cut."""
    return printable(text if len(text) <= longest else f"{text[:longest]}…（{len(text):,}字）")


def printable(text: str, but: str = "") -> str:
    """A text of which every character can be seen and none moves the cursor or turns the order of reading."""
    if text.isprintable():
        return text
    return "".join(_mark(c) if unicodedata.category(c) in _UNSEEN and c not in but else c for c in text)


def _mark(char: str) -> str:
    """␛ for the escape character, and so on; ⟨200B⟩ for what has no picture."""
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨{code:04X}⟩"
