"""Letters on paper: one PDF a day and department, for offices where mail does not arrive."""

import os
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tracker.office import Office
from tracker.storage.outbox import MAIL, QueuedLetter

PRINT_FOLDER = "print"
NO_DEPARTMENT = "所管課未定"


def print_day(office: Office, day: date) -> list[Path]:
    """Write the day's letters that are to be printed to DIR/print/<day>/<所属コード>.pdf; the files.

    Which letters: those without an address, all, or none, as [letters] print says.
    """
    wanted = office.settings.letters.print
    if wanted == "never":
        return []
    with office.store.reading() as records:
        letters = [letter for letter in records.outbox.on_days(day, day) if letter.channel == MAIL]
    by_department = defaultdict[str, list[QueuedLetter]](list)
    for letter in letters:
        if wanted == "all" or not letter.recipients:
            by_department[letter.department_code or NO_DEPARTMENT].append(letter)
    folder = office.data_dir / PRINT_FOLDER / day.isoformat()
    return [_write(folder / f"{code}.pdf", print_of(office, own)) for code, own in sorted(by_department.items())]


def print_of(office: Office, letters: Sequence[QueuedLetter]) -> bytes:
    """Letters as one PDF, each on pages of its own."""
    from notifications.printing import PrintedLetter, print_letters

    pages = [PrintedLetter(letter.addressee, letter.on_day, letter.subject, letter.body_text) for letter in letters]
    return print_letters(pages, office.settings.office.name).pdf


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_bytes(content)
    os.replace(draft, path)
    return path
