"""One paper in four formats: the same words and numbers, whatever the words are, and nothing of them ever acts."""

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from notifications.papers import (
    Column,
    Figure,
    Figures,
    Heading,
    Kind,
    Line,
    Paper,
    Table,
    Words,
    render_docx,
    render_html,
    render_pdf,
    render_xlsx,
)
from tests.notifications.papers.readers import (
    Page,
    document_text,
    document_xml,
    pdf_text,
    poppler,
    said,
    sheet_text,
    sheets_of,
    squeezed,
)
from tests.notifications.papers.samples import DEPARTMENTS, FIGURES, ON, TASKS, a_letter, a_paper, a_trend, charts

MISCHIEF = (
    "<script>alert(1)</script>", "</style><i>x</i>", '"; } body { display: none } /*', '#eval("1")', "=1+1", "{{ 7*7 }}",
    "{% raw %}", "*bold*", "_it_", "@ref", "$x^2$", "`c`", "\\n \\ \\u{41}", "'q' \"d\"", "&amp; &#65; <b>", "// /* x */",
    "<r>太</r>", "]]>", "--- ... ~ -?", "= 見出し", "+ 1", "/ 用語: x", "<ref>", "http://a.example/", '#import "x.typ"', "-1",
    "007", "[x] #[y]", "%PDF", "\uff1cscript\uff1e",
)  # fmt: skip
NUMBER = re.compile(r"\d[\d,]*")


def a_paper_that_says(words: str) -> Paper:
    """The same words in every place where a paper has words."""
    table = Table(
        words,
        (Column(words), Column(words, Kind.SHORT), Column(words, Kind.NUMBER)),
        ((words, words, 1), ((Line(words, strong=True), Line(words, quiet=True)), None, 2)),
        marked=frozenset({0}),
        shown=1,
    )
    return a_paper(
        Words((words,)),
        Heading(words, words),
        Heading(words, level=2),
        Words((words,), points=True),
        Words((words,), quiet=True),
        Figures((Figure(words, 3, 2, unit=words, is_bad=True),), beside=words),
        table,
        Table(words, (Column(words),), (), empty=words),
        title=words,
        office=words,
        division=words,
        subtitle=words,
        stamp=words,
        document_no=words,
    )


@pytest.mark.parametrize("words", MISCHIEF)
@pytest.mark.parametrize("addressee", ["", "甲"])
def test_whatever_the_words_are_each_format_shows_these_very_characters(words: str, addressee: str) -> None:
    paper = replace(a_paper_that_says(words), addressee=addressee and words, sender=addressee and words)
    printed = render_pdf(paper)
    books = render_xlsx(paper)
    texts = {
        "html": Page(render_html(paper)).text,
        "pdf": pdf_text(printed.pdf),
        "xlsx": sheet_text(books),
        "docx": document_text(render_docx(paper)),
    }

    counts = {name: squeezed(text).count(squeezed(words)) for name, text in texts.items()}
    # Six in the head and foot, seven in words and headings, five with the figure, seven in and below the tables;
    # a document's foot is not in its body, and a workbook's sheets each say what they belong to.
    named = any(squeezed(words) in squeezed(name) for name in sheets_of(books))  # else some sign may stand in no name
    assert counts == {"html": 24, "pdf": 24, "docx": 23, "xlsx": 35 + named + 2 * bool(addressee)}
    assert printed.missing == ()


