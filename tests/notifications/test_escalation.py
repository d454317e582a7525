"""The escalation: to whom it bows, what it says was said before, and what it asks."""

from datetime import date
from html.parser import HTMLParser

import pytest

from notifications.letters.escalation import EscalationFacts, EscalationLine, Told, render_escalation
from notifications.letters.words import to_whom

WHOLE_LETTER = """\
　　　　　　　　　　　　　　　　　　　　　　　　　　　　事　務　連　絡
　　　　　　　　　　　　　　　　　　　　　　　　　　　　令和6年3月18日
障害者施策課長 様
　　　　　　　　　　　　　　　　　　　　　　　　政策経営部 情報管理課

　　　個人情報保護に係る未対応について（お知らせ）

　標記の件について、障害者施策課において期限を過ぎても対応が確認できな
いものが、下記のとおり2件あります。
　御多忙のところ恐れ入りますが、状況を御確認のうえ、対応について御指示
くださいますようお願いいたします。

　　　　　　　　　　　　　　　　　記

（1）長期不在者のアカウントの停止（障害者福祉総合システム）
　　　期限　令和6年3月4日（月）　14日超過（開庁日で10日）
　　　内容　停止し、停止した日を報告してください。
　　　区分　検査（長期不在者）
　　　これまでのお知らせ
　　　　　　障害者施策課あて 3回（最終 令和6年3月11日（月））
　　　　　　障害者施策課長あて 令和6年3月15日（金）
　　　確認　https://zesei.city.example/tasks/7
（2）個人情報ファイル簿の公表
　　　期限　令和6年2月29日（木）　18日超過（開庁日で12日）
　　　　　　（令和6年2月末まで）
　　　これまでのお知らせ
　　　　　　所管課あてのお知らせは届いていません

　このお知らせは、一つの件について、あて先ごとに1回だけ送信されます。
　このメールは、あおば市の期限管理システムから自動で送信しています。
　担当　情報管理課　個人情報保護担当　内線 0000
　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　　以上
"""
TOLD = (Told(date(2024, 3, 11), "障害者施策課", 3), Told(date(2024, 3, 15), "障害者施策課長"))


class Words(HTMLParser):
    """The words of a page as its reader sees them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.words += data


def a_line(title: str = "個人情報ファイル簿の公表", **more: object) -> EscalationLine:
    words = {"deadline": date(2024, 2, 29), "deadline_printed": "令和6年2月末まで", "days_overdue": 18}
    words |= {"open_days_overdue": 12, "body": "", "url": None, "origin": "", "told": ()} | more
    return EscalationLine(title=title, **words)  # type: ignore[arg-type]


def the_facts(**more: object) -> EscalationFacts:
    facts = {"addressee": "障害者施策課長", "lines": (a_line(),)} | more
    return EscalationFacts(
        office="あおば市",
        division="政策経営部 情報管理課",
        contact="情報管理課　個人情報保護担当　内線 0000",
        department="障害者施策課",
        today=date(2024, 3, 18),
        **facts,  # type: ignore[arg-type]
    )


def test_the_whole_letter_reads_as_one_would_write_to_a_superior() -> None:
    absent = a_line(
        "長期不在者のアカウントの停止（障害者福祉総合システム）",
        deadline=date(2024, 3, 4),
        deadline_printed="",
        days_overdue=14,
        open_days_overdue=10,
        body="停止し、停止した日を報告してください。",
        url="https://zesei.city.example/tasks/7",
        origin="検査（長期不在者）",
        told=TOLD,
    )

    letter = render_escalation(the_facts(lines=(absent, a_line())))

    assert letter.subject == "【期限超過 2件】個人情報保護に係る未対応について（障害者施策課）"
    assert letter.text == WHOLE_LETTER


def test_the_html_part_says_who_was_told_in_one_sentence() -> None:
    words = Words(render_escalation(the_facts(lines=(a_line(told=TOLD),))).html).words

    assert (
        "これまでのお知らせ　障害者施策課あて 3回（最終 令和6年3月11日（月））、障害者施策課長あて 令和6年3月15日（金）"
        in words
    )
    assert "（開庁日で12日）" in words


def test_where_no_letter_arrived_both_parts_say_so_and_no_day_is_made_up() -> None:
    letter = render_escalation(the_facts())

    for part in (letter.text, Words(letter.html).words):
        assert "所管課あてのお知らせは届いていません" in part
        assert "最終" not in part


def test_the_division_is_asked_to_look_and_not_to_direct_itself() -> None:
    letter = render_escalation(the_facts(addressee="政策経営部 情報管理課"))

    for part in (letter.text, Words(letter.html).words):
        assert "政策経営部 情報管理課 御中" in part
        assert "状況を確認し、所管課に対応を促してください。" in part
        assert "御指示" not in part
        assert "あおば市期限管理システム" in part


@pytest.mark.parametrize(
    ("addressee", "words"),
    [
        ("保健福祉部長", "保健福祉部長 様"),
        ("総括保護管理者", "総括保護管理者 様"),
        ("障害者施策課", "障害者施策課 御中"),
        ("選挙管理委員会事務局", "選挙管理委員会事務局 御中"),
    ],
)
def test_a_person_and_an_office_are_addressed_differently(addressee: str, words: str) -> None:
    assert to_whom(addressee) == words


def test_fifty_are_shown_and_all_are_counted() -> None:
    letter = render_escalation(the_facts(lines=(a_line(),) * 130, rest=4_870, list_url="https://x.example/list"))

    assert letter.subject.startswith("【期限超過 5000件】")
    assert "下記のとおり5000件あります。" in letter.text.replace("\n", "")
    assert "（101）" not in letter.text
    assert "ほか4950件は、 https://x.example/list で確かめてください。" in letter.text.replace("\n　　　", "")
    assert "ほか4950件は、" in Words(letter.html).words


def test_mischief_in_a_name_stays_words() -> None:
    odd = "<script>alert(1)</script>{{ 7 * 7 }}\r\nBcc: x@y.example"
    letter = render_escalation(
        the_facts(addressee=odd, lines=(a_line(odd, body=odd, told=(Told(date(2024, 3, 11), odd),)),))
    )

    assert "<script" not in letter.html
    assert "{{ 7 * 7 }}" in letter.text
    assert "49" not in letter.text
    assert not any(line.startswith("Bcc") for line in letter.text.splitlines())


def test_an_escalation_about_nothing_is_not_written() -> None:
    with pytest.raises(ValueError, match="障害者施策課"):
        render_escalation(the_facts(lines=()))
