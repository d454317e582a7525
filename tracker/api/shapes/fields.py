"""Kinds of fields: days in ISO form only, whole numbers as digits, texts without what nobody sees."""

import re
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tracker.visible_text import one_line, several_lines

LAST_YEAR = 2100  # a typing error of a program must not lead where no calendar goes
LARGEST_NUMBER = 2**31 - 1  # that of an integer column on PostgreSQL
NO_DAY = "日付は 2024-03-22 のように書いてください。"
NO_NUMBER = "0 以上の整数を、数字だけで書いてください。"
NO_MARK = "true か false にしてください。"
Shape = TypeVar("Shape", bound="Shown")


class Shown(BaseModel):
    """What is answered; every field is always there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True, from_attributes=True)


class Sent(BaseModel):
    """What is sent; an unknown field is refused, so that a misspelt one is not passed over."""

    model_config = ConfigDict(extra="forbid")


def _day(value: Any) -> Any:
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        raise ValueError(NO_DAY)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError(NO_DAY) from None
    if day.year > LAST_YEAR:
        raise ValueError(f"{LAST_YEAR}年までの日付を書いてください。")
    return day


def _whole(value: Any) -> Any:
    if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 16):
        raise ValueError(NO_NUMBER)
    return int(value)


def _mark(value: Any) -> Any:
    if value not in ("true", "false"):
        raise ValueError(NO_MARK)
    return value == "true"


Day = Annotated[date, BeforeValidator(_day)]
InQuery = Annotated[int, BeforeValidator(_whole), Field(le=LARGEST_NUMBER)]
Mark = Annotated[bool, BeforeValidator(_mark)]
Line = Annotated[str, AfterValidator(one_line)]
Text = Annotated[str, AfterValidator(several_lines)]
Version = Annotated[
    int, Field(strict=True, ge=1, le=LARGEST_NUMBER, description="読んだときの version。ほかの人が先に変えていれば 409")
]