@pytest.mark.parametrize("words", MISCHIEF)
def test_nothing_of_a_page_acts_or_reaches_outside(words: str) -> None:
    page = render_html(a_paper_that_says(words))

    usual = {tag for tag, _ in Page(render_html(a_paper_that_says("語"))).tags}
    parsed = Page(page)
    assert {tag for tag, _ in parsed.tags} == usual
    assert usual.isdisjoint({"script", "link", "img", "iframe", "form", "a", "base"})
    assert not any({"src", "href", "style", "action"} & set(attributes) for _, attributes in parsed.tags)
    assert not any(name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    style = page.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert "://" not in page.replace(words, "")
    assert page.count("<style") == page.count("</style>") == 1


@pytest.mark.parametrize("words", MISCHIEF)
def test_the_stamp_in_the_foot_of_a_printed_page_is_a_string_and_nothing_more(words: str) -> None:
    style = render_html(a_paper(stamp=words)).split("<style>")[1].split("</style>")[0]

    (line,) = [line for line in style.splitlines() if "@bottom-left" in line]
    (string,) = re.findall(r'content: "([^"]*)";', line)
    assert not set(string) & set("<>\"';{}*&\n")
    assert re.sub(r"\\([0-9a-f]{6})", lambda match: chr(int(match[1], 16)), string) == words


@pytest.mark.parametrize("words", MISCHIEF)
def test_no_text_of_a_workbook_is_a_formula_or_a_link(words: str) -> None:
    with zipfile.ZipFile(io.BytesIO(render_xlsx(a_paper_that_says(words)))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if "sheets/" in name}

    assert not any("<f>" in part or "<f " in part or "hyperlink" in part for part in parts.values())
    assert not any("_rels" in name for name in parts)


def a_plain_paper() -> Paper:
    figures = Figures(tuple(replace(one, before=one.now + 7) for one in FIGURES.figures))
    return a_paper(figures, Heading("期限を過ぎているもの"), TASKS, stamp="発行", subtitle="期間", title="題")


def test_all_numbers_agree_in_all_four_formats() -> None:
    paper = a_plain_paper()

    page, document = Page(render_html(paper)).text, document_text(render_docx(paper))
    pdf = re.sub(r"\d+ ?/ ?\d+\n", "", pdf_text(render_pdf(paper).pdf))
    numbers = [Counter(NUMBER.findall(text)) for text in (page, document, pdf)]
    expected = Counter(
        NUMBER.findall(said(ON))
        + [f"{number:,}" for one in FIGURES.figures for number in (one.now, one.now + 7, 7)]
        + [
            number
            for row in TASKS.rows
            for cell in row
            for line in (cell if isinstance(cell, tuple) else [Line(said(cell))])
            for number in NUMBER.findall(line.text)
        ]
    )
    assert numbers[0] == expected
    assert numbers[1] == expected
    assert numbers[2] == expected

    front, tasks = sheets_of(render_xlsx(paper)).values()
    assert [row[:4] for row in front if row[0] in ("未完了", "▲ 期限超過", "新規", "完了", "未提出の課（課）")] == [
        [row[0], one.now, one.now + 7, -7]
        for one, row in zip(
            FIGURES.figures, [["未完了"], ["▲ 期限超過"], ["新規"], ["完了"], ["未提出の課（課）"]], strict=True
        )
    ]
    assert [row[3] for row in tasks[3:]] == [row[3] for row in TASKS.rows]
    assert [row[2] for row in tasks[3:]] == [row[2] for row in TASKS.rows]
    assert all(isinstance(row[2], date) for row in tasks[3:])


def test_a_change_is_said_in_words_and_a_bad_number_by_its_shape_as_well() -> None:
    for text in (
        Page(render_html(a_paper())).text,
        document_text(render_docx(a_paper())),
        pdf_text(render_pdf(a_paper()).pdf),
    ):
        flat = squeezed(text)
        for words in ("▲期限超過", "前週4,237件、6件減", "前週13件、4件増", "前週35件、増減なし", "前週－"):
            assert words in flat
        assert "▲未提出の課" not in flat


def test_five_thousand_rows_are_printed_with_their_headings_on_every_page_and_none_is_lost() -> None:
    rows = tuple((f"第{number}号", "件名" * 8, ON, number) for number in range(5_000))
    columns = (Column("番号", Kind.SHORT), Column("件名"), Column("期限", Kind.DAY), Column("日数", Kind.NUMBER))
    paper = a_paper(Table("一覧", columns, rows))

    pdf = render_pdf(paper).pdf
    pages = pdf_text(pdf).split("\f")[:-1]
    assert len(pages) > 100
    assert all(squeezed(page).count("期限日数") == 1 or "期限" in page for page in pages)
    assert re.findall(r"第(\d+)号", "".join(pages)) == [str(number) for number in range(5_000)]
    assert len(re.findall(r"第\d+号", Page(render_html(paper)).text)) == 5_000
    assert len(sheets_of(render_xlsx(paper))["一覧"]) == 5_003
    document = render_docx(paper)
    assert len(re.findall(r"第\d+号", document_text(document))) == 5_000


def test_a_table_shows_what_it_may_and_says_where_the_rest_is() -> None:
    paper = a_paper(replace(TASKS, shown=5))
    sentence = "ほかに7件あります（全12件）。すべての行はExcelファイルのシート「期限超過」にあります。"

    for text in (Page(render_html(paper)).text, document_text(render_docx(paper)), pdf_text(render_pdf(paper).pdf)):
        assert squeezed(sentence) in squeezed(text)
        assert "（その5）" in text
        assert "（その6）" not in text
    assert len(sheets_of(render_xlsx(paper))["期限超過"]) == 3 + 12


def test_a_table_that_is_in_no_workbook_is_not_looked_for_there() -> None:
    paper = a_paper(replace(TASKS, shown=5, in_book=False))

    assert list(sheets_of(render_xlsx(paper))) == ["概要"]
    assert "ほかに7件あります（全12件）。\n" in Page(render_html(paper)).text
    assert "Excel" not in render_html(paper)


def test_an_empty_table_and_no_figures_leave_a_sentence_and_nothing() -> None:
    paper = a_paper(Figures(()), Words(()), Table("一覧", (Column("件名"),), (), empty="該当はありません。"))

    for text in (
        Page(render_html(paper)).text,
        document_text(render_docx(paper)),
        pdf_text(render_pdf(paper).pdf),
        sheet_text(render_xlsx(paper)),
    ):
        assert text.count("該当はありません。") >= 1
    assert "<dl" not in render_html(paper)
    assert "<table" not in render_html(paper)


@pytest.mark.parametrize("title", ["題" * 400, "A" * 400, "a-b/" * 100, "ｱ" * 400])
def test_a_title_of_four_hundred_characters_without_a_blank_stays_whole_and_on_the_paper(title: str) -> None:
    rows = ((title, ON, 1),)
    paper = a_paper(
        Heading(title),
        Table(title, (Column(title), Column("期限", Kind.DAY), Column("数", Kind.NUMBER)), rows),
        title=title,
    )

    printed = render_pdf(paper)
    for text in (
        Page(render_html(paper)).text, pdf_text(printed.pdf), document_text(render_docx(paper)), sheet_text(render_xlsx(paper)),
    ):  # fmt: skip
        assert squeezed(text).count(title) >= 3
    assert printed.missing == ()
    assert within_the_margins(printed.pdf)


def within_the_margins(pdf: bytes) -> bool:
    """Whether every word of the PDF lies on its page, a little inside."""
    boxes = poppler("pdftotext", pdf, "-bbox")
    width = float(re.findall(r'<page width="([\d.]+)"', boxes)[0])
    edges = [
        (float(left), float(right)) for left, right in re.findall(r'<word xMin="([\d.]+)".*?xMax="([\d.]+)"', boxes)
    ]
    assert edges
    return all(left >= 40 and right <= width - 40 for left, right in edges)


def test_what_the_font_lacks_is_listed_and_replaced_in_the_pdf_only() -> None:
    paper = a_paper(Words(("𠮷田さん 🙂 葛\U000e0100",)), Table("表", (Column("氏名"),), (("𠮷",),)), office="𠮷市")

    printed = render_pdf(paper)
    assert printed.missing == ("🙂", "𠮷", "\U000e0100")
    assert squeezed("〓田さん 〓 葛") in squeezed(pdf_text(printed.pdf))
    for text in (Page(render_html(paper)).text, document_text(render_docx(paper)), sheet_text(render_xlsx(paper))):
        assert "𠮷田さん 🙂 葛\U000e0100" in text
        assert "〓" not in text


def test_control_characters_break_no_format() -> None:
    words = "前\x00\x01\x08\x0b\x0c\x1f\x7f\ufffe\ud800後\r\n次\u2028末"
    paper = a_paper_that_says(words)

    for text in (
        Page(render_html(paper)).text, pdf_text(render_pdf(paper).pdf), document_text(render_docx(paper)), sheet_text(render_xlsx(paper)),
    ):  # fmt: skip
        assert "前後次末" in squeezed(text)
        assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe]", text.replace("\f", ""))


