"""The tables of guidance and answers in a council paper: which lines they are, and their cells."""

import html
import re
import unicodedata
from dataclasses import dataclass

from tracker.domain.errors import InputRefused

LONGEST_CELL = 20_000  # characters; the longest printed so far have some two thousand
_HEADING = re.compile(r"\s*(\d+)[\s.、]+([^\s\d(].*)")
_NUMBER = re.compile(r"\(?(\d+)\)?")
_ANSWER_HEADER = re.compile(r"\S{1,12}の対応\(改善策\)")
_AFTER_A_TABLE = re.compile(r"\s*(?:$|\d+[\s.、]|[※*＊注(（]|以上|【)")


@dataclass(frozen=True)
class PaperRow:
    """One row: its line in the paper, its number such as 1(2), the law of its table, and its two cells."""

    line: int
    number: str
    law: str
    finding: str
    answer: str


@dataclass(frozen=True)
class _Table:
    line: int
    section: str
    law: str


def is_header(line: str) -> bool:
    """改善指導の内容 beside 区の対応（改善策）, whichever kind of municipality it is."""
    cells = [_narrow(cell) for cell in line.split("\t") if cell.strip()]
    return len(cells) == 2 and cells[0] == "改善指導の内容" and bool(_ANSWER_HEADER.fullmatch(cells[1]))


def read_rows(lines: list[str]) -> list[PaperRow]:
    """All rows of all such tables; InputRefused names the line that does not fit."""
    rows, table, at = list[PaperRow](), None, 0
    while at < len(lines):
        if is_header(lines[at]):
            table = _table(lines, at)
            at += 1
        elif "\t" in lines[at] and table is not None:
            text, after = _whole_row(lines, at)
            rows.append(_row(text, at + 1, table, rows))
            at = after
        else:
            if table is not None and lines[at].strip():
                _check_table_ended(lines, at)
                table = None
            at += 1
        if table is None and rows and at < len(lines) and "\t<p>" in lines[at]:
            raise InputRefused(f"{at + 1}行目：表の行がありますが、その前に「改善指導の内容」の見出し行がありません。")
    _check_numbers(rows)
    return rows


def _table(lines: list[str], at: int) -> _Table:
    above = next((lines[before] for before in reversed(range(at)) if lines[before].strip()), "")
    match = _HEADING.fullmatch(unicodedata.normalize("NFKC", above).strip())
    if match is None or "\t" in above:
        raise InputRefused(f"{at + 1}行目：表のすぐ上に「1 個人情報保護法」のような番号付きの見出しがありません。")
    return _Table(at + 1, match[1], re.sub(r"^\s*[\d０-９]+[\s.．、]+", "", above).strip())


def _whole_row(lines: list[str], at: int) -> tuple[str, int]:
    """The row that begins here with the lines that its paragraphs run on to, and the place after it."""
    parts, after, opened = [lines[at]], at + 1, _opened(lines[at])
    while opened > 0:
        if after == len(lines) or is_header(lines[after]) or re.match(r"[（(]?[\d０-９]+[)）]?\t", lines[after]):
            raise InputRefused(f"{at + 1}行目：欄の「<p>」が「</p>」で閉じられていません。")
        parts.append(lines[after])
        opened, after = opened + _opened(lines[after]), after + 1
    return "\n".join(parts), after


def _opened(text: str) -> int:
    """How many paragraphs begin in a text and do not end in it."""
    return text.count("<p>") - text.count("</p>")


def _row(text: str, line: int, table: _Table, before: list[PaperRow]) -> PaperRow:
    cells = [_cell(cell) for cell in text.rstrip("\t\n").split("\t")]
    match = _NUMBER.fullmatch(_narrow(cells[0]))
    if len(cells) != 3 or match is None:
        raise InputRefused(
            f"{line}行目：表の行は「(1)」、改善指導の内容、対応（改善策）の3欄のはずですが、"
            f"{len(cells)}欄で「{cells[0][:12]}」から始まっています。"
        )
    _check_tags(cells, line)
    number = f"{table.section}({match[1]})"
    if (longest := max(map(len, cells[1:]))) > LONGEST_CELL:
        raise InputRefused(
            f"{line}行目（{number}）：一つの欄が{longest:,}字あります。{LONGEST_CELL:,}字までにしてください。"
        )
    if not cells[1] or not cells[2]:
        empty = "改善指導の内容" if not cells[1] else "対応（改善策）"
        raise InputRefused(f"{line}行目（{number}）：「{empty}」の欄が空です。")
    return PaperRow(line, number, table.law, cells[1], cells[2])


def _cell(text: str) -> str:
    lines = re.sub(r"</p>\s*<p>|<br\s*/?>", "\n", text)
    return html.unescape(re.sub(r"</?p>", "", lines)).strip()


def _check_tags(cells: list[str], line: int) -> None:
    for cell in cells:
        if match := re.search(r"</?[A-Za-z][^>]*>?", cell):
            raise InputRefused(
                f"{line}行目：欄に「{match.group()}」があります。<p> と <br> のほかのタグは除いてください。"
            )


def _check_table_ended(lines: list[str], at: int) -> None:
    if lines[at - 1].strip() and not _AFTER_A_TABLE.match(lines[at]):
        raise InputRefused(f"{at + 1}行目：表の続きか表の外の文か分かりません。表の後に空行を置いてください。")


def _check_numbers(rows: list[PaperRow]) -> None:
    count: dict[str, int] = {}
    for row in rows:
        section = row.number.split("(")[0]
        count[section] = count.get(section, 0) + 1
        if row.number != (expected := f"{section}({count[section]})"):
            raise InputRefused(f"{row.line}行目：次の行は {expected} のはずですが、{row.number} とあります。")


def _narrow(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
