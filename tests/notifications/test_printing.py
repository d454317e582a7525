"""Letters on paper: the same words at the same columns, each letter on pages of its own, the same bytes every time."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.letters.kinds import KINDS
from notifications.letters.plain_text import width
from notifications.letters.stationery import Stationery
from notifications.printing import PrintedLetter, print_letters
from notifications.printing.coverage import characters_of
from notifications.printing.letters import FONT, FONTS, PrintingRefused
from tests.notifications.pdf_reader import Pdf, Sign

ON = date(2024, 3, 18)
LEFT = 40 / 25.4 * 72
BODY, FOOTER, COLUMN = 10.5, 8, 5.25
MISCHIEF = '<script>x</script> {{ 7 * 7 }} #eval("1+1") $x^2$ *b* _i_ @a <b> \\ // /* `c` =?utf-8?B?44GC?= \'"--...~'


def a_letter(text: str = "事務連絡\n", addressee: str = "障害者施策課") -> PrintedLetter:
    return PrintedLetter(addressee, ON, "個人情報保護に係る対応期限のお知らせ", text)


def printed(*letters: PrintedLetter) -> list[list[Sign]]:
    return Pdf(print_letters(letters, "あおば市").pdf).pages()


def lines_of(page: list[Sign], size: float = BODY) -> list[str]:
    """The lines of a page from above, each sign at the column where it stands; two on one place are an error."""
    rows = defaultdict[float, dict[int, str]](dict)
    for sign in page:
        if sign.size == size:
            column = round((sign.x - LEFT) / COLUMN)
            assert abs(LEFT + column * COLUMN - sign.x) < 0.01, sign
            assert column not in rows[sign.y], sign
            rows[sign.y][column] = sign.character
    return ["".join(row[column] for column in sorted(row)) for _, row in sorted(rows.items(), reverse=True)]


def at_their_columns(page: list[Sign]) -> bool:
    rows = defaultdict[float, list[Sign]](list)
    for sign in page:
        if sign.size == BODY:
            rows[sign.y].append(sign)
    for row in rows.values():
        row.sort(key=lambda sign: sign.x)
        for number, sign in enumerate(row):
            before = width("".join(each.character for each in row[:number]))
            if round((sign.x - LEFT) / COLUMN) != before:
                return False
    return True


def filled(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_of_a_letter_stands_on_paper_as_it_was_written(kind: str) -> None:
    for facts in KINDS[kind].examples()[:2]:
        letter = Stationery().write(kind, facts)

        pages = printed(a_letter(letter.text))

        assert [line.rstrip() for page in pages for line in lines_of(page)] == filled(letter.text)
        assert all(at_their_columns(page) for page in pages)
        assert max(sign.x for page in pages for sign in page if sign.size == BODY) < LEFT + 70 * COLUMN


@settings(max_examples=30)
@given(
    text=st.lists(st.sampled_from("「」（）、。・：；？！…―〈〉【】『』あ漢ア1aA 　"), min_size=1, max_size=35).map(
        "".join
    )
)
def test_signs_that_meet_or_stand_at_the_margin_keep_their_width(text: str) -> None:
    (page,) = printed(a_letter(f"{text}\n終"))

    assert at_their_columns(page)
    assert [line.rstrip() for line in lines_of(page)] == filled(f"{text}\n終")


def test_each_letter_begins_a_page_and_the_footer_counts_its_own_pages() -> None:
    long = "\n".join(f"{number}行目" for number in range(1, 101))
    pages = printed(a_letter("甲"), a_letter(long, "高齢福祉課"), a_letter("乙", "保健福祉部長"))

    footers = [re.sub(r"\s+", " ", "".join(lines_of_footer(page))) for page in pages]
    assert footers == [
        "障害者施策課 令和6年3月18日（月）1 / 1",
        "高齢福祉課 令和6年3月18日（月）1 / 3",
        "高齢福祉課 令和6年3月18日（月）2 / 3",
        "高齢福祉課 令和6年3月18日（月）3 / 3",
        "保健福祉部長 令和6年3月18日（月）1 / 1",
    ]
    assert [lines_of(page)[0] for page in pages] == ["甲", "1行目", "43行目", "85行目", "乙"]


def lines_of_footer(page: list[Sign]) -> list[str]:
    return [sign.character for sign in sorted(page, key=lambda sign: sign.x) if sign.size == FOOTER]


def test_a_heading_does_not_stand_alone_at_the_foot_of_a_page() -> None:
    text = "\n".join(["行"] * 40) + "\n\n１　期限を過ぎているもの（1件）\n（1）件名\n　　　期限　令和6年3月11日（月）"

    first, second = printed(a_letter(text))

    assert lines_of(first)[-1] == "行"
    assert lines_of(second)[0] == "１　期限を過ぎているもの（1件）"


def test_mischief_is_printed_as_it_was_written() -> None:
    (page,) = printed(PrintedLetter(MISCHIEF, ON, MISCHIEF, f"{MISCHIEF[:60]}\n{MISCHIEF[60:]}"))

    assert lines_of(page) == [MISCHIEF[:60].rstrip(), MISCHIEF[60:]]


def test_a_long_address_goes_on_below_its_beginning_and_loses_nothing() -> None:
    address = "https://zesei.city.example/a/" + "0123456789" * 20

    (page,) = printed(a_letter(f"　　　報告　{address}\n{'語' * 100}"))

    lines = lines_of(page)
    address_lines, words = lines[:-3], lines[-3:]
    assert all(width(line) <= 70 for line in lines)
    assert all(re.match("　{6}[0-9]", line) for line in address_lines[1:])
    assert "".join(line.strip("　") for line in address_lines) == f"報告　{address}"
    assert words == ["語" * 35, "語" * 35, "語" * 30]


def test_what_the_font_lacks_is_shown_as_geta_and_listed() -> None:
    outcome = print_letters([a_letter("𠮷田さん 🙂 葛\U000e0100 あ\u200bい\x07う", "𠮷課")], "あおば市")

    assert lines_of(Pdf(outcome.pdf).pages()[0]) == ["〓田さん 〓 葛 あいう"]
    assert outcome.missing == ("🙂", "𠮷", "\U000e0100")


def test_all_characters_of_an_offices_files_are_in_the_font() -> None:
    codes = [bytes([high, low]) for high in range(0x81, 0xFD) for low in range(0x40, 0xFD)] + [
        bytes([n]) for n in range(32, 256)
    ]
    office = {character for code in codes for character in code.decode("cp932", "ignore")}

    shapes = {character for character in office if category(character) not in ("Cc", "Co")}
    assert len(shapes) > 7_000
    assert shapes <= characters_of(FONT)
    assert len(characters_of(FONT)) == 11_741
    assert not {"𠮷", "🙂", "\uffff"} & characters_of(FONT)


def test_the_same_letters_give_the_same_bytes_in_another_process_too() -> None:
    once = print_letters([a_letter(), a_letter("乙")], "あおば市").pdf
    program = (
        "import sys; from datetime import date; from notifications.printing import *;"
        "letters = [PrintedLetter('障害者施策課', date(2024, 3, 18), '個人情報保護に係る対応期限のお知らせ', text)"
        " for text in ('事務連絡\\n', '乙')];"
        "sys.stdout.buffer.write(print_letters(letters, 'あおば市').pdf)"
    )
    again = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )

    assert again.stdout == once
    assert b"CreationDate" not in once
    assert b"ModDate" not in once


def test_the_paper_says_what_it_is_to_those_who_do_not_see_it() -> None:
    one = print_letters([a_letter()], "あおば市").pdf
    two = print_letters([a_letter(), a_letter()], "あおば市").pdf

    for pdf in (one, two):
        assert b"/Lang(ja-JP)" in pdf
        assert b"/MarkInfo<</Marked true" in pdf
        assert b"/StructTreeRoot" in pdf
        assert "個人情報保護に係る対応期限のお知らせ".encode("utf-16-be").hex().upper().encode() in pdf  # its bookmark
    assert '<rdf:li xml:lang="x-default">個人情報保護に係る対応期限のお知らせ<'.encode() in one
    assert "あおば市の通知（2通）<".encode() in two


def test_the_vendored_font_is_the_one_the_manifest_names() -> None:
    for font in json.loads((FONTS / "manifest.json").read_text(encoding="utf-8")):
        assert font.keys() == {"name", "version", "origin", "licence", "files"}
        for name, digest in font["files"].items():
            assert sha256((FONTS / name).read_bytes()).hexdigest() == digest
    named = {
        name for font in json.loads((FONTS / "manifest.json").read_text(encoding="utf-8")) for name in font["files"]
    }
    assert {path.name for path in FONTS.iterdir()} == named | {"manifest.json"}


def test_without_a_letter_or_without_typst_a_sentence_says_so() -> None:
    with pytest.raises(PrintingRefused, match="印刷する通知がありません。"):
        print_letters([], "あおば市")

    without = (
        "import sys; sys.modules['typst'] = None; from datetime import date; from notifications.printing import *\n"
        "try: print_letters([PrintedLetter('課', date(2024, 3, 18), '件名', '本文')], '市')\n"
        "except Exception as refusal: print(type(refusal).__mro__[1].__name__, ascii(str(refusal)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", without], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    kind, sentence = told.stdout.split(" ", 1)
    assert kind == "Refusal"
    assert "zesei[pdf]" in sentence


def test_a_letter_of_hundreds_of_pages_is_printed() -> None:
    pages = printed(a_letter("\n".join(f"（{number}）件名" for number in range(1, 5_001))))

    assert len(pages) == 120
    assert lines_of(pages[-1])[-1] == "（5000）件名"
