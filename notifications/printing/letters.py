"""Many letters in one PDF, set by typst; the same letters give the same bytes on any machine and day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from notifications.printing.coverage import characters_of
from notifications.printing.paper import pages_of, printable
from tracker.domain.dates import wareki
from tracker.domain.errors import Refusal

FONTS = Path(__file__).parents[1] / "fonts"
FONT = FONTS / "BIZUDGothic-Regular.ttf"
_SOURCE = Path(__file__).with_name("letters.typ")


class PrintingRefused(Refusal):
    """There is nothing to print, or nothing to print with."""


@dataclass(frozen=True)
class PrintedLetter:
    """One letter for print: `addressee` stands in the footer, `text` is the letter's text part."""

    addressee: str
    on: date
    subject: str
    text: str


@dataclass(frozen=True)
class Printed:
    """The PDF, and the characters that the font lacks and that 〓 stands for."""

    pdf: bytes
    missing: tuple[str, ...]


def print_letters(pages: Sequence[PrintedLetter], office: str) -> Printed:
    """Each letter from a new page on; PrintingRefused without a letter, or where typst is not installed."""
    if not pages:
        raise PrintingRefused("印刷する通知がありません。")
    missing: set[str] = set()

    def shown(words: str) -> str:
        text, unknown = printable(words, characters_of(FONT))
        missing.update(unknown)
        return text

    letters: list[dict[str, object]] = [
        {
            "subject": " ".join(shown(letter.subject).split()),
            "footer": f"{' '.join(shown(letter.addressee).split())}　{wareki(letter.on, weekday=True)}",
            "pages": list(pages_of(shown(letter.text))),
        }
        for letter in pages
    ]
    title = letters[0]["subject"] if len(letters) == 1 else f"{shown(office)}の通知（{len(letters)}通）"
    content: dict[str, object] = {"title": title, "office": shown(office), "letters": letters}
    return Printed(_set(content), tuple(sorted(missing)))


def _set(content: dict[str, object]) -> bytes:
    try:
        import typst
    except ImportError:
        raise PrintingRefused(
            "印刷用のPDFを作るには typst が必要です。zesei[pdf] を指定してインストールしてください。"
        ) from None
    pdf = typst.compile(
        _SOURCE,
        root=_SOURCE.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )
    assert isinstance(pdf, bytes)
    return pdf
