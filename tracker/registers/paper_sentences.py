"""Sentences of an answer, the lettered list one may announce, and the parts that name one measure each."""

import re
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate, pairwise

from tracker.domain.errors import InputRefused
from tracker.registers.paper_words import closed_up, repaired, with_narrow_digits

LETTERS = "アイウエオカキクケコサシスセソ"
_SENTENCE_END = re.compile(r"。(?![）」)])")
_LIST_ANNOUNCED = re.compile(r"(?:以下|次|下記)の(?:事項|とおり|点|内容|措置|取組)")
_BULLET = re.compile(r"^\s*(?:[・○●◯-]|[①-⑳]|[(（][0-9ア-ソ]+[)）]|[ア-ソ][\s.．])\s*")
_BACKGROUND = re.compile(r"(?:指導|指摘|助言)を(?:受け|いただ)")
_NEW_SUBJECT = r"[^、。をがはに]{1,14}が(?![^、。]*?(?:こと|もの|よう|場合|際|とき))[^、。]"
_LINKS = re.compile(
    rf"(?P<besides>(?<=[たるうく])ほか、)|(?P<but>(?<=た)が、)|(?P<thereupon>(?<=た)(?:上|うえ)で、?)"
    rf"|(?P<and>(?:(?<=し)|(?<=を行い))、(?=(?:以後|今後|以降)|{_NEW_SUBJECT}))"
)


class Link(Enum):
    """How a part of a sentence leads on to the next."""

    BESIDES = "besides"
    BUT = "but"
    THEREUPON = "thereupon"
    AND = "and"
    END = "end"


@dataclass(frozen=True)
class Fragment:
    """One part of a sentence, without the words that link it."""

    text: str
    link: Link


@dataclass(frozen=True)
class Sentence:
    """One sentence without its full stop, and the items it announces (以下の事項)."""

    text: str
    listed: tuple[str, ...] = ()


def sentences(cell: str) -> list[Sentence]:
    """The sentences of a cell; InputRefused when a list is announced and does not come."""
    rest, found = with_narrow_digits(repaired(cell)).strip(), list[Sentence]()
    while rest:
        end = _SENTENCE_END.search(rest)
        text = closed_up(_BULLET.sub("", rest[: end.start()] if end else rest))
        rest = rest[end.end() :].strip() if end else ""
        listed: tuple[str, ...] = ()
        if _LIST_ANNOUNCED.search(text):
            listed, rest = _lettered(rest)
            if not listed:
                raise InputRefused(f"「{text[-24:]}」の後に、ア、イ…と続く項目がありません。")
        if text:
            found.append(Sentence(text, listed))
    return found


def fragments(sentence: str) -> list[Fragment]:
    """The parts of a sentence that each name a measure, background such as 指摘を受けましたが left out."""
    parts, start, depth = list[Fragment](), 0, _depths(sentence)
    for match in _LINKS.finditer(sentence):
        if depth[match.start()] > 0:
            continue
        parts.append(Fragment(sentence[start : match.start()], Link(match.lastgroup)))
        start = match.end()
    parts.append(Fragment(sentence[start:], Link.END))
    return [part for part in parts if part.link is Link.END or not _BACKGROUND.search(part.text)]


def _lettered(text: str) -> tuple[tuple[str, ...], str]:
    """The items ア イ ウ at the beginning of a text, and the text after the last of them."""
    items = list[str]()
    for letter, following in pairwise(LETTERS):
        opened = re.match(rf"[(（]?{letter}[)）.．、\s]\s*", text)
        if opened is None:
            break
        body = text[opened.end() :]
        closing = re.search(rf"(?:(?<!\s)\s|。)(?=\s*[(（]?{following}[)）.．、\s])", body) or re.search(
            r"[\s。]", body
        )
        items.append(closed_up(body[: closing.start()] if closing else body))
        text = body[closing.end() :].strip() if closing else ""
    return tuple(items), text


def _depths(sentence: str) -> list[int]:
    """Within how many brackets each place stands."""
    return [0, *accumulate((mark in "（(「") - (mark in "）)」") for mark in sentence)]
