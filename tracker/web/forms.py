"""Forms as browsers send them: texts trimmed of what nobody typed, files under the names they came with."""

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from tracker.visible_text import one_line, several_lines, visible

LONGEST_FILE_NAME = 200
MOST_FILES_READ, MOST_FIELDS = 100, 80  # more than any form of ours has; how many a department may send is a setting
NAMELESS = "名前のないファイル"


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form(max_files=MOST_FILES_READ, max_fields=MOST_FIELDS) as form:
        yield form


Form = Annotated[FormData, Depends(_form)]


def line_of(form: FormData, field: str) -> str:
    """A text of one line: no control character, no line break, no blank at its ends."""
    return one_line(_typed(form, field))


def text_of(form: FormData, field: str) -> str:
    """A text of several lines: line ends made alike, no other control character."""
    return several_lines(_typed(form, field))


def files_of(form: FormData, field: str) -> list[UploadFile]:
    """The files that were chosen; a browser sends an empty one when none was."""
    return [one for one in form.getlist(field) if isinstance(one, UploadFile) and (one.filename or one.size)]


def file_name(sent: str | None) -> str:
    """The name a file came with, without folders and what cannot be seen; at most 200 characters, its ending kept."""
    name = visible(re.split(r"[/\\]", sent or "")[-1])
    name = unicodedata.normalize("NFC", name).strip(" .") or NAMELESS
    if len(name) <= LONGEST_FILE_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        return name[:LONGEST_FILE_NAME]
    return f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}{dot}{ending}"


def _typed(form: FormData, field: str) -> str:
    value = form.get(field)
    return value if isinstance(value, str) else ""
