"""The council's table: its values, its paper and its stored form."""

from notifications.reports.council.keeping import council_from_json, council_to_json
from notifications.reports.council.paper import council_paper
from notifications.reports.council.values import CouncilRow, CouncilTable, Footnote, LawPart

__all__ = [
    "CouncilRow", "CouncilTable", "Footnote", "LawPart", "council_from_json", "council_paper", "council_to_json",
]  # fmt: skip
