"""A drawing as pixels, for a document that knows no SVG."""

from pathlib import Path
from typing import Any

from notifications.papers.pdf import FONT, typst_fonts
from notifications.printing.coverage import characters_of
from notifications.printing.letters import PrintingRefused
from notifications.printing.paper import printable

_SOURCE = Path(__file__).with_name("picture.typ")
PPI, SCREEN_PPI = 200, 110


def png_of(svg: str, ppi: int = PPI) -> bytes | None:
    """The drawing as PNG, 180 millimetres wide; None where typst is not installed."""
    try:
        fonts = typst_fonts()
    except PrintingRefused:
        return None
    import typst

    shown, _ = printable(svg, characters_of(FONT))
    made: Any = typst.Compiler(
        root=_SOURCE.parent, font_paths=fonts, ignore_system_fonts=True, sys_inputs={"svg": shown}
    ).compile(_SOURCE, format="png", ppi=ppi)
    return made if isinstance(made, bytes) else None
