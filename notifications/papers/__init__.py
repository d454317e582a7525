"""Papers: what an office signs and sends out, said once in values and set as HTML, PDF, xlsx or docx."""

from notifications.papers.docx import render_docx
from notifications.papers.html import render_html
from notifications.papers.paper import (
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Heading,
    Kind,
    Line,
    Paper,
    Picture,
    Table,
    Words,
)
from notifications.papers.pdf import render_pdf
from notifications.papers.xlsx import render_xlsx

__all__ = [
    "Block", "Cell", "Column", "Figure", "Figures", "Heading", "Kind", "Line", "Paper", "Picture", "Table", "Words",
    "render_docx", "render_html", "render_pdf", "render_xlsx",
]  # fmt: skip
