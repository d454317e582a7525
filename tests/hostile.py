"""Workbooks that make readers fall over, small on the disk: one of each kind, headed like some register."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.builders import ROWS
from tests.workbooks import MAIN, SHEET, a_package, a_sheet, letters, parts_of

MB = 1 << 20
Parts = dict[str, str | bytes]


def _with(stem: str, *, more: str = "", before: str = "", after: str = "", **parts: str) -> Parts:
    rows = [list(ROWS[stem]), list(ROWS[stem].values())]
    return dict(parts_of(a_sheet(rows, more=more, before=before, after=after), **parts))


def _text(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def _row(number: int, cells: str) -> str:
    return f'<row r="{number}">{cells}</row>'


def _entities() -> str:
    tens = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    return f'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">{tens}]>'


KINDS: dict[str, Callable[[str], Parts]] = {
    "the last cell of all": lambda stem: _with(stem, more=_row(1_048_576, _text("XFD1048576", "z"))),
    "a row further down than any": lambda stem: _with(stem, more=_row(4_294_967_295, _text("A4294967295", "z"))),
    "a column that is none": lambda stem: _with(stem, more=_row(3, _text("ZZZZZZZ3", "z"))),
    "wide and deep": lambda stem: _with(stem, more=_row(3, _text("XFD3", "1")) + _row(4000, _text("A4000", "1"))),
    "entities of entities": lambda stem: _with(stem, before=_entities(), more=_row(3, _text("A3", "&j;"))),
    "an entity that is a file": lambda stem: _with(
        stem, before='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>', more=_row(3, _text("A3", "&x;"))
    ),
    "one cell of 20 MB": lambda stem: _with(stem, more=_row(3, _text("A3", "x" * 20 * MB))),
    "one tag of 8 MB": lambda stem: _with(stem, more=f'<row r="3" spans="{"1" * 8 * MB}"/>'),
    "a comment of 8 MB": lambda stem: _with(stem, more=f"<!--{'x' * 8 * MB}-->"),
    "two million tags in each other": lambda stem: _with(stem, more="<a>" * 2_000_000),
    "a shared text that is none": lambda stem: _with(
        stem, more=_row(3, '<c r="A3" t="s"><v>99999999</v></c>'), strings=f"<sst {MAIN}><si><t>a</t></si></sst>"
    ),
    "merged areas over each other": lambda stem: _with(
        stem, after="".join(f'<mergeCell ref="A{row}:G1048576"/>' for row in range(3, 50_000)),
    ),
}  # fmt: skip
KIND_OF = dict(zip(ROWS, KINDS, strict=True))  # each register has a trouble of its own


def hostile_files(folder: Path) -> list[Path]:
    """A file of each kind, each named like another register."""
    return [a_package(folder / f"{stem}.xlsx", KINDS[kind](stem)) for stem, kind in KIND_OF.items()]


def shared_texts(path: Path) -> Path:
    """A workbook of 300 kB whose shared texts would fill half a gigabyte."""
    far = _row(3, '<c r="A3" t="s"><v>99999999</v></c>')
    strings = f"<sst {MAIN}>{'<si><t>abcdefgh</t></si>' * (60 * MB // 24)}</sst>"
    return a_package(path, _with(path.stem, more=far, strings=strings))


def a_doubled_part(path: Path) -> Path:
    """A workbook with two parts of one name: readers differ in which they take."""
    a_package(path, _with(path.stem))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET.upper(), a_sheet([list(ROWS[path.stem])]))
    return path


def a_lying_directory(path: Path) -> Path:
    """A workbook whose sheet is longer than its directory says."""
    parts = _with(path.stem)
    a_package(path, parts)
    size = len(str(parts[SHEET]).encode())
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", size - 40)))
    return path


def stray_blanks(path: Path) -> Path:
    """A register with blanks of every kind far away, and a range that says so."""
    far = '<c r="XFD1048576" s="0"/><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c>'.replace("XFD10", "XFC10", 1)
    strays = _row(200_000, _text(f"{letters(701)}200000", " ")) + _row(1_048_576, far)
    parts = _with(path.stem, more=strays)
    parts[SHEET] = str(parts[SHEET]).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>', 1)
    return a_package(path, parts)
