"""Workbooks and CSVs of which is known what each cell shows: the oracle of the fuzz run, told by the writer alone."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from tests.builders import ROWS
from tests.workbooks import MAIN, a_package, a_sheet, parts_of

HEADINGS = list(ROWS["職員"])
STYLES = f'<styleSheet {MAIN}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="57"/></cellXfs></styleSheet>'
WORDS = [
    "主事",
    "課長",
    "a b",
    "#1",
    "１号",
    "🙂",
    "x" * 300,
    "<&>",
    "改\n行",
    "0",
    "-",
    "FALSE",
    "ー",
    "=A1",
    "'0",
    "#N/Aか",
]
ERRORS = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]
VOID = "void"  # shows something that is no value: the row has to be refused


@dataclass(frozen=True)
class Shown:
    """A table's file, and what is seen in it: by row number, a text for each column, VOID, or nothing."""

    path: Path
    rows: dict[int, list[str]]


def a_workbook(folder: Path, dice: Random) -> Shown:
    """A register of a few people, with whatever a workbook may hold in its columns of words and of one day."""
    strings, lines, shown = list[str](), list[list[str]](), dict[int, list[str]]()
    for number in range(2, dice.randint(3, 8)):
        cells = [_cell(place, number, dice, strings) for place in range(len(HEADINGS))]
        lines.append([markup for markup, _ in cells])
        shown[number] = [seen for _, seen in cells]
    merged = _merge(lines, shown, dice)
    shared = "".join(f"<si>{_runs(text, dice)}</si>" for text in strings)
    parts = parts_of(a_sheet([HEADINGS, *lines], after=merged), strings=f"<sst {MAIN}>{shared}</sst>", styles=STYLES)
    return Shown(a_package(folder / "職員.xlsx", parts), shown)


def a_csv(folder: Path, dice: Random) -> Shown:
    """The same as text."""
    shown, lines = dict[int, list[str]](), [",".join(HEADINGS)]
    number = 1
    for key in range(dice.randint(1, 6)):
        number += 1
        texts = [
            str(key),
            "職員",
            "0303",
            dice.choice(["", *WORDS, *ERRORS]),
            dice.choice(["", "a@city.example"]),
            "",
            "",
        ]
        lines.append(",".join('"' + text.replace('"', '""') + '"' for text in texts))
        shown[number] = [VOID if text in ERRORS else text for text in texts]
    path = folder / "職員.csv"
    path.write_bytes("\r\n".join(lines).encode(dice.choice(("utf-8", "utf-8-sig", "utf-16"))))
    return Shown(path, shown)


def _cell(place: int, number: int, dice: Random, strings: list[str]) -> tuple[str, str]:
    if place == 0:
        return f'<c r="{{at}}"><v>{number}</v></c>', str(number)
    if place in (1, 2):
        return ("職員", "職員") if place == 1 else ("0303", "0303")
    if place in (5, 6):
        return dice.choice(_days(dice))
    text = dice.choice(WORDS)
    strings.append(text)
    return dice.choice([*_voids(dice), ("", ""), ('<c r="{at}" s="1"/>', ""), *_texts(text, len(strings) - 1)])


def _days(dice: Random) -> list[tuple[str, str]]:
    serial = dice.randint(42_000, 46_000)
    return [
        ("", ""), (f'<c r="{{at}}" s="1"><v>{serial}</v></c>', "day"), (f'<c r="{{at}}" s="2"><v>{serial}.25</v></c>', "day"),
        ('<c r="{at}" t="d"><v>2023-07-31T00:00:00</v></c>', "day"), ("R5.7.31", "day"), *_voids(dice),
    ]  # fmt: skip


def _voids(dice: Random) -> list[tuple[str, str]]:
    error = dice.choice(ERRORS)
    return [
        (f'<c r="{{at}}" t="e"><f>1/0</f><v>{error}</v></c>', VOID), (f'<c r="{{at}}" t="str"><v>{error}</v></c>', VOID),
        ('<c r="{at}"><f>A1</f></c>', VOID), ('<c r="{at}"><f>A1</f><v/></c>', VOID), ('<c r="{at}" t="str"><f>A1</f></c>', VOID),
    ] if dice.random() < 0.2 else []  # fmt: skip


def _texts(text: str, number: int) -> list[tuple[str, str]]:
    written = escape(text)
    return [
        (f'<c r="{{at}}" t="s"><v>{number}</v></c>', text), (f'<c r="{{at}}" t="str"><f>A1</f><v>{written}</v></c>', text),
        (f'<c r="{{at}}" t="inlineStr"><is><r><t>{written}</t></r><rPh><t>ヨミ</t></rPh></is></c>', text),
        ('<c r="{at}" t="b"><v>1</v></c>', "TRUE"), ('<c r="{at}"><v>1.5E3</v></c>', "1500"), ('<c r="{at}"><v>0</v></c>', "0"),
        ('<c r="{at}" t="str"><f>A1</f><v></v></c>', ""),
    ]  # fmt: skip


def _runs(text: str, dice: Random) -> str:
    cut = dice.randint(0, len(text))
    if dice.random() < 0.5:
        return f'<t xml:space="preserve">{escape(text)}</t><rPh sb="0" eb="1"><t>ヨミ</t></rPh>'
    return "".join(f'<r><t xml:space="preserve">{escape(part)}</t></r>' for part in (text[:cut], text[cut:]))


def _merge(lines: list[list[str]], shown: dict[int, list[str]], dice: Random) -> str:
    """Sometimes one merged area in the columns of words; what lies below its first cell is no longer seen."""
    if dice.random() < 0.6 or len(lines) < 2:
        return ""
    top, down, across = dice.randrange(len(lines)), dice.randint(0, 2), dice.randint(0, 1)
    bottom = min(top + down, len(lines) - 1)
    first = shown[top + 2][3]
    for line in range(top, bottom + 1):
        for place in range(3, 4 + across):
            if (line, place) != (top, 3):
                lines[line][place] = ""
                shown[line + 2][place] = "" if not first else first if place == 3 else VOID
    return f'<mergeCells><mergeCell ref="D{top + 2}:{"DE"[across]}{bottom + 2}"/></mergeCells>'
