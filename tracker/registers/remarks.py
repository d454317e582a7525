"""What was done to the cells of a column without refusing them: said once a column, with how many rows and the first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.domain.text import shown
from tracker.registers.troubles import BadCell

NAMED = 5


@dataclass
class _Tally:
    first_row: int
    rows: int = 0
    texts: dict[str, None] = field(default_factory=dict)


class ColumnRemarks:
    """Remarks on the columns of one file, gathered row by row."""

    def __init__(self) -> None:
        self._tallies = dict[tuple[str, str], _Tally]()

    def add(
        self, column: str, numbers: Sequence[int], texts: Sequence[str], changed: Mapping[str, tuple[str, ...]]
    ) -> None:
        """Count the rows of a batch whose text was changed; `changed` holds the remarks by text."""
        for number, text in zip(numbers, texts, strict=True):
            for remark in changed.get(text, ()):
                tally = self._tallies.setdefault((column, remark), _Tally(number))
                tally.rows += 1
                if len(tally.texts) < NAMED:
                    tally.texts[text] = None

    def sentences(self, file: str) -> Iterator[str]:
        """「職員.csv」2行目 退職日: 「1900/1/1」は…空欄として読みました（3行）。"""
        for (column, remark), tally in self._tallies.items():
            named = "".join(f"「{shown(text)}」" for text in tally.texts)
            yield str(BadCell(file, tally.first_row, column, f"{named}は{remark}（{tally.rows}行）。"))
