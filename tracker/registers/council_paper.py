"""A council paper on an inspection by the Commission: title, days, and the table of findings and answers."""

import re
import unicodedata
from datetime import date
from itertools import takewhile

from tracker.domain.dates import read_date
from tracker.domain.errors import DateUnreadable, InputRefused, Refusal
from tracker.domain.guidance import CouncilPaper, PrintedFinding
from tracker.law import clause_normalised
from tracker.registers.paper_deadlines import read_range
from tracker.registers.paper_findings import read_finding
from tracker.registers.paper_measures import read_measures
from tracker.registers.paper_table import PaperRow, is_header, read_rows

_DAY_LINE = re.compile(r"\s*(?:昭和|平成|令和|\d{4}\s*年)[\s\d元年]*\d\s*月\s*\d+\s*日\s*(?:[（(][^（()）]*[）)])?\s*$")
_COUNT = re.compile(r"改善の?指導\((\d+)件\)")
_LOOKING = re.compile("調査|検査")
_INSPECTED = re.compile(r"\s*[①-⑳]\s*([^\s（(]+(?:課|室|係|所|局|部|センター|館))(?=[\s（(]|$)")
_MUNICIPALITY = re.compile(r"(?:.+?[都道府県])?(.+?[市区町村])")


def looks_like_council_paper(text: str) -> bool:
    """Whether the table of 改善指導の内容 and 対応（改善策） is in it; says nothing about the rest."""
    return any(is_header(line) for line in _lines(text))


def read_council_paper(text: str) -> CouncilPaper:
    """Read the paper; InputRefused names the line and what was expected there, and nothing is guessed."""
    lines = _lines(text)
    if not text.strip():
        raise InputRefused("資料が空です。審議会資料のテキストを渡してください。")
    table = next((at for at, line in enumerate(lines) if is_header(line)), None)
    if table is None:
        raise InputRefused("「改善指導の内容」と「区の対応（改善策）」（市・町・村も可）を見出しとする表がありません。")
    title_lines, written_on = _title_page(lines)
    body = next((line for line in title_lines if line.endswith("会")), None)
    if body is None:
        raise InputRefused("資料の最初に、審議会の名前の行（…審議会）がありません。")
    at, (began, ended) = _inspection(lines[:table])
    rows = read_rows(lines)
    _check_count(lines, len(rows))
    inspected = tuple(match[1] for line in lines[at:table] if (match := _INSPECTED.match(line)))
    municipality = match[1] if (match := _MUNICIPALITY.match(body)) else ""
    findings = tuple(_finding(row, inspected, municipality, written_on) for row in rows)
    return CouncilPaper(" ".join(title_lines), body, written_on, began, ended, findings)


def _lines(text: str) -> list[str]:
    """Lines as an editor counts them; a vertical tab or form feed inside a cell begins none."""
    return re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))


def _title_page(lines: list[str]) -> tuple[list[str], date]:
    """The lines before the paper's day, and that day, which stands before every table."""
    above = list[str]()
    for line in takewhile(lambda line: "\t" not in line, lines):
        if _DAY_LINE.match(line):
            try:
                return above, read_date(line.strip()).day
            except DateUnreadable as refusal:
                raise InputRefused(f"資料の日付が読めません。{refusal}") from None
        above += [re.sub(r"\s+", " ", line.strip())] if line.strip() else []
    raise InputRefused("資料の最初の表より前に、資料の日付だけの行（令和5年12月19日 のような行）がありません。")


def _inspection(lines: list[str]) -> tuple[int, tuple[date, date]]:
    """The last heading 実施期間, and first and last day of the inspection printed at or under it."""
    at = next((at for at in reversed(range(len(lines))) if _names_the_period(lines[at])), None)
    if at is None:
        raise InputRefused("「実地調査等の実施期間」の見出しがありません。")
    under = next((line for line in lines[at + 1 :] if line.strip()), "")
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", f"{lines[at]} {under}"))
    try:
        days = read_range(text)
    except DateUnreadable as refusal:
        raise InputRefused(f"{at + 1}行目：実施期間の日付が読めません。{refusal}") from None
    if days is None or days[1] < days[0]:
        raise InputRefused(f"{at + 1}行目：実施期間が「令和5年7月31日から8月4日まで」のように書かれていません。")
    return at, days


def _names_the_period(line: str) -> bool:
    looking = _LOOKING.search(line)
    return looking is not None and "実施期間" in line[looking.end() :]


def _check_count(lines: list[str], rows: int) -> None:
    if rows == 0:
        raise InputRefused("「改善指導の内容」の表に行がありません。")
    for at, line in enumerate(lines):
        match = _COUNT.search(re.sub(r"\s+", "", unicodedata.normalize("NFKC", line)))
        if match and int(match[1]) != rows:
            raise InputRefused(f"{at + 1}行目に改善の指導は{match[1]}件とありますが、表には{rows}行あります。")


def _finding(row: PaperRow, inspected: tuple[str, ...], municipality: str, written_on: date) -> PrintedFinding:
    try:
        words = read_finding(row.finding, inspected, municipality)
        measures = read_measures(row.answer, written_on)
    except Refusal as refusal:
        raise InputRefused(f"{row.line}行目（{row.number}）：{refusal}") from None
    return PrintedFinding(
        number=row.number, law=row.law, clause_printed=words.clause_printed,
        clause=clause_normalised(words.clause_printed), subject=words.subject, gist=words.gist,
        observed_on=words.observed_on, departments=words.departments, systems=words.systems,
        measures=measures,
    )  # fmt: skip
