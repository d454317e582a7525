"""The pages of a pack, filled from its values; they hold no script and fetch nothing."""

import re
from urllib.parse import quote

from markupsafe import Markup, escape

from notifications.letters.letter import fill
from notifications.packs.values import PackIndex, TaskShown
from tracker.sheets.cells import plain_text

KILOBYTE = 1024


def render_index(index: PackIndex) -> str:
    """index.html: what the pack is about, its tasks, documents and letters, each a link to its file."""
    return _cleaned(fill("packs/index.html", index=index, link=link, size_word=size_word, lines=lines))


def render_history(task: TaskShown, index: PackIndex) -> str:
    """One task's page, a folder below the index."""
    return _cleaned(fill("packs/history.html", task=task, index=index, link=link, size_word=size_word, lines=lines))


def link(path: str, up: str = "") -> str:
    """A relative address of a file in the pack, whatever its name."""
    return up + quote(path, safe="/")


def size_word(size: int) -> str:
    """「512バイト」, 「12KB」, 「1,204KB」."""
    return f"{size:,}バイト" if size < KILOBYTE else f"{size // KILOBYTE:,}KB"


def lines(words: str) -> Markup:
    """Text with its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in re.split(r"\r\n?|\n", words))


def _cleaned(page: str) -> str:
    return plain_text(page)
