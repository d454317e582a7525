"""The reminder: its words, its sections, and what a title may not do to them."""

from datetime import date

import pytest

from notifications.letters.plain_text import width
from notifications.letters.reminder import FlagLine, ReminderFacts, TaskLine, render_reminder
from notifications.letters.words import days_word

TODAY = date(2023, 8, 15)
REASON = "棚卸しの結果の記録がありません。"
WHOLE_LETTER = """\
　　　　　　　　　　　　　　　　　　　　　　　　　　　　事　務　連　絡
　　　　　　　　　　　　　　　　　　　　　　　　　　　　令和5年8月15日
障害者施策課 御中
　　　　　　　　　　　　　　　　　　　　　　　　政策経営部 情報管理課

　　　個人情報保護に係る対応期限について（お知らせ）

　標記の件について、下記のとおり期限を過ぎた、本日が期限の、又は期限の
近い対応のほか、台帳の検査で検知したもの及び差し戻されたものがありま
す。
　御対応のうえ、各行のリンクから御報告ください。リンクは職員IDなしで開
けます（令和5年9月29日（金）まで）。

　　　　　　　　　　　　　　　　　記

１　期限を過ぎているもの（2件）
（1）長期不在者のアカウントの停止（障害者福祉総合システム）
　　　期限　令和5年8月7日（月）　8日超過
　　　内容　90日以上不在の職員のアカウント1件が有効のままです（不在
　　　　　　令和4年11月1日から273日）。
　　　区分　検査（長期不在者）
　　　報告　https://zesei.city.example/t/1
（2）個人情報ファイル簿の公表
　　　期限　令和5年7月31日（月）　15日超過（令和5年7月末まで）
　　　内容　公表してください。

２　本日が期限のもの（1件）
（1）ログ分析の報告（7月分）
　　　期限　令和5年8月15日（火）　本日

３　期限の近いもの（2件）
（1）自己点検表の提出
　　　期限　令和5年8月20日（日）　あと5日
（2）再委託先の覚書の締結
　　　期限　令和5年度中

４　検知中のもの（1件）
（1）長期不在者の有効なアカウント
　　　内容　1人のアカウントが有効です。
　　　検知　令和5年7月31日（月）から
　　　確認　https://zesei.city.example/f/1

５　差し戻されたもの（1件）
（1）操作権限の棚卸し
　　　期限　令和5年9月5日（火）　あと21日
　　　差戻しの理由　棚卸しの結果の記録がありません。
　　　報告　https://zesei.city.example/t/9

６　確認待ちのもの（1件）
　　　御報告を受け、政策経営部 情報管理課で確認しています。対応は不要
　　　です。
（1）職員研修の実施

　この通知は、対応が確認されるまで期限の後も7日ごとに送信されます。
　このメールは、あおば市の期限管理システムから自動で送信しています。
　担当　情報管理課　個人情報保護担当　内線 0000
　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　以上
"""


def a_task(title: str = "自己点検表の提出", days_left: int | None = -8, **more: object) -> TaskLine:
    deadline = None if days_left is None else date.fromordinal(TODAY.toordinal() + days_left)
    words = {"deadline_printed": "", "body": "", "url": None, "origin": ""} | more
    return TaskLine(title=title, deadline=deadline, days_left=days_left, **words)  # type: ignore[arg-type]


def a_flag(subject: str = "", url: str | None = None) -> FlagLine:
    summary = "1人のアカウントが有効です。"
    return FlagLine("長期不在者の有効なアカウント", subject, summary, date(2023, 7, 31), url)


def the_facts(**lines: object) -> ReminderFacts:
    return ReminderFacts(
        office="あおば市",
        division="政策経営部 情報管理課",
        contact="情報管理課　個人情報保護担当　内線 0000",
        department="障害者施策課",
        today=TODAY,
        **lines,  # type: ignore[arg-type]
    )


