"""The three reports on findings in every format: the same words and figures, whatever stands in the texts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from notifications.papers import Paper, render_docx, render_html, render_pdf, render_xlsx
from notifications.reports.council import CouncilRow, CouncilTable, Footnote, LawPart, council_paper
from notifications.reports.follow_up import FollowUpForm, FollowUpRow, follow_up_paper
from notifications.reports.improvement import Change, ImprovementReport, ReportedFinding, improvement_paper
from notifications.reports.measures import EvidenceFile, Extension, Measure, MeasureState
from tests.notifications.papers.readers import Page, document_text, pdf_text, sheet_text, squeezed

DAY, AT = date(2024, 1, 15), datetime(2024, 1, 15, 8, 30, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "=1+1",
    "{{ 7*7 }}",
    '#eval("1+1")',
    "@SUM(A1)",
    "*強調* _下線_ $x$",
    "\\u{41} // 注",
]
LONG = "取扱規程の見直しに関する件名" * 30


def a_measure(**changes: Any) -> Measure:
    return replace(Measure("finding:R5-1/1", "手引を改める", MeasureState.PLANNED, date(2024, 2, 1)), **changes)


def some_measures(text: str) -> tuple[Measure, ...]:
    file, extension = EvidenceFile(text, "ab" * 32), Extension(DAY, None, date(2024, 2, 1), text)
    return (
        a_measure(action=text, evidence=(file,), extensions=(extension,)),
        a_measure(action=text, state=MeasureState.DONE, note=text, evidence=(file,)),
        a_measure(action=text, state=MeasureState.NOT_TAKEN, reason=text),
    )


def a_council_paper(text: str) -> Paper:
    row = CouncilRow("(1)", "R5-1", text, text, text, some_measures(text))
    table = CouncilTable(
        "みほん市", text, DAY, AT, (LawPart(1, text, (row,)),), (Footnote("※1", text),), with_evidence=True
    )
    return council_paper(table)


def a_letter(text: str) -> Paper:
    finding = ReportedFinding("1(1)", text, text, text, text, text, some_measures(text), DAY, text)
    changes = (Change("1(1)", text, text),)
    return improvement_paper(
        ImprovementReport("みほん市", text, DAY, AT, (finding,), date(2023, 11, 15), changes, date(2024, 3, 15), text)
    )


def a_form(text: str) -> Paper:
    row = FollowUpRow("R5-1", text, text, "指摘", text, text, text, "措置中", some_measures(text), document_no=text)
    return follow_up_paper(FollowUpForm("みほん市", text, DAY, AT, (row,), (("措置中", 1),)))


PAPERS = pytest.mark.parametrize("made", [a_council_paper, a_letter, a_form])


def words_of_page(page: str) -> str:
    return squeezed(Page(page).text)


def words_of_document(content: bytes) -> str:
    return squeezed(document_text(content))


def words_of_pdf(content: bytes) -> str:
    return squeezed(pdf_text(content, "-raw"))  # cell by cell


@PAPERS
@pytest.mark.parametrize("text", HOSTILE)
def test_markup_and_formulas_stay_words_in_every_format(made: Any, text: str) -> None:
    paper, wanted = made(text), squeezed(text)

    page = render_html(paper)
    assert "<script>alert" not in page
    assert wanted in words_of_page(page)
    assert wanted in words_of_document(render_docx(paper))
    assert wanted.replace("\u200b", "") in words_of_pdf(render_pdf(paper).pdf)
    book = render_xlsx(paper)
    assert wanted in squeezed(sheet_text(book))
    with ZipFile(BytesIO(book)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


@PAPERS
def test_a_title_of_400_characters_is_printed_whole(made: Any) -> None:
    paper = made(LONG[:400])

    assert LONG[:400] in words_of_page(render_html(paper))
    assert LONG[:400] in words_of_document(render_docx(paper))
    printed = render_pdf(paper)
    assert printed.missing == ()
    assert words_of_pdf(printed.pdf).count("取扱規程の見直しに関する件名") >= 25


@PAPERS
def test_every_sentence_stands_in_every_format(made: Any) -> None:
    paper = made("手引を改める")
    sentences = {"手引を改めることについては、措置を講じないこととしました（理由手引を改める）。"}
    if made is not a_letter:
        sentences |= {"令和6年2月1日までに、手引を改める予定です。", "手引を改めました。"}

    for words in (
        words_of_page(render_html(paper)),
        words_of_document(render_docx(paper)),
        words_of_pdf(render_pdf(paper).pdf),
    ):
        assert {one for one in sentences if one not in words} == set()


def test_the_figures_of_the_letter_agree_in_every_format() -> None:
    paper = a_letter("手引を改める")
    counted = "1(1)手引を改める手引を改める111"

    for words in (
        words_of_page(render_html(paper)),
        words_of_document(render_docx(paper)),
        words_of_pdf(render_pdf(paper).pdf),
    ):
        assert counted in words
        assert words.count("残る措置は1件です。") == 1
    assert "abababababab…" in words_of_page(render_html(paper))
