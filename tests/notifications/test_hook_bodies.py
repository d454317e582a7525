"""What a chat shows of a message: each format, its escapes and its limits."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.transports.hook_bodies import Format, hook_body, shortened
from tests.notifications.messages import a_message


def body(style: Format, **more: str) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(hook_body(a_message(**more), style))
    return written


def test_slack_reads_the_words_and_one_link_and_no_markup_of_theirs() -> None:
    written = body("slack", subject="A&B <!channel>", text="<@U1> 様\n a > b\n", url="http://z.example/?a=1&b=|>")

    assert written == {
        "text": "A&amp;B &lt;!channel&gt;\n\n&lt;@U1&gt; 様\n a &gt; b\n\n"
        "<http://z.example/?a=1&amp;b=%7C&gt;|是正を開く>"
    }


def test_without_a_link_slack_gets_words_alone() -> None:
    assert body("slack", subject="件名", text="本文") == {"text": "件名\n\n本文"}


def test_teams_gets_a_card_with_a_line_for_each_line_and_a_button() -> None:
    (attached,) = body("teams", subject="件名", text="一\n二 *x* [a](b)\n\n三\n", url="http://z.example/")[
        "attachments"
    ]

    card = attached["content"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    runs = [(block["inlines"][0]["text"], block.get("spacing")) for block in card["body"]]
    assert runs == [("件名", None), ("一", "Medium"), ("二 *x* [a](b)", "None"), ("三", "Medium")]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}  # a TextBlock would read Markdown
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "是正を開く", "url": "http://z.example/"}]


def test_a_card_without_a_link_has_no_button() -> None:
    (attached,) = body("teams")["attachments"]

    assert attached["content"]["actions"] == []


@pytest.mark.parametrize("text", ["期限を過ぎています。" * 1_000, "一行\n" * 5_000, "🈺" * 4_000, '"\\' * 3_000])
@pytest.mark.parametrize("style", ["slack", "teams", "plain"])
def test_a_long_text_is_cut_says_so_and_fits_every_chat(text: str, style: Format) -> None:
    raw = hook_body(a_message(text=text), style)

    assert "（以下省略。続きは画面又はメールで確かめてください。）" in raw.decode()
    assert len(raw) < 28_000


@given(st.text(st.sampled_from("あa\n\r "), max_size=200).map(lambda text: text * 20))
def test_what_is_cut_is_the_beginning_of_what_was_written(text: str) -> None:
    written = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")

    short = shortened(text)

    kept = short.removesuffix("\n（以下省略。続きは画面又はメールで確かめてください。）")
    assert written.startswith(kept)
    assert (kept == short) == (len(written) <= 3_000 and written.count("\n") < 150)
    assert len(kept) <= 3_000
    assert kept.count("\n") < 150
