"""Everything that is wrong with the files of one import, gathered until all were looked at, and said in one refusal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tracker.domain.errors import InputRefused
from tracker.domain.text import printable


@dataclass(frozen=True)
class BadCell:
    """One thing that is wrong in a file, for the list that the reader mends it by."""

    file: str
    row: int
    column: str
    trouble: str
    value: str = ""

    def __str__(self) -> str:
        place = f"「{self.file}」{self.row}行目" if self.row else f"「{self.file}」"
        return printable(f"{place} {self.column}: {self.trouble}" if self.column else f"{place}: {self.trouble}")


class FilesRefused(InputRefused):
    """Files that cannot be taken, with each thing that is wrong in them; `files` are sentences on whole files."""

    def __init__(self, sentence: str, files: Sequence[str], cells: Sequence[BadCell]) -> None:
        super().__init__(sentence)
        self.files, self.cells = tuple(files), tuple(cells)


@dataclass
class Troubles:
    """Sentences on files that cannot be read, bad cells of those that can, and the registers thus left unknown."""

    files: list[str] = field(default_factory=list)
    cells: list[BadCell] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)  # stems: what such a register's new file holds cannot be told

    @contextmanager
    def of(self, stem: str | None = None) -> Iterator[None]:
        """A file's refusal is kept for later instead of ending everything; its register's new rows are unknown."""
        try:
            yield
        except InputRefused as refusal:
            self.files.append(str(refusal))
            if stem is not None:
                self.unread.add(stem)

    def refuse(self, rows_shown: int) -> None:
        """Raise FilesRefused with all of it, when there is anything; of one file's bad rows, so many are shown."""
        if len(self.files) == 1 and not self.cells:
            raise FilesRefused(self.files[0], self.files, ())
        if self.files or self.cells:
            raise FilesRefused("\n".join(self._lines(rows_shown)), self.files, self.cells)

    def _lines(self, rows_shown: int) -> Iterator[str]:
        what = "ファイルや行" if self.files and self.cells else "ファイル" if self.files else "行"
        yield f"取り込めない{what}があります（{len(self.files) + len(self.cells)}件）。台帳は何も変えていません。"
        yield from (f"  {sentence}" for sentence in self.files)
        for file in dict.fromkeys(cell.file for cell in self.cells):
            own = [cell for cell in self.cells if cell.file == file]
            yield from (f"  {cell}" for cell in own[:rows_shown])
            if len(own) > rows_shown:
                yield f"  ほか 「{file}」に{len(own) - rows_shown}件"
