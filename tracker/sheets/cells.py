"""What a cell of a sheet can hold: text that no program takes for anything else, names of sheets, days as numbers."""

import re
from collections.abc import Collection
from datetime import date

EXCEL_DAYS_FROM = date(1900, 3, 1)  # earlier ones are counted differently by every program
EXCEL_DAY_ZERO = date(1899, 12, 30).toordinal()
CELL_LIMIT, CUT = 32_767, "…（長いため以下を省きました）"
SHEET_NAME_LIMIT = 31
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Nearly all texts need nothing done; this one look tells.
NEEDS_CARE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]|\A<r>")
_NO_NAME = re.compile(r"[\[\]:*?/\\\s]+")


def plain_text(words: str) -> str:
    """The words without characters that no XML file may hold, every line end as a line feed."""
    return _NO_TEXT.sub("", _LINE_END.sub("\n", words)) if NEEDS_CARE.search(words) else words


def cell_text(words: str) -> str:
    """What a cell can hold: no control characters, 32,767 UTF-16 units, and nothing taken for rich text."""
    plain = plain_text(words)
    if not _is_short_enough(plain):
        plain = plain.encode("utf-16-le")[: 2 * (CELL_LIMIT - len(CUT))].decode("utf-16-le", "ignore") + CUT
    # xlsxwriter would write such a text into the file as it stands
    return f"{plain} " if plain.startswith("<r>") and plain.endswith("</r>") else plain


def fits_in_cell(words: str) -> bool:
    """Whether a cell of Excel can hold all of a text."""
    return _is_short_enough(words) and not _NO_TEXT.search(words)


def _is_short_enough(words: str) -> bool:
    return 2 * len(words) <= CELL_LIMIT or len(words.encode("utf-16-le")) <= 2 * CELL_LIMIT


def sheet_name(wish: str, taken: Collection[str]) -> str:
    """A name that Excel allows, as near to the wish as can be, and none of those `taken` whatever their case."""
    plain = _NO_NAME.sub(" ", plain_text(wish)).strip(" '") or "表"
    used = {name.casefold() for name in taken} | {"history"}
    name, number = _cut(plain, ""), 1
    while name.casefold() in used:
        number += 1
        name = _cut(plain, f"（{number}）")
    return name


def _cut(name: str, ending: str) -> str:
    units = name.encode("utf-16-le")[: 2 * (SHEET_NAME_LIMIT - len(ending))]
    return units.decode("utf-16-le", "ignore").strip(" '") + ending
