"""What is wrong with a value that was set, and where it was set: the key of the file, or the variable."""

import os
from collections.abc import Collection, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from tracker.domain.errors import SettingsRefused
from tracker.settings.reasons import reason_of, refused


def refuse_unknown_variables(prefix: str, sections: Collection[str]) -> None:
    """SettingsRefused for a variable of ours whose section does not exist: it would be ignored without a word."""
    for name in _variables(prefix).values():
        if name[len(prefix) :].lower().partition("__")[0] not in sections:
            raise SettingsRefused(f"環境変数 {name}: このような設定はありません。つづりを確かめてください。")


def variable_trouble(trouble: SettingsError, prefix: str) -> str:
    """A variable that holds several values is read as JSON; the error names the section, not the variable."""
    value = getattr(trouble.__cause__, "doc", "")
    holding = [name for name in _variables(prefix).values() if os.environ[name] == value]
    name = min(holding, key=len, default=f"{prefix}…")
    return f"環境変数 {name}: " + refused(value, 'JSONで書いてください（例: ["2024-04-01"]、{"name": "○○市"}）。')


def value_troubles(trouble: ValidationError, file: str, prefix: str) -> str:
    """A line for each key or variable that cannot be followed."""
    lines = []
    for error in trouble.errors():
        keys = [str(part) for part in error["loc"]]
        variable = _variable_of(keys, prefix)
        place = f"環境変数 {variable}" if variable else f"設定「{file}」の {'.'.join(_named(keys))}"
        lines.append(f"{place}: {_why(error, keys, variable)}")
    return "\n".join(dict.fromkeys(lines))


def _named(keys: Sequence[str]) -> Sequence[str]:
    """The key as it is written; below a check's own key stands which kind of value was tried."""
    return keys[:3] if keys[0] == "checks" else keys


def _variable_of(keys: Sequence[str], prefix: str) -> str | None:
    """The variable that a key was taken from, its own or a part's or the whole section's; None for the file's."""
    variables = _variables(prefix)
    for length in range(len(keys), 0, -1):
        if variable := variables.get(prefix + "__".join(keys[:length]).upper()):
            return variable
    below = prefix + "__".join(keys).upper() + "__"
    return next((name for capitals, name in variables.items() if len(keys) > 1 and capitals.startswith(below)), None)


def _variables(prefix: str) -> dict[str, str]:
    """Our variables of the environment: their names in capitals, and as they are written."""
    return {name.upper(): name for name in os.environ if name.upper().startswith(prefix)}


def _why(error: Any, keys: Sequence[str], variable: str | None) -> str:
    kind, value = error["type"], error.get("input")
    if _is_secret(keys, value) and kind not in ("extra_forbidden", "missing"):
        return "文字を引用符で囲んで書いてください。"
    if keys[0] == "checks" and len(keys) > 2:
        return refused(value, "整数か、true、falseで書いてください。")
    if kind in ("model_type", "model_attributes_type") and len(keys) == 1:
        below = f"{variable}__NAME のように、" if variable else f"[{keys[0]}] の見出しの下に、"
        return refused(value, f"{below}キーごとに書いてください。")
    return reason_of(error)


def _is_secret(keys: Sequence[str], value: object) -> bool:
    """Whether what was written must not be repeated."""
    return keys[-1].endswith(("password", "secret")) or any(word in str(value) for word in ("password", "secret"))
