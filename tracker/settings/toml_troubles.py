"""Where and why a TOML file cannot be read, in Japanese; Python's own message is English."""

import re
from tomllib import TOMLDecodeError

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_WORD = re.compile(r"""[^\s.=,\[\]{}"']+""")
_OF_A_VALUE = ("Invalid value", "Invalid date", "Invalid hex", "Expected newline")
_HINTS = {
    "Unescaped '\\'": "引用符 \" の中の \\ は \\\\ と書くか、全体を ' で囲んでください。",
    "Unterminated": "引用符が閉じていません。",
    "Found invalid character": "引用符が閉じていないか、使えない文字があります。",
    "Cannot overwrite": "同じ名前が二度書かれています。一つにしてください。",
    "Cannot declare": "同じ名前が二度書かれています。一つにしてください。",
    "Cannot mutate": "同じ名前が二度書かれています。一つにしてください。",
    "Duplicate": "同じ名前が二度書かれています。一つにしてください。",
    "Expected ']'": "見出しの ] がありません。",
    "Expected '='": "キーの後に = を書いてください。",
    "Expected newline": "値の後に余分な文字があります。",
    "Unclosed array": "[ に対する ] がありません。",
    "Unclosed inline table": "{ に対する } がありません。",
    "Invalid value": "値がないか、書き方が正しくありません。",
    "Invalid statement": "「キー = 値」か [見出し] の形で書いてください。",
    "Invalid initial character": "キーの書き方が正しくありません。",
}


def toml_trouble(text: str, trouble: TOMLDecodeError) -> str:
    """2行8列を読めません, and what to do about it."""
    line, column = _place(text, str(trouble))
    return f"{line}行{column}列を読めません。{_hint(text, str(trouble), line, column)}"


def _place(text: str, message: str) -> tuple[int, int]:
    """Line and column, both from 1; without a place, it is the end of the file."""
    if match := _PLACE.search(message):
        return int(match[1]), int(match[2])
    lines = text.replace("\r\n", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def _hint(text: str, message: str, line: int, column: int) -> str:
    row = text.replace("\r\n", "\n").split("\n")[line - 1]
    letter = row[column - 1 : column]
    if letter == "　":
        return "全角の空白があります。半角の空白にしてください。"
    if letter and letter in "“”‘’＂＇「":
        return '引用符は半角の " にしてください。'
    if letter and not letter.isascii():
        word = next(match[0] for match in _WORD.finditer(row) if match.start() < column <= match.end())
        what = "文字は" if message.startswith(_OF_A_VALUE) else "日本語のキーは"
        return f'{what} "{word}" のように引用符で囲んでください。'
    return next((hint for start, hint in _HINTS.items() if message.startswith(start)), "書き方が正しくありません。")
