"""What will go out if nothing changes, as the newest forecast saw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select

from tracker.storage.tables.letters import ForecastLetterRow

_LETTER = ForecastLetterRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ForecastLetter:
    """One letter to come."""

    on_day: date
    kind: str
    department_code: str | None
    addressee: str
    recipients: tuple[str, ...]
    subject: str
    body_text: str
    id: int | None = None


@dataclass(frozen=True)
class Forecasts:
    """The newest forecast, within one transaction."""

    connection: Connection

    def replace(self, letters: Sequence[ForecastLetter], now: datetime) -> None:
        """Put a new forecast in the place of the one before."""
        self.connection.execute(delete(_LETTER))
        rows = [
            {name: getattr(letter, name) for name in ForecastLetter.__annotations__ if name != "id"}
            | {"recipients": list(letter.recipients), "made_at": now}
            for letter in letters
        ]
        if rows:
            self.connection.execute(insert(_LETTER), rows)

    def letters(self, since: date) -> list[ForecastLetter]:
        """The letters to come from a day on, in order."""
        columns = [_LETTER.c[name] for name in ForecastLetter.__annotations__]
        query = select(*columns).where(_LETTER.c.on_day >= since).order_by(_LETTER.c.on_day, _LETTER.c.id)
        rows = [row._mapping for row in self.connection.execute(query)]
        return [ForecastLetter(**{**row, "recipients": tuple(row["recipients"])}) for row in rows]

    def find(self, number: int) -> ForecastLetter | None:
        """One letter to come."""
        return next((letter for letter in self.letters(date.min) if letter.id == number), None)

    def made_at(self) -> datetime | None:
        """When the forecast was made; None when there is none, or when it saw no letter."""
        made: datetime | None = self.connection.execute(select(func.max(_LETTER.c.made_at))).scalar_one()
        return made
