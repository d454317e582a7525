"""The council's table as a paper: 改善指導の内容 beside 区の対応（改善策）, by law, with the guides as footnotes."""

from collections.abc import Iterator

from notifications.papers.paper import Block, Cell, Column, Heading, Kind, Line, Paper, Table, Words
from notifications.reports.council.values import CouncilRow, CouncilTable, LawPart
from notifications.reports.sentences import measure_sentence
from notifications.reports.wording import answer_title, stamp_of
from tracker.domain.dates import wareki

TITLE = "個人情報の取扱いに係る改善指導及び{answer}"
POINTED_OUT = "改善指導の内容"
NO_MEASURE = "改善策は登録されていません。"
INDENT = "　"  # where a paragraph of an official paper begins


def council_paper(table: CouncilTable) -> Paper:
    """The table as a council secretary would lay it before the council."""
    return Paper(
        title=TITLE.format(answer=answer_title(table.office)), office=table.office, division=table.division,
        subtitle=f"{wareki(table.on_day)}現在", stamp=stamp_of(table.on_day, table.as_of_at), on=table.on_day,
        blocks=tuple(_blocks(table)),
    )  # fmt: skip


def _blocks(table: CouncilTable) -> Iterator[Block]:
    guidance = ""
    for part in table.laws:
        if part.guidance != guidance:
            guidance = part.guidance
            yield Heading(guidance)
        yield Heading(f"{part.number}　{part.law}", level=2 if guidance else 1)
        yield _table(part, table)
    if not table.laws:
        yield Words((f"{wareki(table.on_day)}の時点で登録されていた指導事項はありません。",))
    if table.footnotes:
        yield Words(tuple(f"{note.mark}　{note.text}" for note in table.footnotes), quiet=True)


def _table(part: LawPart, table: CouncilTable) -> Table:
    columns = (
        Column("", Kind.SHORT), Column(POINTED_OUT, weight=1), Column(answer_title(table.office), weight=1),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [(row.number, _pointed_out(row), _answer(row, table)) for row in part.rows]
    return Table(f"{part.number} {part.law}", columns, rows, ruled=True)


def _pointed_out(row: CouncilRow) -> Cell:
    return Line(row.subject, strong=True), Line(f"{INDENT}{row.gist}{_clause(row)}")


def _clause(row: CouncilRow) -> str:
    if not row.clause:
        return ""
    place = row.clause.removeprefix(row.cited)
    return f"（{row.cited}{row.mark}　{place}）" if row.mark else f"（{row.clause}）"


def _answer(row: CouncilRow, table: CouncilTable) -> Cell:
    lines = list[Line]()
    for measure in row.measures:
        lines.append(Line(f"{INDENT}{measure_sentence(measure, table.on_day)}"))
        if table.with_evidence and measure.evidence:
            lines.append(Line(f"証跡: {'、'.join(one.name for one in measure.evidence)}", quiet=True))
    return tuple(lines) or (Line(NO_MEASURE, quiet=True),)
