"""Papers to set in all formats: a usual one, an official letter, and one with everything that may go wrong."""

from datetime import date, timedelta
from typing import Any

from notifications.charts import StatusBar, TimelineRow, status_chart, timeline_chart, trend_chart
from notifications.papers import (
    Block,
    Column,
    Figure,
    Figures,
    Heading,
    Kind,
    Line,
    Paper,
    Picture,
    Table,
    Words,
)
from tracker.domain.bars import Span

ON = date(2024, 3, 18)
DEPARTMENTS = ("市民課", "障害者施策課", "税務課", "高齢福祉課", "情報管理課")
TASKS = Table(
    "期限超過",
    (
        Column("所管課", Kind.SHORT),
        Column("件名", weight=2),
        Column("期限", Kind.DAY),
        Column("超過日数", Kind.NUMBER),
        Column("経過"),
    ),
    tuple(
        (
            DEPARTMENTS[number % 5],
            (
                Line(f"取扱規程の見直し（その{number + 1}）", strong=number % 3 == 0),
                Line("事務対応ガイド 4-8-5(3)", quiet=True),
            ),
            ON - timedelta(days=1201 + number),
            1201 + number,
            "令和6年2月に部会へ報告し、写しを提出した。" * (number % 3),
        )
        for number in range(12)
    ),
    marked=frozenset({0, 3}),
)
WEEKS = [(ON - timedelta(days=1 + 7 * back), 231 + 3 * back, 17 - back) for back in range(12)][::-1]
FIGURES = Figures(
    (
        Figure("未完了", 4231, 4237),
        Figure("期限超過", 17, 13, is_bad=True),
        Figure("新規", 29, 28),
        Figure("完了", 35, 35),
        Figure("未提出の課", 0, None, unit="課", is_bad=True),
    )
)


def a_trend() -> Picture:
    return Picture(trend_chart(WEEKS), "未完了は231件、期限超過は17件です。")


def charts() -> list[Picture]:
    rows = [StatusBar(f"{DEPARTMENTS[n % 5]}第{n}係", n * 3 % 7, n % 3, n * 2) for n in range(24)]
    rows.append(StatusBar("まちづくり推進部市街地整備計画課再開発事業担当・区画整理事業担当（臨時）", 9, 1, 0))
    tasks = [
        TimelineRow("取扱規程の見直し", date(2024, 1, 10), date(2024, 3, 8)),
        TimelineRow("操作権限の棚卸し", date(2024, 2, 1), date(2024, 4, 30), first_deadline=date(2024, 3, 29)),
        TimelineRow(
            "委託先の再委託に係る承諾書の有無を確かめ、ないものについて速やかに提出を求めること",
            date(2023, 11, 1),
            date(2024, 5, 31),
        ),
        TimelineRow("研修の実施", date(2024, 1, 15), date(2024, 2, 20), completed_on=date(2024, 2, 28)),
        TimelineRow("訓練の実施", date(2024, 2, 11), None),
    ]
    return [
        Picture(status_chart(rows), "所管課別の状況の図。数字は表にあります。"),
        Picture(timeline_chart(tasks, Span(date(2024, 1, 1), date(2024, 6, 30)), ON), "対応の期間の図。"),
    ]


def a_paper(*blocks: Block, **changes: Any) -> Paper:
    usual: tuple[Block, ...] = (
        FIGURES,
        Heading("今週の要点"),
        Words(("期限超過は17件で、前週より4件増えました。", "7日以内に期限を迎える対応は2件です。"), points=True),
        Heading("期限を過ぎているもの", "基準日現在"),
        TASKS,
        Heading("対応", level=2),
        Table("指導", (Column("件名"), Column("期限", Kind.DAY)), (), empty="登録された指導事項はありません。"),
        Heading("推移", "各週末現在の件数"),
        a_trend(),
        Words(("完了・新規は対象期間中の件数です。",), quiet=True),
    )
    facts: dict[str, Any] = {
        "title": "個人情報保護に係る対応状況（週次報告）",
        "office": "あおば市",
        "division": "情報管理課",
        "subtitle": "対象期間　令和6年3月11日（月）～17日（日）",
        "stamp": "令和6年3月18日（月）発行　令和6年3月18日（月）6時05分現在",
        "on": ON,
        "blocks": blocks or usual,
    }
    return Paper(**facts | changes)


def a_letter(*blocks: Block, **changes: Any) -> Paper:
    table = Table(
        "改善指導",
        (Column("改善指導の内容"), Column("市の対応（改善策）", weight=2), Column("状況", Kind.SHORT)),
        (
            (
                "１　ログの分析を定期に行うこと。",
                (Line("毎月の分析を始めた。"), Line("令和6年2月1日から", quiet=True)),
                "済",
            ),
            ("２　取扱規程を見直すこと。", "令和6年6月までに見直す。", "予定"),
        ),
        ruled=True,
    )
    usual: tuple[Block, ...] = (
        Words(("令和5年7月31日付けで指導のあった事項について、下記のとおり改善の状況を報告します。",)),
        Heading("改善の状況"),
        table,
        Heading("添付資料"),
        Words(("改善措置の一覧　１部",), points=True),
    )
    facts: dict[str, Any] = {
        "title": "改善状況報告書の提出について",
        "subtitle": "",
        "addressee": "個人情報保護委員会事務局長　様",
        "sender": "あおば市長　青葉　一郎",
        "document_no": "あ情管第１２３号",
    }
    return a_paper(*(blocks or usual), **facts | changes)
