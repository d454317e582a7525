"""A letter and the paper it is written on: the templates' environment and what all templates can say."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifications.letters.plain_text import centred, hang, right
from tracker.domain.dates import read_date, wareki
from tracker.domain.errors import DateUnreadable

_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Letter:
    """One message in words: a subject of one line, a text part and an HTML part that say the same."""

    subject: str
    text: str
    html: str


def write_letter(folder: str, **facts: object) -> Letter:
    """Fill subject.txt, body.txt and body.html of a folder below notifications/ and inline the styles."""
    return Letter(
        subject=" ".join(fill(f"{folder}/subject.txt", **facts).split()),
        text=fill(f"{folder}/body.txt", **facts).strip("\n") + "\n",
        html=_INLINER.inline(fill(f"{folder}/body.html", **facts)),
    )


def fill(template: str, **facts: object) -> str:
    """Fill one template, named by its path below notifications/; a fact that is missing is an error."""
    return PAPER.get_template(template).render(**facts)


def days_word(days_left: int | None) -> str:
    """「8日超過」, 「本日」 or 「あと5日」; nothing when there is no day to count to."""
    if days_left is None:
        return ""
    if days_left == 0:
        return "本日"
    return f"あと{days_left}日" if days_left > 0 else f"{-days_left}日超過"


def own_words(printed: str, deadline: date | None) -> str:
    """The printed deadline when it says something else than the day itself (「令和6年1月末まで」)."""
    words = " ".join(printed.split())
    try:
        says_the_same = read_date(words.removesuffix("まで")).day == deadline
    except DateUnreadable:
        says_the_same = False
    return "" if says_the_same else words


def clock_words(at: datetime) -> str:
    """令和6年3月18日（月）6時00分, as the clock of that instant's own zone shows it."""
    return f"{wareki(at.date(), weekday=True)}{at.hour}時{at.minute:02}分"


def period_words(first: date, last: date) -> str:
    """令和6年3月11日（月）～17日（日）: the second day without what it shares with the first."""
    end = wareki(last, weekday=True)
    if first.year == last.year:
        end = end.split("年", 1)[1]
        end = end.split("月", 1)[1] if first.month == last.month else end
    return f"{wareki(first, weekday=True)}～{end}"


def _wareki(day: date, *, weekday: bool = True) -> str:
    return wareki(day, weekday=weekday)


def _paper() -> Environment:
    paper = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1]),
        autoescape=select_autoescape(("html", "svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    paper.filters |= {"wareki": _wareki, "days_word": days_word, "own_words": own_words}
    paper.filters |= {"clock_words": clock_words, "period_words": period_words}
    paper.filters |= {"hang": hang, "right": right, "centred": centred}
    return paper


PAPER = _paper()
