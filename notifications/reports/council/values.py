"""The council's table as values: findings by law as printed, and the measures answered to each."""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.reports.measures import Measure


@dataclass(frozen=True)
class Footnote:
    """A guide that the table cites: ※1 and what it is."""

    mark: str
    text: str


@dataclass(frozen=True)
class CouncilRow:
    """One finding; `number` is (1), `full_number` the register's. `clause` is as printed, in it `cited` the guide's name
    behind which the mark stands the first time it is cited."""

    number: str
    full_number: str
    subject: str
    gist: str
    clause: str
    measures: tuple[Measure, ...]
    cited: str = ""
    mark: str = ""


@dataclass(frozen=True)
class LawPart:
    """The findings under one law, with its number in the paper; `guidance` says which guidance, where there are several."""

    number: int
    law: str
    rows: tuple[CouncilRow, ...]
    guidance: str = ""


@dataclass(frozen=True)
class CouncilTable:
    """The table as of the end of a day; `with_evidence` has the documents named behind each measure."""

    office: str
    division: str
    on_day: date
    as_of_at: datetime
    laws: tuple[LawPart, ...]
    footnotes: tuple[Footnote, ...]
    with_evidence: bool = False
