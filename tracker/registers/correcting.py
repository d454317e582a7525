"""Rows entered by hand: taken in as an addition, as an import would be, with a reason."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.events import Occasion
from tracker.domain.registers import BY_STEM
from tracker.registers.importing import Importer, ImportReport
from tracker.settings import Settings
from tracker.storage.database import to_json
from tracker.storage.staging import Stage
from tracker.storage.store import Records

SOURCE = "手入力"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Correction:
    """Rows of registers as somebody wants them, and why; rows that stand so already are left alone."""

    reason: str
    occasion: Occasion
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)  # by the register's stem

    def enter(self, records: Records) -> ImportReport:
        """Enter the rows from today on."""
        report, today = ImportReport(self.occasion.on_day), self.occasion.on_day
        importer = Importer(Settings(), today, self.occasion)
        for stem, rows in self.rows.items():
            stage = Stage(records.versions(BY_STEM[stem]))
            stage.add([(number, *map(_stored, row)) for number, row in enumerate(rows, start=1)])
            stage.finish()
            if not stage.compare(today, whole=False).any:
                stage.close()
                continue
            said = to_json([self.reason, self.occasion.at, stem, [list(row) for row in rows]])
            facts = {"source": SOURCE, "sha256": hashlib.sha256(said.encode()).hexdigest(), "reading": "by-hand"}
            importer.settle(records, stage, facts | {"whole": False}, report, with_examples=False)
        return report


def _stored(value: Any) -> Any:
    """As the stage takes it: days as ISO texts."""
    return value.isoformat() if hasattr(value, "isoformat") else value
