"""A measure as a sentence of an official paper: 予定 while it is to come, 済 once it is done."""

import re
from datetime import date

from notifications.reports.endings import Clause, clause_of
from notifications.reports.measures import Measure, MeasureState
from tracker.domain.dates import read_date, wareki
from tracker.domain.errors import DateUnreadable

_ADVERBS = ("速やかに", "遅滞なく", "直ちに", "随時")
_NOT_SAID = ("未定", "期限の定めなし")
_FROM = re.compile(r"(?:から|以降|当初から)(?:は)?$")
_WITHIN = re.compile(r"(?:中|内)に?$")
_UNTIL = re.compile(r"まで(?:に)?$")
_PERIOD = re.compile(r"(?:末日?|旬|半期|年度|月)$")


def measure_sentence(measure: Measure, day: date) -> str:
    """The sentence as of a day; a text whose ending is not known stands as it is, with its state in brackets."""
    clause = clause_of(measure.action)
    if clause is None:
        return _in_brackets(measure, day)
    if measure.is_request:
        clause = Clause(f"{clause.plain}よう依頼する")
    return _SENTENCES[measure.state](measure, clause, day)


def deadline_words(measure: Measure) -> str:
    """The deadline as printed, as the adverbial of a sentence: 令和6年2月1日までに、令和6年度から; nothing without one."""
    printed = measure.deadline_printed.strip()
    if printed in _NOT_SAID:
        return ""
    if not printed or _is_day(printed):
        return f"{wareki(measure.deadline)}までに" if measure.deadline else ""
    if printed in _ADVERBS:
        return printed
    if _FROM.search(printed):
        return printed.removesuffix("は")
    if _UNTIL.search(printed) or _WITHIN.search(printed):
        return printed.removesuffix("に") + "に"
    return f"{printed}までに" if _PERIOD.search(printed) else printed


def _is_day(printed: str) -> bool:
    try:
        read_date(printed)
    except DateUnreadable:
        return False
    return True


def _planned(measure: Measure, clause: Clause, day: date) -> str:
    plan = f"{_extension(measure)}{_lead(deadline_words(measure))}{clause.plain}予定"
    if measure.reported_on:
        return f"{plan}で、{wareki(measure.reported_on)}に実施した旨の報告を受け、内容を確認しています。"
    if measure.deadline and measure.deadline < day:
        return f"{plan}としていましたが、{wareki(day)}現在、実施に至っていません{_begun(measure)}。"
    return f"{plan}です{_begun(measure)}。"


def _extension(measure: Measure) -> str:
    first, now = measure.first_deadline, measure.deadline
    if first is None or now is None or first == now:
        return ""
    return f"期限を{wareki(first)}から{'延長し' if now > first else '繰り上げ'}、"


def _lead(words: str) -> str:
    return words if not words or words in _ADVERBS else f"{words}、"


def _begun(measure: Measure) -> str:
    return f"（{wareki(measure.started_on)}着手）" if measure.started_on else ""


def _on_day(measure: Measure) -> str:
    return f"{wareki(measure.done_on)}に、" if measure.done_on else ""


def _done(measure: Measure, clause: Clause, day: date) -> str:
    return f"{_on_day(measure)}{clause.done}。"


def _decided(measure: Measure, clause: Clause, day: date) -> str:
    return f"{_lead(deadline_words(measure)) or _on_day(measure)}{clause.plain}こととしました。"


def _customary(measure: Measure, clause: Clause, day: date) -> str:
    return f"これまで、{clause.going_on}。"


def _considered(measure: Measure, clause: Clause, day: date) -> str:
    return f"{clause.plain}ことについて、検討しています。"


def _not_taken(measure: Measure, clause: Clause, day: date) -> str:
    return f"{clause.plain}ことについては、措置を講じないこととしました{_why(measure)}。"


def _withdrawn(measure: Measure, clause: Clause, day: date) -> str:
    return f"{clause.plain}ことは、取りやめることとしました。"


def _why(measure: Measure) -> str:
    return f"（理由　{measure.reason.strip().removesuffix('。')}）" if measure.reason.strip() else ""


_SENTENCES = {
    MeasureState.PLANNED: _planned, MeasureState.DONE: _done, MeasureState.DECIDED: _decided,
    MeasureState.CUSTOMARY: _customary, MeasureState.CONSIDERED: _considered, MeasureState.NOT_TAKEN: _not_taken,
    MeasureState.WITHDRAWN: _withdrawn,
}  # fmt: skip
_WORDS = {
    MeasureState.DECIDED: "決定済", MeasureState.CUSTOMARY: "従前から実施", MeasureState.CONSIDERED: "検討中",
    MeasureState.NOT_TAKEN: "不措置", MeasureState.WITHDRAWN: "取りやめ",
}  # fmt: skip


def _in_brackets(measure: Measure, day: date) -> str:
    text = measure.action.strip()
    if measure.state is MeasureState.DONE:
        return f"{text}（実施済{f'　{wareki(measure.done_on)}' if measure.done_on else ''}）"
    if measure.state is not MeasureState.PLANNED:
        return f"{text}（{_WORDS[measure.state]}）"
    if measure.reported_on:
        return f"{text}（{wareki(measure.reported_on)}に実施の報告、確認中）"
    late = f"、{wareki(day)}現在は未実施" if measure.deadline and measure.deadline < day else ""
    return f"{text}（{_extension(measure)}{deadline_words(measure)}実施予定{late}）"
