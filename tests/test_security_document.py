"""docs/security.md names tests: each of them exists."""

import ast
import re
from functools import cache

from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
NAMED = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


def test_every_test_that_the_security_document_names_exists() -> None:
    named = NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))

    assert len(named) > 15
    assert [f"{file}::{test}" for file, test in named if test not in _tests_of(file)] == []


@cache
def _tests_of(file: str) -> frozenset[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
