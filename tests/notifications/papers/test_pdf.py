"""The PDF: what a reader's program and an archive ask of it, and tables that hold over many pages."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from notifications.papers import Column, Heading, Kind, Line, Table, Words, render_pdf
from notifications.papers.widths import em, widths_of
from tests.notifications.papers.readers import pdf_text, poppler, squeezed
from tests.notifications.papers.samples import ON, TASKS, a_letter, a_paper

LONG = Table(
    "一覧",
    (Column("番号", Kind.SHORT), Column("件名", weight=3), Column("期限", Kind.DAY), Column("日数", Kind.NUMBER)),
    tuple((f"第{number}号", "取扱規程の見直し" * (1 + number % 9), ON, number) for number in range(200)),
)


def test_the_pdf_says_its_title_author_language_and_that_it_is_tagged() -> None:
    pdf = render_pdf(a_paper()).pdf
    told = poppler("pdfinfo", pdf)

    assert re.search(r"Title: +個人情報保護に係る対応状況（週次報告）\n", told)
    assert re.search(r"Author: +あおば市\n", told)
    assert re.search(r"Tagged: +yes", told)
    assert re.search(r"Page size: +595.2\d+ x 841.8\d+ pts \(A4\)", told)
    assert re.search(r"JavaScript: +no", told)
    assert b"/Lang(ja-JP)" in pdf
    landscape = poppler("pdfinfo", render_pdf(a_paper(landscape=True)).pdf)
    assert re.search(r"Page size: +841.8\d+ x 595.2\d+ pts \(A4\)", landscape)


def test_headings_are_bookmarks_and_tables_and_pictures_have_their_tags() -> None:
    pdf = render_pdf(a_paper()).pdf
    tags = poppler("pdfinfo", pdf, "-struct-text")

    assert re.findall(r"^ *(H\d)", tags, re.MULTILINE)[:3] == ["H1", "H2", "H2"]
    assert {"Table", "THead", "TH", "TD", "Figure", "L"} <= set(re.findall(r"^ *(\w+)", tags, re.MULTILINE))
    for words in ("今週の要点", "期限を過ぎているもの", "推移"):
        assert words.encode("utf-16-be").hex().upper().encode() in pdf


def test_only_the_vendored_fonts_are_used_and_they_are_embedded() -> None:
    told = poppler("pdffonts", render_pdf(a_paper()).pdf).splitlines()[2:]

    assert {line.split()[0].split("+")[1] for line in told} == {"BIZUDPGothic-Regular", "BIZUDPGothic-Bold"}
    assert all(" yes yes yes " in line for line in told)


def test_every_page_has_its_number_the_stamp_and_from_the_second_on_office_and_period() -> None:
    pages = pdf_text(render_pdf(a_paper(LONG)).pdf).split("\f")[:-1]

    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in squeezed(page)
        assert "6時05分現在" in page
        assert squeezed(page).count("対象期間") == 1
        assert page.count("あおば市") == 1
        assert squeezed(page).count("番号") == 1
        assert squeezed(page).count("日数") == 1


def test_a_row_stays_on_one_page_unless_it_is_longer_than_one() -> None:
    rows = (*((f"頭{n}", "中" * 300 + f"尾{n}") for n in range(40)), ("頭x", "中" * 9_000 + "尾x"))
    pages = pdf_text(render_pdf(a_paper(Table("一覧", (Column("甲"), Column("乙")), rows))).pdf).split("\f")[:-1]

    where = {
        mark: number for number, page in enumerate(pages) for mark in re.findall(r"[頭尾](?:\d+|x)", squeezed(page))
    }
    assert all(where[f"頭{n}"] == where[f"尾{n}"] for n in range(40))
    assert where["尾x"] > where["頭x"]


def test_a_heading_does_not_stand_alone_at_the_foot_of_a_page() -> None:
    for lines in range(30, 60):
        paper = a_paper(Words(("行",) * lines), Heading("見出し"), Words(("本文",)))
        pages = pdf_text(render_pdf(paper).pdf).split("\f")
        assert not any("見出し" in page and "本文" not in page for page in pages)


def test_a_heading_may_begin_a_page() -> None:
    pages = pdf_text(render_pdf(a_paper(Words(("前",)), Heading("次", new_page=True), Words(("後",)))).pdf).split("\f")

    assert "前" in pages[0]
    assert "次" in pages[1]
    assert len(pages) == 3


def test_days_and_numbers_never_wrap() -> None:
    day = date(2024, 12, 31)
    columns = (*(Column("期限", Kind.DAY),) * 3, *(Column("数", Kind.NUMBER),) * 2, Column("件名"))
    pdf = render_pdf(a_paper(Table("一覧", columns, ((day, day, day, 1234567, 12, "件名" * 40),)))).pdf

    layout = pdf_text(pdf, "-layout")
    (line,) = [line for line in layout.splitlines() if "1,234,567" in line]
    assert line.count("令和6年12月31日（火）") == 3


def test_a_long_short_word_and_many_columns_leave_room_for_the_words() -> None:
    table = Table(
        "一覧", (Column("略", Kind.SHORT), Column("件名"), Column("期限", Kind.DAY)), (("略" * 400, "件名", ON),)
    )
    assert widths_of(table, table.rows, landscape=False)[0] == {"fr": 1.0}

    many = Table("一覧", (*(Column("略", Kind.SHORT),) * 6, Column("件名")), (("十字の長さの短い語",) * 6 + ("件名",),))
    widths = widths_of(many, many.rows, landscape=False)
    assert sum(width.get("em", 7.0) for width in widths) <= 57
    assert any("em" in width for width in widths)
    assert em("亜") == 1.0


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import sys; from notifications.papers import render_pdf; from tests.notifications.papers.samples import a_letter;"
        "sys.stdout.buffer.write(render_pdf(a_letter()).pdf)"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=Path(__file__).parents[3]
    )

    assert made.stdout == render_pdf(a_letter()).pdf


def test_strong_and_quiet_lines_of_a_cell_are_lines() -> None:
    table = Table("一覧", (Column("件名"),), (((Line("甲", strong=True), Line("乙", quiet=True), Line("丙\n丁")),),))

    lines = [line for line in pdf_text(render_pdf(a_paper(table)).pdf).splitlines() if line in set("甲乙丙丁")]
    assert lines == list("甲乙丙丁")


def test_marked_rows_are_bold_and_not_only_coloured() -> None:
    fonts = poppler("pdffonts", render_pdf(a_paper(TASKS)).pdf)

    assert "BIZUDPGothic-Bold" in fonts


def test_without_typst_a_sentence_says_what_is_needed() -> None:
    program = (
        "import sys; sys.modules['typst'] = None; from notifications.papers import render_pdf;"
        "from notifications.printing.letters import PrintingRefused; from tests.notifications.papers.samples import a_paper\n"
        "try: render_pdf(a_paper())\nexcept PrintingRefused as refusal: print(ascii(str(refusal)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )

    assert "zesei[pdf]" in told.stdout
