"""A letter and the paper it is written on: a folder of three templates, filled with facts."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifications.letters.inlining import inlined
from notifications.letters.words import teach

TEMPLATES = Path(__file__).parents[1]
SUBJECT, TEXT, HTML = PARTS = ("subject.txt", "body.txt", "body.html")


@dataclass(frozen=True)
class Letter:
    """One message in words: a subject of one line, a text part and an HTML part that say the same."""

    subject: str
    text: str
    html: str


def write_letter(folder: str, **facts: object) -> Letter:
    """Fill subject.txt, body.txt and body.html of a folder below notifications/ and inline the styles."""
    return Letter(*(finished(part, fill(f"{folder}/{part}", **facts)) for part in PARTS))


def fill(template: str, **facts: object) -> str:
    """Fill one template, named by its path below notifications/; a fact that is missing is an error."""
    return (HTML_PAPER if template.endswith((".html", ".svg")) else TEXT_PAPER).get_template(template).render(facts)


def finished(part: str, filled: str) -> str:
    """A filled template as its part of the letter: one line, a text with one break at its end, or inlined HTML."""
    if part == SUBJECT:
        return " ".join(filled.split())
    return filled.strip("\n") + "\n" if part == TEXT else inlined(filled)


def _paper(*, autoescape: bool) -> Environment:
    """Escaping goes by the part and not by the file: words that both parts share are escaped in the HTML part only."""
    paper = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    teach(paper)
    return paper


TEXT_PAPER, HTML_PAPER = _paper(autoescape=False), _paper(autoescape=True)
