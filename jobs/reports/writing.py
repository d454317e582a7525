"""A report in its formats, and the files of one that was issued: DIR/reports/<kind>-<day>.<format>."""

import json
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from jobs.reports.kinds import Kind, kind_named
from notifications.papers import Paper, render_docx, render_html, render_pdf, render_xlsx
from tracker.domain.errors import CommandRefused, Refusal
from tracker.files.durable import write_whole
from tracker.storage.reports import REPORT_FOLDER, IssuedReport


def written(kind: Kind, value: Any, form: str) -> tuple[bytes, str]:
    """A report's bytes in one format, and a notice about them; CommandRefused for one that it does not have."""
    if form not in kind.formats:
        raise CommandRefused(
            f"{kind.title}の形式「{form}」はありません。{'、'.join(kind.formats)} のどれかを指定してください。"
        )
    if form == "json":
        text = json.dumps(kind.to_json(value), ensure_ascii=False, indent=1) + "\n"
        return text.encode(), ""
    return RENDERERS[form](kind.paper(value))


def write_files(data_dir: Path, report: IssuedReport, forms: Collection[str] | None = None) -> dict[str, str]:
    """Write an issued report in all its formats, or in some; the hash of each file by its format.

    What cannot be made here (a PDF without typst) is left out: it can be asked for again later.
    """
    kind, folder = kind_named(report.kind), data_dir / REPORT_FOLDER
    value, hashes = kind.from_json(dict(report.facts)), dict[str, str]()
    for form in kind.formats if forms is None else forms:
        try:
            content = report.page.encode() if form == "html" else written(kind, value, form)[0]
        except Refusal:
            continue
        path = folder / report.file_name(form)
        write_whole(path, content)
        hashes[form] = sha256(content).hexdigest()
    return hashes


def _html(paper: Paper) -> tuple[bytes, str]:
    return render_html(paper).encode(), ""


def _pdf(paper: Paper) -> tuple[bytes, str]:
    printed = render_pdf(paper)
    return printed.pdf, _missing(printed.missing)


def _xlsx(paper: Paper) -> tuple[bytes, str]:
    return render_xlsx(paper), ""


def _docx(paper: Paper) -> tuple[bytes, str]:
    return render_docx(paper), ""


def _missing(characters: tuple[str, ...]) -> str:
    if not characters:
        return ""
    listed = "、".join(f"{one}（U+{ord(one):04X}）" for one in characters)
    return f"注意: 印刷用の書体にない文字を〓としました: {listed}"


RENDERERS: Mapping[str, Callable[[Paper], tuple[bytes, str]]] = {
    "html": _html, "pdf": _pdf, "xlsx": _xlsx, "docx": _docx,
}  # fmt: skip