def facts_of_every_kind() -> ReminderFacts:
    absent = "90日以上不在の職員のアカウント1件が有効のままです（不在 令和4年11月1日から273日）。"
    return the_facts(
        overdue=(
            a_task(
                "長期不在者のアカウントの停止（障害者福祉総合システム）",
                -8,
                deadline_printed="令和5年8月7日まで",
                body=absent,
                url="https://zesei.city.example/t/1",
                origin="検査（長期不在者）",
            ),
            a_task("個人情報ファイル簿の公表", -15, deadline_printed="令和5年7月末まで", body="公表してください。"),
        ),
        due_today=(a_task("ログ分析の報告（7月分）", 0),),
        coming=(a_task(days_left=5), a_task("再委託先の覚書の締結", None, deadline_printed="令和5年度中")),
        flags=(a_flag(url="https://zesei.city.example/f/1"),),
        sent_back=(a_task("操作権限の棚卸し", 21, url="https://zesei.city.example/t/9", sent_back_reason=REASON),),
        waiting=(a_task("職員研修の実施", -30, url="https://zesei.city.example/t/10"),),
        answer_until=date(2023, 9, 29),
    )


def test_the_whole_letter_reads_as_an_office_would_write_it() -> None:
    letter = render_reminder(facts_of_every_kind())

    assert letter.text == WHOLE_LETTER


@pytest.mark.parametrize(
    ("lines", "begins"),
    [
        ({"overdue": (a_task(), a_task()), "due_today": (a_task(days_left=0),)}, "【期限超過 2件】"),
        ({"due_today": (a_task(days_left=0),), "coming": (a_task(days_left=3),)}, "【本日期限 1件】"),
        ({"coming": (a_task(days_left=3),), "flags": (a_flag(),)}, "【期限間近 1件】"),
        ({"flags": (a_flag(),), "sent_back": (a_task(),)}, "【検知 1件】"),
        ({"sent_back": (a_task(), a_task()), "waiting": (a_task(),)}, "【差戻し 2件】"),
    ],
)
def test_the_subject_counts_the_worst_news(lines: dict[str, object], begins: str) -> None:
    subject = render_reminder(the_facts(**lines)).subject

    assert subject == begins + "個人情報保護に係る対応期限のお知らせ（障害者施策課）"


def test_sections_without_lines_are_left_out_and_the_numbering_closes_up() -> None:
    letter = render_reminder(the_facts(coming=(a_task(days_left=3),), flags=(a_flag(),)))

    for part in (letter.text, letter.html):
        assert "１　" in part
        assert "２　" in part
        assert "３　" not in part
        assert "期限を過ぎているもの" not in part
        assert "下記のとおり期限の近い対応のほか、台帳の検査で検知したものがあります。" in part.replace("\n", "")


def test_a_line_without_a_link_has_no_line_for_reporting_and_the_letter_does_not_promise_one() -> None:
    letter = render_reminder(the_facts(overdue=(a_task(),)))

    for part in (letter.text, letter.html):
        assert "リンク" not in part
        assert "報告　" not in part
        assert "担当まで御報告ください。" in part
    assert "<a " not in letter.html


def test_a_letter_whose_links_ask_for_a_sign_in_does_not_say_otherwise() -> None:
    letter = render_reminder(the_facts(overdue=(a_task(url="https://x.example/1"),), sign_in_needed=True))

    assert "職員ID" not in letter.text
    assert "各行のリンクから御報告ください。" in letter.text


def test_a_title_with_markup_stays_a_title() -> None:
    facts = the_facts(overdue=(a_task("<script>alert('x')</script>", url='https://x.example/"><b>'),))

    letter = render_reminder(facts)

    assert "<script" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert '"><b>' not in letter.html
    assert "<script>alert('x')</script>" in letter.text


def test_a_department_or_title_with_line_breaks_cannot_break_the_subject() -> None:
    facts = ReminderFacts("あおば市", "情報管理課", "", "税務課\r\nBcc: x@y.example", TODAY, overdue=(a_task(),))

    assert "\n" not in render_reminder(facts).subject


def test_both_parts_hold_every_fact_and_the_html_needs_nothing_from_outside() -> None:
    letter = render_reminder(facts_of_every_kind())

    for fact in ("8日超過", "15日超過", "あと5日", "令和5年度中", "令和5年7月末まで", "https://zesei.city.example/f/1"):
        assert fact in letter.text
        assert fact in letter.html
    assert "令和5年8月7日まで" not in letter.html
    assert letter.html.count("<style") == 1
    assert letter.html.split("<style>")[1].startswith("@media (max-width")
    assert "url(" not in letter.html
    assert "<link" not in letter.html
    assert 'width="640"' in letter.html


