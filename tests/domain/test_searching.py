"""Marks lie where the words stand in a text as it is written, whatever form it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.searching import fold, places_of, words_of
from tracker.web.marking import marked, snippet

LETTERS = "点検のアｱｶﾞﾊﾟかがＡａbB0１㈱① 　-（)髙𠮷"


@given(text=st.text(LETTERS, max_size=30), typed=st.text(LETTERS, max_size=6))
def test_what_is_marked_holds_words_and_what_is_not_marked_holds_none(text: str, typed: str) -> None:
    words = [word.text for word in words_of(typed)]

    pieces = marked(text, words)

    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        assert any(word in fold(piece.text) for word in words) == piece.is_found


@pytest.mark.parametrize(
    ("text", "typed", "places"),
    [
        ("ﾃﾞｰﾀの点検", "データ", [(0, 4)]),
        ("㈱甲の点検", "株", [(0, 1)]),
        ("ＳＦ0221は有効", "sf02", [(0, 4)]),
        ("研修研修", "研修", [(0, 4)]),
        ("点検と研修", "研修 点検", [(0, 2), (3, 5)]),
    ],
)
def test_a_mark_covers_whole_characters_of_the_text(text: str, typed: str, places: list[tuple[int, int]]) -> None:
    assert places_of([word.text for word in words_of(typed)], text) == places


def test_a_long_text_is_cut_to_what_lies_around_the_first_word() -> None:
    pieces = snippet("はじめの行\n" + "あ" * 200 + "点検" + "い" * 200, ["点検"])

    text = "".join(piece.text for piece in pieces)
    assert (text[:2], text[-2:]) == ("…あ", "い…")
    assert len(text) < 100
    assert [piece.text for piece in pieces if piece.is_found] == ["点検"]
    assert snippet("はじめの行", ["点検"]) == []
