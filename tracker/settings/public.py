"""The settings as others may read them: without passwords, and without addresses that are secrets themselves."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, SecretStr

from tracker.settings.loading import Settings


def without_secrets(settings: Settings) -> dict[str, Any]:
    """Every section as JSON has it; passwords left out, users and passwords taken from addresses, of webhooks the host alone."""
    facts: dict[str, Any] = _public(settings.model_dump())
    for hook in facts["webhooks"]["to"]:
        hook["url"] = urlunsplit((*urlsplit(hook["url"])[:2], "/…", "", ""))
    return facts


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _public(one) for name, one in value.items() if not isinstance(one, SecretStr)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_public(one) for one in value]
    if isinstance(value, BaseModel):
        return _public(value.model_dump())
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    return _without_user(str(value))


def _without_user(text: str) -> str:
    head, mark, rest = text.partition("://")
    if not mark:
        return text
    host, slash, path = rest.partition("/")
    return f"{head}://{host.rpartition('@')[2]}{slash}{path}"
