"""Forms as browsers send them: texts trimmed of what nobody typed, files under the names they came with."""

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

LONGEST_FILE_NAME = 200
MOST_FILES_READ, MOST_FIELDS = 100, 80  # more than any form of ours has; how many a department may send is a setting
NAMELESS = "名前のないファイル"
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form(max_files=MOST_FILES_READ, max_fields=MOST_FIELDS) as form:
        yield form


Form = Annotated[FormData, Depends(_form)]


def line_of(form: FormData, field: str) -> str:
    """A text of one line: no control character, no line break, no blank at its ends."""
    return re.sub(r"[\n\t ]+", " ", _typed(form, field)).strip()


def text_of(form: FormData, field: str) -> str:
    """A text of several lines: line ends made alike, no other control character."""
    return _typed(form, field).strip()


def files_of(form: FormData, field: str) -> list[UploadFile]:
    """The files that were chosen; a browser sends an empty one when none was."""
    return [one for one in form.getlist(field) if isinstance(one, UploadFile) and (one.filename or one.size)]


def file_name(sent: str | None) -> str:
    """The name a file came with, without folders and what cannot be seen; at most 200 characters, its ending kept."""
    name = _visible(re.split(r"[/\\]", sent or "")[-1])
    name = unicodedata.normalize("NFC", name).strip(" .") or NAMELESS
    if len(name) <= LONGEST_FILE_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        return name[:LONGEST_FILE_NAME]
    return f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}{dot}{ending}"


def _typed(form: FormData, field: str) -> str:
    value = form.get(field)
    typed = value if isinstance(value, str) else ""
    even = typed.replace("\r\n", "\n").replace("\r", "\n")
    return _visible(even, "\n\t")


def _visible(text: str, more: str = "") -> str:
    """Without control characters and marks that turn the order of reading; an office's own characters (外字) stay."""
    return "".join(char for char in text if unicodedata.category(char) not in UNSEEN or char in more)
