"""A workbook as a table: the rows of its first visible sheet, and the areas that are merged in it."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tracker.registers.workbooks.contents import contents_of
from tracker.registers.workbooks.merging import Merging, areas_of
from tracker.registers.workbooks.package import Package
from tracker.registers.workbooks.sheet import Row, SheetReader
from tracker.registers.workbooks.strings import SharedStrings
from tracker.registers.workbooks.styles import styles_of


@dataclass
class Workbook:
    """An xlsx or xlsm file; nothing of it is kept between two readings."""

    path: Path
    unpacked_mb: int
    most_columns: int
    pieces: int = 0  # that were read so far

    def __iter__(self) -> Generator[Row, None, None]:
        """Rows that hold something, with their numbers as Excel counts; InputRefused when it cannot be read."""
        with closing(Package(self.path, self.unpacked_mb)) as package:
            contents = contents_of(package)
            strings = SharedStrings(package, contents.strings)
            styles = styles_of(package, contents.styles)
            reader = SheetReader(package, contents, strings, styles, self.most_columns)
            for rows in reader.read():
                self.pieces += 1
                yield from rows

    def merging(self, below: int, width: int) -> Merging:
        """The merged areas, to be laid over the rows below the headings."""
        with closing(Package(self.path, self.unpacked_mb)) as package:
            return Merging(areas_of(package, contents_of(package)), below, width)
