"""The weekly report as a paper: what stands where, in which words."""

from collections.abc import Iterator, Sequence

from notifications.letters.words import period_words
from notifications.papers.paper import (
    Block,
    Figure,
    Figures,
    Heading,
    Paper,
    Words,
)
from notifications.reports.weekly.pictures import PICTURES, picture_of
from notifications.reports.weekly.tables import (
    changes_table,
    checks_table,
    coming_table,
    departments_table,
    duties_table,
    exceptions_table,
    findings_table,
    lost_table,
    registers_table,
    trend_table,
    unanswered_table,
)
from notifications.reports.weekly.values import WeeklyReport
from tracker.domain.dates import wareki

TITLE = "個人情報保護に係る対応状況（週次報告）"
TRAIL = "監査証跡の末尾　第{number}号（印 {seal}）。後の記録がこれを含むことを、zesei audit verify で確かめられます。"


def weekly_paper(report: WeeklyReport) -> Paper:
    """The report as it is printed, shown and written to files."""
    return Paper(
        title=TITLE, office=report.office, division=report.division,
        subtitle=_period(report) + (f"　{report.department}の分" if report.department else ""),
        stamp=_stamp(report), on=report.issued_on, blocks=tuple(_blocks(report)),
    )  # fmt: skip


def _blocks(report: WeeklyReport) -> Iterator[Block]:
    yield Figures(figures_of(report))
    yield Heading("今週の要点")
    yield Words(report.highlights or ("特にありません。",), points=True)
    status, trend, timeline = (picture_of(report, name) for name in PICTURES)
    if status:
        yield status
    yield Heading("所管課別", "新規・完了は前の週からの増減")
    yield departments_table(report)
    yield Heading(_listed("前の週から変わったもの", report.changes), _since(report))
    yield changes_table(report)
    yield Heading(_listed("期限を過ぎて回答のないもの", report.unanswered))
    yield unanswered_table(report)
    yield Heading("指導事項別", "▲ 期限超過　● 本日期限")
    yield findings_table(report)
    if timeline:
        yield timeline
    if not report.department:
        yield Heading("検査", "「台帳が古い」「失敗」の検査は、異常の有無を確認できていません")
        yield checks_table(report)
        yield Heading("台帳の新しさ")
        yield registers_table(report)
    yield Heading("定期業務")
    yield duties_table(report)
    if report.exceptions:
        yield Heading(_listed("例外としているもの", report.exceptions), "検知しても、期限の日までは対応を求めません")
        yield exceptions_table(report)
    yield Heading(_listed("今後2週間に期限を迎えるもの", report.coming))
    yield coming_table(report)
    yield Heading(_listed("届いていない通知", report.lost))
    yield lost_table(report)
    if trend:
        yield Heading("推移", f"{len(report.trend)}週、各週の同じ曜日の終わりの件数")
        yield trend
        yield trend_table(report)
    if report.trail_number:
        yield Words((TRAIL.format(number=report.trail_number, seal=report.trail_seal[:16]),))


def _listed(title: str, rows: Sequence[object]) -> str:
    return f"{title}（{len(rows)}件）" if rows else title


def _period(report: WeeklyReport) -> str:
    return period_words(report.period_from, report.period_to)


def _since(report: WeeklyReport) -> str:
    return f"{wareki(report.since, weekday=True)}から" if report.since else ""


def _stamp(report: WeeklyReport) -> str:
    at = report.as_of_at
    known = f"{wareki(at.date())}{at.hour}時{at.minute:02}分現在の記録" if at else "記録の時刻は不明"
    return f"{wareki(report.issued_on, weekday=True)}発行　{known}"


def figures_of(report: WeeklyReport) -> tuple[Figure, ...]:
    """The numbers at the head of the report, each with last week's."""
    now, then = report.totals, report.previous
    overdue, newly, done = (then.overdue, then.newly_overdue, then.done) if then else (None, None, None)
    return (
        Figure("期限超過", now.overdue, overdue, is_bad=True),
        Figure("新たに期限超過", now.newly_overdue, newly, is_bad=True),
        Figure("完了", now.done, done),
        Figure("今後2週間の期限", len(report.coming), report.previous_coming),
        Figure("古い台帳", len(report.stale), report.previous_stale, is_bad=True),
        Figure("届いていない通知", len(report.lost), report.previous_lost, is_bad=True),
    )
