"""What was made elsewhere: a letter's or a report's page, shut in so that nothing in it can act; letters on paper."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from starlette.responses import HTMLResponse

from tracker.web.headers import PAPER_POLICY

PRINT_FOLDER = "print"


def shut_in(page: str) -> HTMLResponse:
    """The page as it is, for a sandboxed frame: no script, no form, nothing fetched from anywhere."""
    return HTMLResponse(page, headers={"Content-Security-Policy": PAPER_POLICY})


@dataclass(frozen=True)
class Paper:
    """One day's letters of one department as a PDF, DIR/print/<day>/<所属コード>.pdf."""

    day: date
    path: Path
    size: int

    @property
    def code(self) -> str:
        """The department's code, as it names the file."""
        return self.path.stem


def printed_days(data_dir: Path, limit: int) -> list[tuple[date, list[Paper]]]:
    """The newest days with something to print."""
    days = sorted((day for day in map(_day_of, _entries(data_dir / PRINT_FOLDER)) if day), reverse=True)[:limit]
    return [(day, papers) for day in days if (papers := _papers(data_dir, day))]


def find_paper(data_dir: Path, day: str, name: str) -> Paper | None:
    """One of the papers of a day; never anything else that a path could lead to."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    return next((paper for paper in _papers(data_dir, on) if paper.path.name == name), None)


def _papers(data_dir: Path, day: date) -> list[Paper]:
    files = _entries(data_dir / PRINT_FOLDER / day.isoformat())
    return [Paper(day, path, path.stat().st_size) for path in files if path.suffix == ".pdf" and path.is_file()]


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _day_of(folder: Path) -> date | None:
    try:
        return date.fromisoformat(folder.name)
    except ValueError:
        return None
