"""The follow-up form as JSON and back."""

from typing import cast

from pydantic import TypeAdapter

from notifications.reports.follow_up.values import FollowUpForm

_FORM = TypeAdapter(FollowUpForm)


def follow_up_to_json(form: FollowUpForm) -> dict[str, object]:
    """The form as plain JSON values."""
    return cast("dict[str, object]", _FORM.dump_python(form, mode="json"))


def follow_up_from_json(stored: dict[str, object]) -> FollowUpForm:
    """The exact inverse."""
    return _FORM.validate_python(stored)
