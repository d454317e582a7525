"""Codes as spreadsheets leave them: what is taken off because nobody sees or means it, and what is no code any more."""

import re
import unicodedata
from dataclasses import dataclass

from tracker.domain.errors import CodeUnreadable

INVISIBLE, WRAPPED, APOSTROPHE, HYPHEN, POINT_ZERO = (
    "目に見えない文字を取り除いて読みました",
    '="…" の囲みを外して読みました',
    "先頭の「'」を外して読みました",
    "ハイフンの仲間（‐ – − － など）を「-」にそろえて読みました",
    "末尾の「.0」を外して読みました",
)
# In one look over many ASCII codes, a line each: does any of them need to be read with care?
NEEDS_CARE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f]|(?:^|\n)['=]|(?:^|\n)[\d,]*\.\d|\d[Ee][+-]\d|\d{16}"
    r"|(?:^|\n)(?:\d{1,2}[/-][\dA-Za-z]|\d{4}[/-]\d{1,2}[/-])"
    r"|(?:^|\n)(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d"
)
MOST_DIGITS = 15  # that Excel keeps
_BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters to Unicode, nothing to the eye
_VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_HYPHENS = re.compile("[\u2010-\u2015\u2043\u207b\u208b\u2212\u2500\u2501\ufe58\ufe63\uff0d]")
_LONG_VOWEL = re.compile("(?<=[0-9A-Za-z])\u30fc(?=[0-9A-Za-z])")  # ー, typed where a hyphen was meant
_WRAPPED = re.compile(r'=\s*"((?:[^"]|"")*)"')
_POINT_ZERO = re.compile(r"(-?\d+)\.0+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_EXPONENT = re.compile(r"-?\d+(?:\.\d+)?[Ee][+-]\d{2,3}")
_FRACTION = re.compile(r"-?[\d,]*\.\d+")
_DAY = re.compile(
    r"\d{4}/\d{1,2}/\d{1,2}|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|\d{1,2}/\d{1,2}(?:/\d{2,4})?"
    r"|\d{4}-\d{2}-\d{2}|(?:明治|大正|昭和|平成|令和)(?:\d{1,2}|元)年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:-\d{2,4})?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{2}",
    re.I,
)
_TIME = re.compile(r"(?<!\s)\s++\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")


@dataclass(frozen=True)
class ReadCode:
    """A code, and in what it differs from what stands in the cell."""

    code: str
    remarks: tuple[str, ...] = ()


def seen(text: str) -> str:
    """A text without what nobody sees: marks of byte order and direction, joiners, variations, blank letters."""
    if text.isascii():
        return text
    kept = "".join(c for c in text if unicodedata.category(c) != "Cf" and c not in _BLANK_LETTERS)
    return _VARIATIONS.sub("", kept)


def unwrapped(text: str) -> str:
    """The text in ="…", as exports write it to keep Excel from changing it; any other as it is."""
    match = _WRAPPED.fullmatch(text) if text.startswith("=") else None
    return match[1].replace('""', '"').strip() if match else text


def read_code(text: str) -> ReadCode:
    """A code as it is compared across registers; CodeUnreadable for what a spreadsheet made of one and cannot be undone."""
    remarks = list[str]()
    plain = seen(text)
    if plain != text:
        remarks.append(INVISIBLE)
    if _HYPHENS.search(plain):
        plain = _HYPHENS.sub("-", plain)
        remarks.append(HYPHEN)
    plain = unicodedata.normalize("NFKC", plain.strip()).strip()
    if _LONG_VOWEL.search(plain):
        plain = _LONG_VOWEL.sub("-", plain)
        remarks.append(HYPHEN)
    for remark, taken_off in ((WRAPPED, unwrapped(plain)), (APOSTROPHE, _without_apostrophe(unwrapped(plain)))):
        if taken_off != plain:
            plain = taken_off
            remarks.append(remark)
    if match := _POINT_ZERO.fullmatch(plain):
        plain = match[1]
        remarks.append(POINT_ZERO)
    _refuse_damaged(plain)
    return ReadCode(plain, tuple(dict.fromkeys(remarks)))


def day_cell_refused(text: str) -> CodeUnreadable:
    """The refusal of a code that a spreadsheet has turned into a day."""
    return CodeUnreadable(f"「{text}」は日付になっています。番号の列を文字列の書式にして、もとの番号を書いてください。")


def _without_apostrophe(text: str) -> str:
    return text[1:].strip() if text.startswith("'") and len(text) > 1 else text


def _refuse_damaged(code: str) -> None:
    if _CONTROL.search(code):
        raise CodeUnreadable(f"「{code}」の途中に改行などの見えない文字があります。一行の番号にしてください。")
    if _EXPONENT.fullmatch(code):
        raise CodeUnreadable(
            f"「{code}」は指数の形で、もとの番号が分かりません。番号の列を文字列の書式にして書き直してください。"
        )
    if _FRACTION.fullmatch(code):
        raise CodeUnreadable(
            f"「{code}」は小数になっています。番号の列を文字列の書式にして、もとの番号を書いてください。"
        )
    if _DAY.fullmatch(_TIME.sub("", code)):
        raise day_cell_refused(code)
    if code.isdecimal() and len(code.lstrip("0")) > MOST_DIGITS:
        raise CodeUnreadable(
            f"「{code}」は{MOST_DIGITS}桁を超える数で、Excel では下の桁が失われます。番号を確かめてください。"
        )
