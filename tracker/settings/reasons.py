"""Why a value that was typed is refused, in Japanese, by the kind of error that pydantic found."""

import re
from collections.abc import Mapping
from typing import Any

_WHOLE, _NUMBER, _TABLE = "整数で書いてください。", "数で書いてください。", "キーと値の組で書いてください。"
_LIST, _DAY, _TIME = (
    "[ ] の中に並べて書いてください。",
    '"2024-04-01" のように書いてください。',
    '"08:30" のように書いてください。',
)
_BY_KIND = {
    "int_parsing": _WHOLE, "int_type": _WHOLE, "int_from_float": _WHOLE, "int_parsing_size": "大きすぎます。",
    "float_parsing": _NUMBER, "float_type": _NUMBER, "finite_number": _NUMBER,
    "bool_parsing": "true か false にしてください。", "bool_type": "true か false にしてください。",
    "string_type": "文字を引用符で囲んで書いてください。", "path_type": "場所を引用符で囲んで書いてください。",
    "greater_than_equal": "{ge}以上にしてください。", "less_than_equal": "{le}以下にしてください。",
    "greater_than": "{gt}より大きくしてください。", "less_than": "{lt}より小さくしてください。",
    "tuple_type": _LIST, "list_type": _LIST, "dict_type": _TABLE, "model_type": _TABLE, "model_attributes_type": _TABLE,
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY, "date_from_datetime_inexact": _DAY,
    "time_type": _TIME, "time_parsing": _TIME, "json_invalid": "JSONで書いてください。",
    "string_pattern_mismatch": "使える字だけで書いてください。",
    "string_too_short": "空欄にはできません。", "too_short": "{min_length}つ以上並べてください。",
}  # fmt: skip
SHOWN = 60


def reason_of(error: Mapping[str, Any]) -> str:
    """One of a ValidationError's errors as sentences; our own validators' sentences stand as they are."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "extra_forbidden":
        return "このキーはありません。つづりを確かめてください。"
    if kind == "missing":
        return "必ず書いてください。"
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        choices = "、".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
        return refused(error.get("input"), f"{choices} のどれかにしてください。")
    limits = {
        name: int(value) if value == int(value) else value for name, value in context.items() if _is_number(value)
    }
    return refused(error.get("input"), _BY_KIND.get(kind, "書き方を確かめてください。").format(**limits))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float))


def refused(value: object, reason: str) -> str:
    """The value, shortened, and what to write instead."""
    shown = str(value)
    return f"値「{shown if len(shown) <= SHOWN else shown[:SHOWN] + '…'}」は使えません。{reason}"
