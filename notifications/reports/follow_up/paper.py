"""The follow-up form as a paper: its summary by 措置区分, and the one sheet 措置状況報告."""

from datetime import date

from notifications.papers.paper import Cell, Column, Heading, Kind, Line, Paper, Table, Words
from notifications.reports.follow_up.values import FollowUpForm, FollowUpRow
from notifications.reports.sentences import measure_sentence
from notifications.reports.wording import stamp_of
from tracker.domain.dates import wareki, wareki_year
from tracker.domain.measures import MeasureStatus

TITLE, SHEET = "措置状況報告", "措置状況報告"
LETTERS = {str(status): letter for letter, status in zip("ABCDE", MeasureStatus, strict=True)}
MONTH_NOT_SAID = {MeasureStatus.UNDER_WAY: "未定", MeasureStatus.PLANNED: "未定", MeasureStatus.CONSIDERED: "未定"}
COUNTED = Column("措置区分", Kind.SHORT), Column("件数", Kind.NUMBER)
RULES = (
    "措置区分は、A 措置完了、B 措置中、C 措置予定、D 不措置、E 検討中の別です。",
    "指導事項の措置区分は、その改善策のすべてが済んだときはA、一部が済んだとき又は着手したときはB、いずれも着手前のときはC、"
    "いずれも講じないこととしたときはD、いずれも検討中のとき又は改善策がないときはEとしています。",
    "完了年月／完了予定年月は、Aは最後に完了した改善策の年月、B及びCは残る改善策のうち最も遅い期限の年月です。",
)  # fmt: skip


def follow_up_paper(form: FollowUpForm) -> Paper:
    """The form; a workbook holds it on one sheet as it is published."""
    counts: list[tuple[Cell, ...]] = [(f"{LETTERS[status]}　{status}", number) for status, number in form.counts]
    return Paper(
        title=TITLE, office=form.office, division=form.division, subtitle=f"基準日　{wareki(form.on_day)}",
        stamp=stamp_of(form.on_day, form.as_of_at), on=form.on_day, landscape=True,
        blocks=(
            Heading("措置区分別の件数"), Words((_summary(form),)), Table("措置区分別", COUNTED, counts),
            Heading(SHEET), _table(form), Words(RULES, points=True, quiet=True),
        ),
    )  # fmt: skip


def _summary(form: FollowUpForm) -> str:
    parts = [f"{LETTERS[status]} {status} {number}件" for status, number in form.counts]
    return f"全{len(form.rows)}件（{'、'.join(parts)}）"


def _table(form: FollowUpForm) -> Table:
    columns = (
        Column("番号", Kind.SHORT), Column("法律・条項"), Column("指摘・意見", Kind.SHORT), Column("所管課"),
        Column("指摘の内容", weight=3), Column("措置区分", Kind.SHORT), Column("措置の内容", weight=3),
        Column("完了年月／完了予定年月", Kind.SHORT), Column("方針決定年月日", Kind.DAY), Column("決裁者区分", Kind.SHORT),
        Column("文書番号", Kind.SHORT), Column("連絡先", Kind.SHORT),
    )  # fmt: skip
    rows = [_row(row, form.on_day) for row in form.rows]
    return Table(SHEET, columns, rows, "基準日までに登録された指導事項はありません。", ruled=True)


def _row(row: FollowUpRow, day: date) -> tuple[Cell, ...]:
    measures = "\n".join(f"・{measure_sentence(one, day)}" for one in row.measures) or "改善策は登録されていません。"
    return (
        row.number, "\n".join(filter(None, (row.law, row.clause))), row.kind, row.department,
        (Line(row.subject, strong=True), Line(row.gist)), f"{LETTERS[row.status]}　{row.status}", measures, _month(row),
        row.decided_on, row.decided_by, row.document_no, None,
    )  # fmt: skip


def _month(row: FollowUpRow) -> str:
    if row.month is None:
        return MONTH_NOT_SAID.get(MeasureStatus(row.status), "")
    return f"{wareki_year(row.month)}{row.month.month}月"
