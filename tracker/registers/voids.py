"""What a cell shows where a value should be: an error, a formula whose value was not saved, a merged area's rest."""

import re
import unicodedata

UNSAVED, MERGED = "\0式", "\0結合"  # NUL: no file of texts may hold it, so none can pretend to be one
_ERROR = re.compile(
    r"#(?:N/A|NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|CONNECT!|BUSY!|EXTERNAL!|"
    r"PYTHON!|GETTING_DATA|TIMEOUT!|OVERFLOW!)|#{2,}|Err:\d{3}",
    re.IGNORECASE,
)
_SHOWN = {UNSAVED: "（値のない式）", MERGED: "（結合されたセル）"}
_TROUBLES = {
    UNSAVED: "式の値が保存されていません（{column}列）。Excel で開いて保存し直すか、値だけを貼り付けてください。",
    MERGED: "セルが隣のセルと結合されていて、この列の値がありません（{column}列）。"
    "結合を解除し、一つずつ値を入れてください。",
}  # fmt: skip
_IS_ERROR = (
    "「{text}」はエラーの表示で、値ではありません（{column}列）。"
    "元の表で直すか、値がなければセルを空にして、保存し直してください。"
)


def may_hold_voids(texts: str) -> bool:
    """Whether one of many texts, put together, may show something else than a value."""
    return "#" in texts or "\0" in texts or "＃" in texts or "rr:" in texts


def trouble_of(text: str, column: str) -> str | None:
    """Why a text is no value, when it is none; `column` are the letters of its column."""
    if text in _TROUBLES:
        return _TROUBLES[text].format(column=column)
    even = unicodedata.normalize("NFKC", text[:40]).strip()
    return _IS_ERROR.format(text=even, column=column) if _ERROR.fullmatch(even) else None


def as_quoted(text: str) -> str:
    """A text as it is quoted to people: the marks in words."""
    return _SHOWN.get(text, text)