def test_no_line_is_too_wide_and_none_begins_or_ends_with_a_forbidden_sign() -> None:
    body = "「所管課（障害者施策課、高齢福祉課）」は、速やかに、提出し、公表し、報告し、確認してください。" * 9

    for shift in range(40):
        letter = render_reminder(the_facts(overdue=(a_task("題" * shift + "（第1号）。", body="あ" * shift + body),)))

        for line in letter.text.splitlines():
            assert width(line) <= 70
            assert not line.lstrip("　").startswith(tuple("、。）」ー"))
            assert not line.endswith(("「", "（"))


def test_wrapping_loses_no_character() -> None:
    body = "令和5年8月7日までに、1,000人以上の「個人情報ファイル簿」を（システムABC-123の分を含め）公表すること。" * 5

    letter = render_reminder(the_facts(overdue=(a_task(body=body),)))

    assert body in letter.text.replace("\n", "").replace("　", "")


def test_a_day_is_never_torn_between_two_lines() -> None:
    for shift in range(40):
        letter = render_reminder(the_facts(overdue=(a_task(body="あ" * shift + "令和5年11月21日までに公表する。"),)))

        assert "令和5年11月21日" in letter.text


@pytest.mark.parametrize(
    ("days_left", "word"), [(-8, "8日超過"), (-1, "1日超過"), (0, "本日"), (1, "あと1日"), (5, "あと5日"), (None, "")]
)
def test_the_days_left_are_said_in_words(days_left: int | None, word: str) -> None:
    assert days_word(days_left) == word


@pytest.mark.parametrize("lines", [{}, {"waiting": (a_task(),)}], ids=["nothing", "only what the division looks at"])
def test_a_letter_that_asks_for_nothing_is_not_written(lines: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="障害者施策課"):
        render_reminder(the_facts(**lines))


def test_what_the_division_looks_at_asks_for_nothing_and_carries_no_link() -> None:
    letter = render_reminder(
        the_facts(coming=(a_task(days_left=3),), waiting=(a_task("研修", url="https://x.example/w"),))
    )

    for part in (letter.text, letter.html):
        assert "研修" in part
        assert "対応は不要です。" in part.replace("\n　　　", "")
        assert "https://x.example/w" not in part
        assert "担当まで御報告ください。" in part


def test_the_last_day_of_links_without_sign_in_is_said_only_when_they_ask_for_none() -> None:
    task, until = a_task(url="https://x.example/1"), date(2024, 5, 17)
    open_until = render_reminder(the_facts(overdue=(task,), answer_until=until))
    asking = render_reminder(the_facts(overdue=(task,), answer_until=until, sign_in_needed=True))

    for part in (open_until.text.replace("\n", ""), open_until.html):
        assert "リンクは職員IDなしで開けます（令和6年5月17日（金）まで）。" in part
    assert "職員ID" not in asking.text + asking.html


@pytest.mark.parametrize("section", ["overdue", "due_today", "coming", "flags", "sent_back", "waiting"])
def test_a_section_of_five_thousand_shows_fifty_and_says_where_the_others_are(section: str) -> None:
    line = a_flag() if section == "flags" else a_task()
    rows = {"coming": (a_task(),)} | {section: (line,) * 5_000}
    here = render_reminder(the_facts(**rows, list_url="https://x.example/list"))
    nowhere = render_reminder(the_facts(**rows))

    assert "（5000件）" in here.text
    assert "（50）" in here.text
    assert "（51）" not in here.text
    assert "ほか4950件は、 https://x.example/list で確かめてください。" in here.text.replace("\n　　　", "")
    assert 'ほか4950件は、<a href="https://x.example/list"' in here.html
    assert "ほか4950件は、担当に確かめてください。" in nowhere.text
    assert len(here.html) < 200_000


def test_a_reason_with_markup_or_line_breaks_stays_a_reason() -> None:
    reason = "<b>記録がない</b>\n2行目"
    letter = render_reminder(the_facts(sent_back=(a_task(sent_back_reason=reason),)))

    assert "　　　差戻しの理由　<b>記録がない</b>\n　　　　　　　　　　2行目\n" in letter.text
    assert "&lt;b&gt;記録がない&lt;/b&gt;" in letter.html
