"""Writing the sheets into a ZIP file: CSV that no program takes for formulas, a README in Japanese, the manifests."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import IO, Any

from tracker import __version__
from tracker.domain.errors import CommandRefused
from tracker.domain.register_files import guarded
from tracker.exports.packing import Pack
from tracker.exports.register_files import encoded, fits_in_cp932, in_batches
from tracker.exports.whole.readme import readme
from tracker.exports.whole.sheets import Row, Sheet, Whole, all_sheets
from tracker.storage.database import to_json
from tracker.storage.retelling import Retelling
from tracker.storage.store import Records

ENCODINGS = ("utf-8", "cp932")
README = "README.txt"
BOM = b"\xef\xbb\xbf"


def write_whole(
    file: IO[bytes], records: Records, day: date, *, office: str, zone: tzinfo, encoding: str = "utf-8"
) -> None:
    """Everything as of the end of a day, sheet by sheet, whatever the number of rows; CommandRefused for another encoding."""
    if encoding not in ENCODINGS:
        raise CommandRefused(
            f"文字コード「{encoding}」では書き出せません。{'、'.join(ENCODINGS)} のどれかを指定してください。"
        )
    told = Retelling.on(records, day, weeks=1)
    whole = Whole(records, told, told.past.departments(), datetime.combine(day + timedelta(days=1), time(0), zone))
    pack, counts, lacking = Pack(file), dict[str, int](), dict[str, Counter[str]]()
    for sheet in all_sheets():
        writing = _Lines(sheet, encoding, zone)
        pack.add(f"{sheet.name}.csv", writing.of(sheet.rows(whole)))
        counts[sheet.name], lacking[sheet.name] = writing.rows, writing.lacking
    text = readme(all_sheets(), counts, lacking, office=office, day=day, encoding=encoding)
    pack.add(README, BOM + text.replace("\n", "\r\n").encode())
    pack.close(kind="zesei-csv", version=__version__, office=office, as_of=day.isoformat(), encoding=encoding)


class _Lines:
    """The lines of one sheet; afterwards it knows how many there were, and which characters were lacking."""

    def __init__(self, sheet: Sheet, encoding: str, zone: tzinfo) -> None:
        self._sheet, self._encoding, self._zone = sheet, encoding, zone
        self.rows, self.lacking = 0, Counter[str]()

    def of(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The bytes of a batch at a time."""
        yield (BOM if self._encoding == "utf-8" else b"") + self._bytes([self._sheet.headings])
        for batch in in_batches(rows):
            self.rows += len(batch)
            yield self._bytes([[self._cell(value) for value in row] for row in batch])

    def _bytes(self, rows: Iterable[Row]) -> bytes:
        written = io.StringIO()
        csv.writer(written).writerows(rows)
        text = written.getvalue()
        if self._encoding == "cp932" and not fits_in_cp932(text):
            self.lacking.update(char for char in text if not fits_in_cp932(char))
        return encoded(text.encode("utf-8", "replace").decode(), self._encoding)

    def _cell(self, value: Any) -> str:
        """A value as text: days and instants in ISO 8601, marks as ○ and ×, texts guarded."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "○" if value else "×"
        if isinstance(value, datetime):
            return value.astimezone(self._zone).isoformat(timespec="seconds")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, int):
            return str(value)
        return guarded(str(value) if isinstance(value, str) else to_json(value))
