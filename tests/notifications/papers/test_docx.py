"""The Word document: what somebody who goes on editing it finds, and what it must not tell of a machine."""

import io
import itertools
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import docx
import pytest

from notifications.papers import Column, Heading, Kind, Table, Words, render_docx
from tests.notifications.papers.readers import W, document_text, document_xml
from tests.notifications.papers.samples import ON, TASKS, a_letter, a_paper, a_trend

FONT = "BIZ UDPゴシック"


def styled(document: bytes) -> list[tuple[str, str]]:
    """Each paragraph of the body outside tables with the name of its style, as a word processor shows it."""
    opened = docx.Document(io.BytesIO(document))
    return [(str(paragraph.style.name), paragraph.text) for paragraph in opened.paragraphs if paragraph.style]


def test_headings_are_headings_and_points_are_points() -> None:
    document = render_docx(a_paper())

    found = styled(document)
    assert ("Title", "個人情報保護に係る対応状況（週次報告）") in found
    assert ("Heading 1", "期限を過ぎているもの　基準日現在") in found
    assert ("Heading 2", "対応") in found
    assert ("List Bullet", "7日以内に期限を迎える対応は2件です。") in found
    assert ("Quiet", "完了・新規は対象期間中の件数です。") in found


def test_every_style_has_the_offices_font_for_kanji_too() -> None:
    styles = document_xml(render_docx(a_paper()), "word/styles.xml")

    fonts = [each.find(f"{W}rPr/{W}rFonts") for each in styles.iter(f"{W}style") if each.get(f"{W}type") == "paragraph"]
    assert len(fonts) > 20
    assert {font.get(f"{W}eastAsia") for font in fonts if font is not None} == {FONT}
    assert {font.get(f"{W}ascii") for font in fonts if font is not None} == {FONT}
    assert all(font is not None for font in fonts)
    assert {each.get(f"{W}eastAsia") for each in styles.iter(f"{W}lang")} == {"ja-JP"}


def test_a_table_has_a_heading_that_is_repeated_and_rows_that_stay_together() -> None:
    body = document_xml(render_docx(a_paper(TASKS)))

    (table,) = body.iter(f"{W}tbl")
    rows = list(table.iter(f"{W}tr"))
    assert len(rows) == 13
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * 12
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    grid = [int(each.get(f"{W}w", "")) for each in table.iter(f"{W}gridCol")]
    assert len(grid) == 5
    assert abs(sum(grid) - 180 / 25.4 * 1440) < 5


def test_marked_rows_are_bold_at_their_beginning_and_barred() -> None:
    (table,) = document_xml(render_docx(a_paper(TASKS))).iter(f"{W}tbl")

    barred = [number for number, row in enumerate(table.iter(f"{W}tr"), start=-1) if list(row.iter(f"{W}tcBorders"))]
    assert barred == [0, 3]
    for number, row in enumerate(table.iter(f"{W}tr"), start=-1):
        first = row.find(f"{W}tc")
        assert first is not None
        assert bool(list(first.iter(f"{W}b"))) == (number in TASKS.marked)


@pytest.mark.parametrize(("landscape", "size"), [(False, ("11906", "16838")), (True, ("16838", "11906"))])
def test_the_paper_is_a4_and_its_foot_counts_the_pages(landscape: bool, size: tuple[str, str]) -> None:
    document = render_docx(a_paper(landscape=landscape))

    (page,) = document_xml(document).iter(f"{W}pgSz")
    assert (page.get(f"{W}w"), page.get(f"{W}h")) == size
    foot = document_xml(document, "word/footer1.xml")
    assert [each.get(f"{W}instr", "").strip() for each in foot.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]
    assert "6時05分現在" in "".join(each.text or "" for each in foot.iter(f"{W}t"))


def test_the_document_tells_the_papers_day_and_office_and_nothing_of_a_machine_or_person() -> None:
    document = render_docx(a_paper())

    about = docx.Document(io.BytesIO(document)).core_properties
    assert (about.title, about.author, about.last_modified_by) == (
        "個人情報保護に係る対応状況（週次報告）", "あおば市", "あおば市",
    )  # fmt: skip
    assert about.created is not None
    assert about.created == datetime(2024, 3, 18, tzinfo=UTC)
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        everything = b"".join(archive.read(name) for name in archive.namelist())
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
    for trace in (b"python", b"/tmp", b"/home", b"/root"):
        assert trace not in everything


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import sys; from notifications.papers import render_docx; from tests.notifications.papers.samples import *;"
        "sys.stdout.buffer.write(render_docx(a_paper()))"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=Path(__file__).parents[3]
    )

    assert made.stdout == render_docx(a_paper())


def test_two_tables_side_by_side_stay_two() -> None:
    body = document_xml(render_docx(a_paper(TASKS, TASKS)))

    tags = [each.tag.removeprefix(W) for each in body[0]]
    assert "tbl" in tags
    assert not any(pair == ("tbl", "tbl") for pair in itertools.pairwise(tags))


def test_tabs_and_line_ends_are_those_of_a_word_processor() -> None:
    table = Table("一覧", (Column("甲"), Column("乙", Kind.DAY)), (("一\t二\n三", ON),))
    document = render_docx(a_paper(Words(("前\n後\t末",)), Heading("題", new_page=True), table))

    body = document_xml(document)
    assert len(list(body.iter(f"{W}tab"))) >= 2
    assert "前\n後末" in document_text(document)
    assert "一二\n三\n" in document_text(document)
    assert len(list(body.iter(f"{W}pageBreakBefore"))) == 1


def test_without_typst_a_picture_is_said_in_its_words() -> None:
    program = (
        "import sys; sys.modules['typst'] = None; from notifications.papers import render_docx;"
        "from tests.notifications.papers.samples import *; sys.stdout.buffer.write(render_docx(a_paper(a_trend())))"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=Path(__file__).parents[3]
    )

    assert "未完了は231件、期限超過は17件です。" in document_text(made.stdout)
    assert "未完了は231件、期限超過は17件です。" not in document_text(render_docx(a_paper(a_trend())))


def test_a_letters_sides_are_left_and_right_and_its_title_in_the_middle() -> None:
    sides = {}
    for paragraph in docx.Document(io.BytesIO(render_docx(a_letter()))).paragraphs:
        own, style = paragraph.alignment, paragraph.style
        sides[paragraph.text] = str(own if own is not None or style is None else style.paragraph_format.alignment)

    assert sides["あ情管第１２３号\n令和6年3月18日"].startswith("RIGHT")
    assert sides["個人情報保護委員会事務局長　様"].startswith("LEFT")
    assert sides["あおば市長　青葉　一郎"].startswith("RIGHT")
    assert sides["改善状況報告書の提出について"].startswith("CENTER")
    assert sides["記"].startswith("CENTER")
    assert sides["以上"].startswith("RIGHT")
