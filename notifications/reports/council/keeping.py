"""The council's table as JSON and back."""

from typing import cast

from pydantic import TypeAdapter

from notifications.reports.council.values import CouncilTable

_TABLE = TypeAdapter(CouncilTable)


def council_to_json(table: CouncilTable) -> dict[str, object]:
    """The table as plain JSON values."""
    return cast("dict[str, object]", _TABLE.dump_python(table, mode="json"))


def council_from_json(stored: dict[str, object]) -> CouncilTable:
    """The exact inverse."""
    return _TABLE.validate_python(stored)
