"""How a register's cells are kept from becoming formulas in a CSV file, and how such a file of ours is known again."""

import re

OUR_HEADING = "是正出力"  # a last column that only files of our own have
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r]")
_GUARDED = re.compile(r"'+[=+\-@＝＋－＠\t\r]")


def guarded(text: str) -> str:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it; a lone sign is none."""
    return f"'{text}" if len(text) > 1 and _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded; any other as it is."""
    return text[1:] if _GUARDED.match(text) and len(text) > 2 else text
