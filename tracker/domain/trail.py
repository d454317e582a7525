"""Where the trail of events ends: kept outside the database too, so that entries lost at its end are missed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TrailEnd:
    """The number of the newest entry and its seal, which all entries before it have a part in."""

    number: int
    seal: str
