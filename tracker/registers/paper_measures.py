"""The right cell of a council paper's table: what was done, decided and promised, one measure each."""

import re
from dataclasses import dataclass
from datetime import date

from tracker.domain.errors import InputRefused
from tracker.domain.guidance import MeasureState, PrintedMeasure
from tracker.registers.paper_deadlines import DatedWords, decided_words, done_words, planned_words
from tracker.registers.paper_sentences import Fragment, Link, fragments, sentences
from tracker.registers.paper_words import plain_form, without_conjunction

LONGEST_TITLE = 60
LONGEST_PURPOSE = 200  # characters at the beginning of a sentence
_CUSTOM = re.compile(r"これまで|従来|従前|以前から|かねてから")
_GOING_ON = re.compile(r"[てで](?:いま|おりま|い|お)(?:した|す|た|る)$")
_NEGATIVE = re.compile(r"(?:ません(?:でした)?|ない|なかった)$")
# In the past tense, and yet nothing was done: 公表する予定でした, 3月に延期しました.
_PUT_OFF = re.compile(
    r"(?:予定(?:でした|だった|であった|としていました?|としておりました)"
    r"|(?:延期|見送|先送り|断念|保留|繰り?延べ|着手)[^、。]{0,8}(?:まし)?た)$"
)
_ASKED = re.compile(r"(.+?)よう(?:に)?、?(?:[^、。]{1,15}に)?(?:依頼|要請)(?:する|を行う)予定$")
_PLANNED_END = re.compile(r"を?予定(?:と?して(?:います|いる|おります))?$")
_DECIDED = re.compile(r"(.+)こと(?:と|に)(?:いた)?し(?:ました|た|てい(?:ます|る)|ており(?:ます|る))$")
_TOPIC = re.compile(r"^([^、。]+?)について(?:は|も)、")
_PURPOSE = re.compile(r"^[^、。]+に向けて、")


@dataclass(frozen=True)
class _Reading:
    state: MeasureState
    predicate: str


def read_measures(cell: str, written_on: date) -> tuple[PrintedMeasure, ...]:
    """The measures of one cell in the order printed.

    Raises InputRefused for a sentence whose state cannot be told, DateUnreadable for an impossible day.
    """
    measures = list[PrintedMeasure]()
    for sentence in sentences(cell):
        parts = fragments(sentence.text)
        for part, reading in zip(parts, _readings(parts), strict=True):
            dated = _dated(reading, written_on)
            listed = sentence.listed if part is parts[-1] else ()
            for action in _actions(_with_object(_action(dated.words), sentence.text), listed):
                measures.append(
                    PrintedMeasure(
                        branch=len(measures) + 1, action=action, state=reading.state, done_on=dated.done_on,
                        deadline_printed=dated.deadline.printed, deadline=dated.deadline.day,
                    )
                )  # fmt: skip
    if not measures:
        raise InputRefused("「対応（改善策）」の欄に、読み取れる文がありません。")
    return tuple(measures)


def _readings(parts: list[Fragment]) -> list[_Reading]:
    """States from the end backwards: 「…た上で」 and 「…し、」 lean on what follows them."""
    found = list[_Reading]()
    for part in reversed(parts):
        follows = found[0].state if found else MeasureState.PLANNED
        found.insert(0, _reading(part, follows))
    return found


def _reading(part: Fragment, follows: MeasureState) -> _Reading:
    if part.link in (Link.THEREUPON, Link.AND) or (part.link is Link.BESIDES and not part.text.endswith("た")):
        leaning = MeasureState.PLANNED if follows is MeasureState.TO_BE_REQUESTED else follows
        return _Reading(leaning, part.text)
    text = re.sub(r"予定(?:です|である)$", "予定", part.text)
    if _NEGATIVE.search(text) or _PUT_OFF.search(text):
        raise _unclear(text)
    if match := _ASKED.fullmatch(text):
        return _Reading(MeasureState.TO_BE_REQUESTED, match[1])
    if match := _PLANNED_END.search(text):
        asked = "依頼する" in text[-12:]
        return _Reading(MeasureState.TO_BE_REQUESTED if asked else MeasureState.PLANNED, text[: match.start()])
    if match := _DECIDED.fullmatch(text):
        return _Reading(MeasureState.DECIDED, match[1])
    return _plain_reading(text)


def _plain_reading(text: str) -> _Reading:
    """The state that the tense tells: a custom, a thing done, or a promise."""
    if _GOING_ON.search(text):
        if text.endswith("た") or _CUSTOM.search(text):
            return _Reading(MeasureState.CUSTOMARY, text)
        raise _unclear(text)
    if match := re.search(r"済み?(?:です|である)?$", text):
        return _Reading(MeasureState.DONE, text[: match.start()])
    if text.endswith("た"):
        return _Reading(MeasureState.DONE, text)
    if match := re.search(r"こと(?:と|に)(?:(?:いた)?します|する)$", text):
        return _Reading(MeasureState.PLANNED, text[: match.start()])
    if re.search(r"[うくすつぬぶむるぐ]$", text) and not text.endswith("です"):
        return _Reading(MeasureState.PLANNED, text)
    raise _unclear(text)


def _unclear(text: str) -> InputRefused:
    return InputRefused(
        f"「{text[-30:]}」が済んだことか予定か読み取れません。「…しました。」「…する予定です。」のように書いてください。"
    )


def _dated(reading: _Reading, written_on: date) -> DatedWords:
    if reading.state is MeasureState.DECIDED:
        return decided_words(reading.predicate, written_on)
    if reading.state.is_done:
        return done_words(reading.predicate, written_on)
    return planned_words(reading.predicate, written_on)


def _action(words: str) -> str:
    """A title: without leading words of time and purpose, its topic made the object, its verb plain."""
    text = without_conjunction(words)
    text = text[purpose.end() :] if (purpose := _PURPOSE.match(text)) else text
    topic = _TOPIC.match(text)
    rest = plain_form(without_conjunction(text[topic.end() :] if topic else text).strip("、 "))
    if topic:
        rest = f"{topic[1]}を{rest}" if re.fullmatch("[一-龠ァ-ヶー]+(?:する)?", rest) else f"{topic.group()}{rest}"
    return _short(rest.replace("については、", "について、", 1))


def _with_object(title: str, sentence: str) -> str:
    """A bare 公表する takes the object its sentence began with: ファイル簿の公表に向けて、…"""
    if re.fullmatch("[一-龠]+する", title):
        before, found, _ = sentence[:LONGEST_PURPOSE].partition(f"の{title.removesuffix('する')}に向けて、")
        purpose = re.split("[、。]", before)[-1]
        return f"{purpose}を{title}" if found and purpose else title
    return title


def _short(title: str) -> str:
    """Asides in brackets go first when a title is too long for a list of tasks."""
    return title if len(title) <= LONGEST_TITLE else re.sub(r"（[^（）]*）", "", title)


def _actions(action: str, listed: tuple[str, ...]) -> list[str]:
    if not listed:
        return [action]
    tail = re.split(r"(?:以下|次|下記)の(?:事項|とおり|点|内容|措置|取組)", action, maxsplit=1)[-1]
    return [
        _short(f"{item}{tail}" if tail[:1] in "のをにはも" or tail.startswith("について") else item) for item in listed
    ]
