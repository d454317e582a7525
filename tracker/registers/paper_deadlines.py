"""Days printed inside a sentence: the deadline of what is planned, the day of what was done."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from tracker.domain.dates import fiscal_year, read_date, wareki, wareki_year
from tracker.domain.deadlines import OPEN_ENDED, PrintedDeadline, read_deadline
from tracker.domain.errors import DateUnreadable, InputRefused

_ERA_YEAR = r"(?:(?:明治|大正|昭和|平成|令和)(?:元|\d{1,2})|\d{4})年"
_YEAR = rf"(?:{_ERA_YEAR}|本年|今年|来年|翌年)?"
_WEEKDAY = r"(?:[（(][月火水木金土日](?:曜日?)?[）)])?"
_SHORT = r"(?:[HRhr]\d{1,2}|\d{4})[./-]\d{1,2}[./-]\d{1,2}"
_FULL = rf"(?P<full>{_YEAR}\d{{1,2}}月\d{{1,2}}日|{_SHORT}){_WEEKDAY}"
_FISCAL = rf"(?P<fiscal>(?:{_ERA_YEAR}度|[本今当来翌次]年度)(?:当初|上半期|下半期|末|中|内)?|年度(?:末|中|内))"
_MONTH = rf"(?P<month>{_YEAR}\d{{1,2}}月(?:末日?|上旬|中旬|下旬|中)?)"
_PARTICLE = (
    r"(?P<particle>まで(?!の)に?|から(?!の)|より(?!も)|以降(?!の)|付け?で|をもって|を(?:目途|めど)に"
    r"|に(?!係る|関する|おける|おいて|向け|つい|わたり|かけ))は?、?"
)
DAY_PHRASE = re.compile(rf"(?<![\d年～〜])(?:{_FULL}|{_FISCAL}|{_MONTH}){_PARTICLE}")
_LEFT_OVER = re.compile(
    rf"(?:平成|令和)[^、。をがの]{{0,14}}?(?:まで|から)(?!の)|(?:{_ERA_YEAR}\d{{1,2}}月(?:\d{{1,2}}日)?|{_SHORT})(?![\d日のにまか）)現時付])"
)
_MODIFIER = re.compile(r"[^、]{0,12}?[たる](?=[一-龠ァ-ヶ])")
_OPEN_WORD = re.compile(rf"(?:^|[、をはに])({'|'.join(OPEN_ENDED[:4])})")
_RANGE = re.compile(
    rf"({_ERA_YEAR}\d{{1,2}}月\d{{1,2}}日){_WEEKDAY}(?:から|より|[～〜~-])({_ERA_YEAR})?(\d{{1,2}}月)?(\d{{1,2}}日)"
)
# Words of time that name no day by themselves: what they mean is asked for, and not left out.
_VAGUE = re.compile(
    r"(?:年内|年明け|年末|年度明け|年度当初|同年(?:\d{1,2}月)?|同年度|同月|同日|(?:上|下)(?:半)?期|第[1-4１-４一二三四]四半期|[春夏秋冬]|[今来翌][週月]"
    r"|\d{1,2}(?:か|ヶ|カ|ヵ|ケ|箇)月(?:以内|後)|\d{1,3}(?:日|週間|年)(?:以内|後))"
    r"(?:の?(?:\d{1,2}日|末日?|上旬|中旬|下旬|当初))?(?:中|内|頃|ごろ)?(?:まで(?!の)に?|に(?!係る|関する|おける|おいて|向け|つい|わたり|かけ)|を(?:目途|めど)に)"
)
_WIDE_DAY = re.compile(r"[ＲＨＳ]\d{1,2}(?:[．／－.]\d{1,2}){2}")
_STARTS = ("から", "より", "以降")


NO_DEADLINE = PrintedDeadline("", None)


@dataclass(frozen=True)
class DatedWords:
    """A sentence without its day phrase, and what the phrase said."""

    words: str
    deadline: PrintedDeadline = NO_DEADLINE
    done_on: date | None = None


def planned_words(text: str, written_on: date) -> DatedWords:
    """Take the deadline out of something planned; DateUnreadable or InputRefused when it is not clear."""
    text = _WIDE_DAY.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)
    phrases = [match for match in DAY_PHRASE.finditer(text) if not _names_the_past(match, written_on)]
    if len(phrases) > 1:
        both = "」と「".join(match.group().rstrip("、") for match in phrases[:2])
        raise InputRefused(f"期限が「{both}」と二つ以上あり、どれか決められません。一文に期限は一つにしてください。")
    words = _without(text, phrases)
    if match := _LEFT_OVER.search(words):
        raise DateUnreadable(
            f"「{match.group()}」は期限として読めません。令和6年2月1日まで のように数字で書いてください。"
        )
    if match := _VAGUE.search(words):
        raise DateUnreadable(
            f"「{match.group()}」から期限を読み取れません。令和6年2月1日まで のように、年と月日を数字で書いてください。"
        )
    if phrases:
        return DatedWords(words, _deadline(phrases[0], written_on))
    open_word = _OPEN_WORD.search(words)
    return DatedWords(words, PrintedDeadline(open_word[1] if open_word else "", None))


def done_words(text: str, written_on: date) -> DatedWords:
    """Take the day out of something done; InputRefused when that day is after the paper."""
    phrases = [match for match in DAY_PHRASE.finditer(text) if match["full"] and not _modifies(match)]
    if not phrases:
        return DatedWords(text)
    day = read_date(_with_year(phrases[-1]["full"], written_on, past=True)).day
    if day > written_on:
        raise InputRefused(
            f"済んだこととして書かれた「{phrases[-1].group()}」が資料の日（{wareki(written_on)}）より後です。"
        )
    return DatedWords(_without(text, phrases[-1:]), done_on=day)


def decided_words(text: str, written_on: date) -> DatedWords:
    """Take the day out of a decision: から and まで say from when it holds, に when it was taken."""
    periods = any(match["particle"].startswith((*_STARTS, "まで")) for match in DAY_PHRASE.finditer(text))
    return planned_words(text, written_on) if periods else done_words(text, written_on)


def read_range(text: str) -> tuple[date, date] | None:
    """The first and last day of 令和5年7月31日から8月4日まで; None when there is none."""
    match = _RANGE.search(text)
    if match is None:
        return None
    began = read_date(match[1]).day
    year, month = match[2] or wareki_year(began), match[3] or f"{began.month}月"
    ended = read_date(f"{year}{month}{match[4]}").day
    if ended < began and not match[2]:
        ended = ended.replace(year=ended.year + 1)
    return began, ended


def _modifies(match: re.Match[str]) -> bool:
    """Whether the day may belong to a noun (令和5年8月1日に届いた通知を…) and not to the deed."""
    return bool(_MODIFIER.match(match.string, match.end()))


def _names_the_past(match: re.Match[str], written_on: date) -> bool:
    """A full day gone by with に (令和5年7月31日に指摘された) tells of the finding, not of the plan."""
    if not match["full"] or not match["particle"].startswith(("に", "付")):
        return False
    return bool(re.match(_ERA_YEAR, match["full"])) and read_date(match["full"]).day < written_on


def _deadline(match: re.Match[str], written_on: date) -> PrintedDeadline:
    """The printed words, completed by the year that they leave out so that they can be read again alone."""
    printed = match["full"] or match["fiscal"] or match["month"]
    if match["full"]:
        printed = _with_year(printed, written_on, past=False)
    elif match["fiscal"]:
        next_year = wareki_year(date(fiscal_year(written_on) + 1, 12, 31))
        printed = re.sub("^[来翌次]年", next_year, printed)
        if not printed.endswith(("末", "中", "内")):
            printed = re.sub("^[本今当]年", wareki_year(date(fiscal_year(written_on), 12, 31)), printed)
    else:
        printed = _near_year(printed, written_on)
    particle = match["particle"]
    ending = "から" if particle in _STARTS else "まで" if particle.startswith("まで") else ""
    if ending == "から" and not printed.endswith(("日", "月", "度")):
        ending = ""
    return read_deadline(printed + ending, written_on)


def _near_year(printed: str, written_on: date) -> str:
    this = re.sub("^[本今]年", wareki_year(written_on), printed)
    return re.sub("^[来翌]年", wareki_year(date(written_on.year + 1, 12, 31)), this)


def _with_year(printed: str, written_on: date, *, past: bool) -> str:
    named = _near_year(printed, written_on)
    if not named[0].isdigit() or re.match(r"\d{4}\D", named):
        return named
    month, day = (int(number) for number in re.findall(r"\d+", named))
    years = (written_on.year, written_on.year - 1) if past else (written_on.year, written_on.year + 1)
    today = (written_on.month, written_on.day)
    here = (month, day) <= today if past else (month, day) >= today
    return f"{wareki_year(date(years[0] if here else years[1], 12, 31))}{named}"


def _without(text: str, phrases: list[re.Match[str]]) -> str:
    for match in reversed(phrases):
        text = text[: match.start()] + text[match.end() :]
    return text
