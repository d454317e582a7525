"""What a register's export holds is what comes back from it, whatever the text; what cannot come back is listed."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import a_file, a_row
from tracker.domain.errors import InputRefused
from tracker.domain.registers import DEPARTMENT
from tracker.exports.register_files import csv_file, lost_in_cp932, lost_in_excel, xlsx_file
from tracker.registers.reading import Reading, RegisterFile
from tracker.settings import LimitSettings, RegisterSettings

DAY = date(2024, 3, 18)
# Twins that look alike in シフトJIS, what spreadsheets take for formulas or escapes, ends of lines, what is not seen.
MISCHIEF = "〜～−－‖∥¢￠£￡¬￢—―𠮷﨑髙①㈱ｱﾞ'=+-@＝\t\n\r\x0b\x0c\x1a\x85\u2028\ufeff\u200b_x0041_<r></r>\"', ;"
LISTED = {"utf-8": lambda _register, _rows: ([], 0), "cp932": lost_in_cp932, "xlsx": lost_in_excel}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(st.sampled_from(MISCHIEF) | st.characters(codec="utf-8"), max_size=8), max_size=20))
def test_every_text_that_a_register_holds_comes_back_from_every_form_or_is_listed(
    folder: Path, texts: list[str]
) -> None:
    rows = [row for text in texts for row in held(folder, text)]

    for form in ("utf-8", "cp932", "xlsx"):
        lost = LISTED[form](DEPARTMENT, rows)[0]
        kept = [row for row in rows if row not in [one.row for one in lost]]

        assert with_even_lines(read_back(folder, form, kept)) == with_even_lines(kept)


def test_a_wave_dash_that_would_come_back_as_its_twin_is_listed(folder: Path) -> None:
    (row,) = held(folder, "4月〜6月の窓口")

    lost, number = lost_in_cp932(DEPARTMENT, [row])

    assert (number, lost[0].characters) == (1, "〜")
    assert lost_in_cp932(DEPARTMENT, held(folder, "4月～6月の窓口")) == ([], 0)


def test_a_text_longer_than_a_cell_of_excel_is_listed_before_it_is_cut(folder: Path) -> None:
    fits, too_long, pairs = "あ" * 32_767, "あ" * 32_768, "𠮷" * 16_384

    lost, number = lost_in_excel(DEPARTMENT, [row for text in (fits, too_long, pairs) for row in held(folder, text)])

    assert number == 2
    assert [one.row[1] for one in lost] == [too_long, pairs]
    assert lost[0].characters == "32,768字"


def held(folder: Path, text: str) -> list[Sequence[object]]:
    """The row of a register that an office's file with this text in it leaves; none when it is refused."""
    path = a_file(folder, "組織", a_row("組織", 部=text))
    try:
        return rows_of(path)
    except InputRefused:
        return []


def read_back(folder: Path, form: str, rows: list[Sequence[object]]) -> list[Sequence[object]]:
    path = folder / f"組織.{'xlsx' if form == 'xlsx' else 'csv'}"
    if form == "xlsx":
        xlsx_file(DEPARTMENT, rows, path, company="○○市")
    else:
        path.write_bytes(b"".join(csv_file(DEPARTMENT, rows, form)))
    return rows_of(path)


def rows_of(path: Path) -> list[Sequence[object]]:
    result = Reading()
    file = RegisterFile(DEPARTMENT, path, RegisterSettings(), LimitSettings())
    rows = [typed(values) for batch in file.rows(DAY, result) for _, *values in batch]
    if result.bad:
        raise InputRefused(str(result.bad[0]))
    return rows


def with_even_lines(rows: list[Sequence[object]]) -> list[list[object]]:
    """A break within a cell is one break, however it is written."""
    return [
        [re.sub(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", v) if isinstance(v, str) else v for v in row]
        for row in rows
    ]


def typed(values: Sequence[object]) -> Sequence[object]:
    """Days as the register gives them out again."""
    columns = zip(DEPARTMENT.columns, values, strict=True)
    return tuple(date.fromisoformat(str(v)) if v and c.kind.value == "date" else v for c, v in columns)
