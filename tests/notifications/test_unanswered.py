"""The weekly letter about silence: who does not answer, what waits for the division, and whom no mail reaches."""

from dataclasses import replace
from datetime import date

import pytest

from notifications.letters.unanswered import UnansweredFacts, UnansweredRow, WaitingRow, render_unanswered

WHOLE_LETTER = """\
　　　　　　　　　　　　　　　　　　　　　　　　　　　　事　務　連　絡
　　　　　　　　　　　　　　　　　　　　　　　　　　　　令和6年3月18日
情報管理課 御中
　　　　　　　　　　　　　　　　　　　　　　　あおば市期限管理システム

　　　個人情報保護に係る回答状況について（お知らせ）

　期限を過ぎても回答のない所管課は、下記のとおり2課です。所管課から回
答があり、確認を待っているものは2件です。
　回答のない所管課に状況を確かめ、確認待ちのものは完了又は差戻しとして
ください。

　　　　　　　　　　　　　　　　　記

１　回答のない所管課（2課）
（1）障害者施策課　期限超過 13件
　　　最も古い期限　令和5年8月7日（月）　224日超過
　　　最後の回答　　令和6年2月1日（木）
　　　最後の通知　　令和6年3月11日（月）（通算9回）
　　　確認　https://zesei.city.example/departments/0303
（2）市民課　期限超過 1件
　　　最も古い期限　令和6年3月15日（金）　3日超過
　　　最後の回答　　なし
　　　最後の通知　　なし

２　確認待ちのもの（2件）
（1）職員研修の実施
　　　障害者施策課　完了報告
　　　受付　令和6年3月14日（木）　4日経過
　　　確認　https://zesei.city.example/tasks/9
（2）再委託先（受託者甲）の覚書の締結
　　　高齢福祉課　期限延長の申出
　　　受付　令和6年3月18日（月）　本日

３　メールの届かない所管課（1課）
　　　メールアドレスの登録がないため、お知らせが届いていません。印刷し
　　　て渡し、アドレスを登録してください。
（1）選挙管理委員会事務局

　このお知らせは、毎週送信されます。
　このメールは、あおば市の期限管理システムから自動で送信しています。
　担当　情報管理課　内線 0000
　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　以上
"""
TODAY = date(2024, 3, 18)
URL = "https://zesei.city.example"
LATE = UnansweredRow(
    "障害者施策課", 13, date(2023, 8, 7), 224, date(2024, 2, 1), date(2024, 3, 11), 9, f"{URL}/departments/0303"
)
SILENT = UnansweredRow("市民課", 1, date(2024, 3, 15), 3, None, None, 0, None)
REPORTED = WaitingRow("職員研修の実施", "障害者施策課", "完了報告", date(2024, 3, 14), 4, f"{URL}/tasks/9")
ASKED = WaitingRow("再委託先（受託者甲）の覚書の締結", "高齢福祉課", "期限延長の申出", TODAY, 0, None)
NOTHING = UnansweredFacts("あおば市", "情報管理課", "情報管理課　内線 0000", TODAY)
FULL = replace(
    NOTHING, departments=(LATE, SILENT), waiting=(REPORTED, ASKED), without_address=("選挙管理委員会事務局",)
)


def test_the_whole_letter_reads_as_an_office_would_write_it() -> None:
    letter = render_unanswered(FULL)

    assert letter.subject == "【未回答 2課】個人情報保護に係る回答状況（令和6年3月18日）"
    assert letter.text == WHOLE_LETTER


def test_the_html_part_says_the_same() -> None:
    html = render_unanswered(FULL).html

    for fact in ("障害者施策課", "期限超過 13件", "令和5年8月7日（月）", "224日超過", "令和6年2月1日（木）", "通算9回"):
        assert fact in html
    for fact in ("完了報告", "期限延長の申出", "4日経過", "選挙管理委員会事務局", f"{URL}/tasks/9"):
        assert fact in html


@pytest.mark.parametrize(
    ("facts", "subject", "said"),
    [
        (NOTHING, "【未回答なし】", "期限を過ぎても回答のない所管課はありません。"),
        (replace(NOTHING, waiting=(ASKED,)), "【確認待ち 1件】", "内容を確認し、完了又は差戻しとしてください。"),
        (replace(NOTHING, departments=(LATE,)), "【未回答 1課】", "回答のない所管課に状況を確かめてください。"),
    ],
)
def test_a_quieter_week_has_its_letter_too(facts: UnansweredFacts, subject: str, said: str) -> None:
    letter = render_unanswered(facts)

    assert letter.subject.startswith(subject)
    for part in (letter.text.replace("\n", ""), letter.html):
        assert said in part
        assert "ありません。" in part
        assert "メールの届かない所管課" not in part


def test_of_very_many_fifty_are_shown_and_all_are_counted() -> None:
    letter = render_unanswered(
        replace(NOTHING, departments=(LATE,) * 130, waiting=(ASKED,) * 5_000, without_address=("課",) * 51)
    )

    for words in ("ほか80課は、", "ほか4950件は、", "ほか1課は、", "（130課）", "（5000件）"):
        assert words in letter.text
        assert words in letter.html
    assert "（51）" not in letter.text
