"""Paper for words that the office wrote itself: a sandbox that says what a template may read, and counts what it does."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from jinja2 import BaseLoader, StrictUndefined, Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import Namespace

from notifications.letters.counted import counted_filters, refuse_growth
from notifications.letters.meter import spend, weight
from notifications.letters.rewriting import rewrite
from notifications.letters.words import SHOWN, teach

_OF_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "split", "splitlines", "startswith", "endswith", "removeprefix", "removesuffix"}
    | {"upper", "lower", "count", "find", "isdigit"}
)
_OF_LISTS = frozenset({"count", "index", "get", "items", "keys", "values"})
_OF_DAYS = frozenset({"year", "month", "day", "hour", "minute"})
_OF_JINJA = (LoopContext, TemplateReference, BlockReference, TemplateModule, Namespace, Macro)
_WRITABLE = (str, int, float, date, datetime, Undefined)


class NotAllowed(SecurityError):
    """Something that a template of the office may not read or call, by its name."""


class NotWritable(SecurityError):
    """Something in {{ }} that is neither words nor a number nor a day."""


class FactMissing(StrictUndefined):
    """A fact that the letter does not have; using it says its name and nothing else."""

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class GuardedPaper(ImmutableSandboxedEnvironment):
    """The environment for the office's own templates; every loop, macro and operation is counted."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, loader: BaseLoader, *, autoescape: bool) -> None:
        super().__init__(
            loader=loader,
            autoescape=autoescape,
            undefined=FactMissing,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            finalize=written,
        )
        teach(self)
        self.filters = counted_filters(self.filters)
        self.globals = {"range": safe_range, "namespace": Namespace, "SHOWN": SHOWN}
        self.kept = kept

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return rewrite(super()._parse(source, name, filename), self)

    def tick(self, characters: int) -> bool:
        """One turn of a loop or one call of a macro, with the characters that stand in it as they are."""
        spend(characters + 1)
        return True

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        refuse_growth(operator, left, right)
        return kept(super().call_binop(context, operator, left, right))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _OF_TEXT
        if isinstance(obj, list | tuple | dict):
            return attr in _OF_LISTS or attr in getattr(obj, "_fields", ())
        if isinstance(obj, date):
            return attr in _OF_DAYS
        if is_dataclass(obj):
            return attr in {field.name for field in fields(obj)} or isinstance(getattr(type(obj), attr, None), property)
        return isinstance(obj, _OF_JINJA) and super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, _obj: Any, attribute: str) -> NoReturn:
        raise NotAllowed(attribute)

    def wrap_str_format(self, _value: Any) -> Callable[..., str] | None:
        """No way around `is_safe_attribute` for str.format, which can make text of any length."""
        return None


def kept(value: Any) -> Any:
    """A value as it is, after it was counted."""
    spend(weight(value))
    return value


def written(value: Any) -> Any:
    """What stands in {{ }}: words, numbers and days; nothing for None, and no whole lists, which may be endless."""
    if value is None:
        return ""
    if not isinstance(value, _WRITABLE):
        raise NotWritable
    return kept(value)
