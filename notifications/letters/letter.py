"""A letter and the paper it is written on: a folder of three templates, filled with facts."""

from dataclasses import dataclass
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifications.letters.words import teach

TEMPLATES = Path(__file__).parents[1]
SUBJECT, TEXT, HTML = PARTS = ("subject.txt", "body.txt", "body.html")
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Letter:
    """One message in words: a subject of one line, a text part and an HTML part that say the same."""

    subject: str
    text: str
    html: str


def write_letter(folder: str, **facts: object) -> Letter:
    """Fill subject.txt, body.txt and body.html of a folder below notifications/ and inline the styles."""
    return folded(*(fill(f"{folder}/{part}", **facts) for part in PARTS))


def fill(template: str, **facts: object) -> str:
    """Fill one template, named by its path below notifications/; a fact that is missing is an error."""
    return PAPER.get_template(template).render(facts)


def folded(subject: str, text: str, html: str) -> Letter:
    """The letter of three filled templates: one line, a text that ends with a line break, styles where they act."""
    return Letter(" ".join(subject.split()), text.strip("\n") + "\n", _INLINER.inline(html))


def _paper() -> Environment:
    paper = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html", "svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    teach(paper)
    return paper


PAPER = _paper()