def test_the_same_paper_gives_the_same_bytes() -> None:
    for paper in (a_paper(), a_letter(), a_paper(*charts())):
        assert render_html(paper) == render_html(paper)
        assert render_pdf(paper) == render_pdf(paper)
        assert render_xlsx(paper) == render_xlsx(paper)
        assert render_docx(paper) == render_docx(paper)


def test_an_official_letter_has_its_parts_in_their_order() -> None:
    letter = a_letter()
    order = (
        "あ情管第１２３号", "令和6年3月18日", "個人情報保護委員会事務局長　様", "あおば市長　青葉　一郎",
        "改善状況報告書の提出について", "令和5年7月31日付けで", "記", "改善の状況", "ログの分析", "添付資料", "以上",
    )  # fmt: skip

    for text in (Page(render_html(letter)).text, document_text(render_docx(letter)), pdf_text(render_pdf(letter).pdf)):
        flat, at = squeezed(text), 0
        for part in order:
            at = flat.index(squeezed(part), at)
        assert "令和6年3月18日（月）" not in flat.split("以上")[0]


def test_a_letter_of_one_paragraph_has_no_list_below() -> None:
    page = Page(render_html(a_letter(Words(("送付します。",))))).words

    assert "記" not in page
    assert "以上" not in page


def test_the_departments_of_the_sample_are_those_of_its_rows() -> None:
    assert {row[0] for row in TASKS.rows} == set(DEPARTMENTS)


def test_a_picture_says_itself_in_words_in_every_format() -> None:
    paper = a_paper(a_trend())

    assert ("figure", {"role": "img", "aria-label": "未完了は231件、期限超過は17件です。"}) in Page(
        render_html(paper)
    ).tags
    assert "未完了は231件、期限超過は17件です。".encode("utf-16-be").hex().upper() in render_pdf(paper).pdf.decode(
        "latin-1"
    )
    drawings = document_xml(render_docx(paper)).iter(
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
    )
    assert [drawing.get("descr") for drawing in drawings] == ["未完了は231件、期限超過は17件です。"]
