"""Lines of at most so many columns: the same lines as the plain way of counting them, character by character."""

import re
from unicodedata import east_asian_width

from hypothesis import given
from hypothesis import strategies as st

from notifications.letters.plain_text import centred, hang, right, width

NOT_FIRST = (
    "、。，．,.・：；:;？！?!ー―…‥’”）)］]｝}〕〉》」』】々ゝゞヽヾ～%％℃ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
NOT_LAST = "（([［{｛〔〈《「『【‘“〒￥＃"
DATE = "(?:令和|平成|昭和)(?:元|[0-9]+)年(?:[0-9]+月)?(?:[0-9]+日)?"
TOKEN = re.compile(rf"{DATE}|[0-9][0-9,.]*[年月日件人回条項号]|[!-~]+|.", re.DOTALL)

LONG_WORDS = [
    "令和5年11月21日",
    "1,000人",
    "https://x.example/" + "a" * 90,
    "（「（",
    "ーーー",
    "（https://y.example/）",
]
CHARACTERS = list("あ漢、。（「）」ー  　ab1,.令和平成元年月日5件人\n\r\x0b\x85\u200b○①é🀄𠮷")
TEXTS = st.lists(st.sampled_from(CHARACTERS + LONG_WORDS), max_size=120).map("".join) | st.text(max_size=100)


def columns_of(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def lines_of(text: str, first: str, rest: str, columns: int) -> str:
    room = columns - max(columns_of(first), columns_of(rest))
    lines = [line for part in text.strip().splitlines() or [""] for line in broken(part.strip(), room)]
    return "\n".join((rest if number else first) + line for number, line in enumerate(lines))


def broken(text: str, columns: int) -> list[str]:
    lines: list[list[str]] = [[]]
    for token in TOKEN.findall(text):
        line = lines[-1]
        if line and columns_of("".join(line)) + columns_of(token) > columns:
            lines.append(moved_down(line, token))
        if lines[-1] or not token.isspace():
            lines[-1].append(token)
    return ["".join(line).rstrip() for line in lines]


def moved_down(line: list[str], token: str) -> list[str]:
    keep = len(line)
    while keep > 1 and (token[0] in NOT_FIRST or line[keep - 1][-1] in NOT_LAST):
        keep -= 1
        token = line[keep]
    if keep <= 1:
        return []
    moved = line[keep:]
    del line[keep:]
    return moved


@given(
    text=TEXTS,
    first=st.sampled_from(["", "　", "（12）", "　　　期限　"]),
    rest=st.sampled_from(["", "　　　", "　　　　　　"]),
    columns=st.sampled_from([0, 1, 3, 7, 20, 70]),
)
def test_a_text_breaks_into_the_lines_that_counting_each_character_anew_would_give(
    text: str, first: str, rest: str, columns: int
) -> None:
    assert hang(text, first, rest, columns) == lines_of(text, first, rest, columns)


@given(text=TEXTS)
def test_a_texts_width_is_that_of_its_characters(text: str) -> None:
    assert width(text) == columns_of(text)


def test_a_short_text_stands_at_the_margin_or_in_the_middle_and_a_wide_one_where_it_can() -> None:
    assert right("以上") == "　" * 33 + "以上"
    assert centred("記") == "　" * 17 + "記"
    assert right("長" * 40) == centred("長" * 40) == "長" * 40
