"""Letters on paper: one PDF a day and department, for offices where mail does not arrive."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tracker.domain.file_names import in_a_file_name
from tracker.files.durable import write_whole
from tracker.office import Office
from tracker.secrets.letters import for_reader
from tracker.storage.outbox import QueuedLetter

PRINT_FOLDER = "print"
NO_DEPARTMENT = "所管課未定"


def print_day(office: Office, day: date) -> list[Path]:
    """Write the day's letters that are to be printed to DIR/print/<day>/<所属コード>.pdf; the files.

    Which letters: those without an address, all, or none, as [letters] print says.
    """
    wanted = office.settings.letters.print
    if wanted == "never":
        return []
    only = wanted == "without-address"
    folder = office.data_dir / PRINT_FOLDER / day.isoformat()
    written = list[Path]()
    with office.store.reading() as records:
        for code in records.outbox.departments_to_print(day, only_unaddressed=only):
            found = records.outbox.to_print(day, code, only_unaddressed=only)
            letters = [for_reader(records, office, letter) for letter in found]
            written.append(
                write_whole(
                    folder / f"{in_a_file_name(code) if code else NO_DEPARTMENT}.pdf", print_of(office, letters)
                )
            )
    return written


def print_of(office: Office, letters: Sequence[QueuedLetter]) -> bytes:
    """Letters as one PDF, each on pages of its own."""
    from notifications.printing import PrintedLetter, print_letters

    pages = [PrintedLetter(letter.addressee, letter.on_day, letter.subject, letter.body_text) for letter in letters]
    return print_letters(pages, office.settings.office.name).pdf
