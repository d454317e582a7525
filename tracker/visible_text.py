"""Texts as people and programs send them, without what nobody sees."""

import re
import unicodedata

UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def visible(text: str, more: str = "") -> str:
    """Without control characters and marks that turn the order of reading; an office's own characters (外字) stay."""
    return "".join(char for char in text if unicodedata.category(char) not in UNSEEN or char in more)


def even_lines(text: str) -> str:
    """Line ends made alike; of control characters only the line end and the tab are left."""
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"), "\n\t")


def one_line(text: str) -> str:
    """A text of one line: no control character, no line break, no blank at its ends."""
    return re.sub(r"[\n\t ]+", " ", even_lines(text)).strip()


def several_lines(text: str) -> str:
    """A text of several lines: line ends made alike, no other control character."""
    return even_lines(text).strip()
