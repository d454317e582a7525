"""What a test does that a machine cannot run: it says why it is left out, and in CI it fails."""

import os
from typing import NoReturn

import pytest


def leave_out(why: str) -> NoReturn:
    """Skip with a word; with CI set nothing may be left out."""
    if os.environ.get("CI"):
        pytest.fail(f"nothing may be left out in CI: {why}")
    pytest.skip(f"left out: {why}")
