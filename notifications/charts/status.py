"""How the departments stand, as bars of three parts: overdue, waiting to be looked at, within the deadline."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.charts.names import name_lines
from notifications.letters.letter import fill
from tracker.sheets.cells import plain_text

MOST = 20
WIDTH, NAMES, LEFT, BAR, ROW, TOP = 682, 168, 361, 320, 22, 26
COLUMNS = (230, 297, 351)  # where the three numbers end: beside the names, so that a narrow screen shows them
PARTS = (("期限超過", "#8c1515"), ("確認待ち", "url(#hatched)"), ("期限内", "#ffffff"))


@dataclass(frozen=True)
class StatusBar:
    """One department's open tasks: overdue, done and waiting for the division's look, and the others."""

    name: str
    overdue: int
    waiting: int
    on_time: int

    @property
    def total(self) -> int:
        """All of its open tasks."""
        return self.overdue + self.waiting + self.on_time


def status_chart(rows: Sequence[StatusBar]) -> str:
    """The chart, worst first; beyond twenty departments the rest is その他. Nothing without a department."""
    if not rows:
        return ""
    bars = _worst_first(rows)
    most = max(max(bar.total for bar in bars), 1)
    return fill(
        "charts/status.svg",
        bars=[_placed(bar, at, most) for at, bar in enumerate(bars)],
        parts=PARTS, columns=COLUMNS, width=WIDTH, names=NAMES, left=LEFT, top=TOP, height=TOP + ROW * len(bars) + 6,
    )  # fmt: skip


def _worst_first(rows: Sequence[StatusBar]) -> list[StatusBar]:
    bars = sorted(rows, key=lambda bar: (-bar.overdue, -bar.total))
    if len(bars) <= MOST:
        return bars
    rest = bars[MOST:]
    name = f"その他（{len(rest)}課）"
    return [
        *bars[:MOST],
        StatusBar(name, *(sum(getattr(bar, part) for bar in rest) for part in ("overdue", "waiting", "on_time"))),
    ]


def _placed(bar: StatusBar, at: int, most: int) -> dict[str, object]:
    numbers, x = (bar.overdue, bar.waiting, bar.on_time), float(LEFT)
    boxes = []
    for number, (_, look) in zip(numbers, PARTS, strict=True):
        width = round(BAR * number / most, 1)
        if number:
            boxes.append((round(x, 1), width, look))
        x += width
    return {
        "full_name": plain_text(bar.name), "name": name_lines(bar.name, 14), "y": TOP + ROW * at,
        "boxes": boxes, "numbers": numbers,
    }  # fmt: skip
