"""What is wrong with a template of the office: the file, the line, and a sentence that says what to mend."""

import re
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from types import UnionType

from css_inline import InlineError
from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError

from notifications.letters.counted import TooLarge
from notifications.letters.guarded import NotAllowed, NotWritable
from notifications.letters.inlining import HtmlRefused
from notifications.letters.meter import WRITTEN, TemplateTooLong, TemplateTooSlow

# What a template can do wrong while it is filled. RuntimeError is also RecursionError; SyntaxError and MemoryError
# come from Python's own compiler when a template is nested too deeply.
FAILURES = (
    TemplateError, RuntimeError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, OSError, SyntaxError, MemoryError,
)  # fmt: skip
_SPELLING = (
    (r"tags: .*innermost block that needs to be closed is '(\w+)'", "{{% {} %}} が閉じられていません。"),
    (r"unknown tag '(\w+)'", "{{% {} %}} という命令はないか、ここには書けません。"),
    (r"[Nn]o filter named '(\w+)'", "「|{}」という加工は使えません。"),
    (r"[Nn]o test named '(\w+)'", "「is {}」という条件は使えません。"),
    (r"(?:unexpected|got|unexpected char) '(.+?)'", "「{}」の前後の書き方に誤りがあります。"),
)


class PartRefused(ValueError):
    """A part that was filled and cannot be sent as it is: empty, or a subject too long; says so."""


@dataclass(frozen=True)
class TemplateTrouble:
    """One trouble with one file or folder; `line` is None when it is about the whole."""

    path: Path
    line: int | None
    sentence: str

    def __str__(self) -> str:
        """The file, the line when there is one, and the sentence."""
        return f"{self.path}{f' {self.line}行目' if self.line else ''}　{self.sentence}"


def trouble_of(path: Path, failure: BaseException) -> TemplateTrouble:
    """What a failure while the template at `path` was read or filled means for the one who wrote it."""
    return TemplateTrouble(path, _line(path, failure), _sentence(failure))


def _line(path: Path, failure: BaseException) -> int | None:
    if isinstance(failure, TemplateSyntaxError) and failure.filename in (None, str(path)):
        return failure.lineno
    steps = [line for frame, line in walk_tb(failure.__traceback__) if frame.f_code.co_filename == str(path)]
    return steps[-1] if steps else None


def _sentence(failure: BaseException) -> str:
    words = str(failure)
    if isinstance(failure, PartRefused | HtmlRefused):
        return words
    if isinstance(failure, UndefinedError):
        return f"「{words}」という事実はありません。名前を確かめてください。"
    if isinstance(failure, TemplateNotFound):
        return f"「{words}」というひな形はありません。"
    if isinstance(failure, NotAllowed):
        return f"「{words}」はここでは使えません。"
    if isinstance(failure, TemplateSyntaxError):
        return _spelling(words)
    return next((said for kind, said in _SAID if isinstance(failure, kind)), _ODD)


def _spelling(message: str) -> str:
    for pattern, said in _SPELLING:
        if match := re.search(pattern, message):
            return said.format(match[1])
    return "書き方に誤りがあります。"


_ODD = "値の扱いに誤りがあります。種類の違うものを計算したり、つないだりしていないか確かめてください。"
_SAID: tuple[tuple[type[BaseException] | UnionType, str], ...] = (
    (NotWritable, "一覧などは、そのまま {{ }} に書けません。中の一つ一つを書いてください。"),
    (TooLarge | OverflowError, "数や文字列が大きすぎます。"),
    (TemplateTooSlow, "時間内に終わりません。繰返しを減らしてください。"),
    (TemplateTooLong, f"{WRITTEN:,}字を超えるか、扱う文字が多すぎます。繰返しを減らしてください。"),
    (RecursionError, "自分自身を呼び続けているか、入れ子が深すぎます。"),
    (MemoryError | SyntaxError, "入れ子が深すぎます。"),
    (InlineError, "スタイル（CSS）の書き方に誤りがあります。"),
    (UnicodeError, "文字コードが違います。UTF-8で保存してください。"),
    (OSError, "ファイルを読めません。"),
)
