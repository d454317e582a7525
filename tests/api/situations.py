"""Situations that tests of the API begin with: an office, tokens of each kind, programs that carry them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi.testclient import TestClient

from tests.web.situations import DISABILITY, NINE, OCCASION
from tracker.domain.tokens import Token, TokenRole, TokenScope
from tracker.office import Office
from tracker.web.app import create_app

ROOT = "/api/v1"
WRITE, READ = TokenScope.WRITE, TokenScope.READ
KINDS: tuple[tuple[TokenRole, TokenScope], ...] = (
    (TokenRole.DIVISION, WRITE), (TokenRole.DIVISION, READ), (TokenRole.AUDITOR, READ), (TokenRole.DEPARTMENT, WRITE),
    (TokenRole.DEPARTMENT, READ),
)  # fmt: skip


def a_token(
    office: Office, role: TokenRole = TokenRole.DIVISION, scope: TokenScope = WRITE, department: str = DISABILITY,
    until: date | None = None, name: str = "",
) -> str:  # fmt: skip
    """What a program of that kind sends; a department's token is the one for disabled persons unless another is named."""
    code = department if role is TokenRole.DEPARTMENT else None
    token = Token(name or f"{role}-{scope}-{code}", role, scope, NINE, code, until)
    with office.store.transaction() as records:
        return records.tokens.give(token, OCCASION)


def program(office: Office, token: str = "", **options: Any) -> TestClient:
    """A program that carries a token, or none."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return TestClient(create_app(office), headers=headers, base_url=f"http://testserver{ROOT}", **options)


def divisions_program(office: Office) -> TestClient:
    """A program of the division that may change things."""
    return program(office, a_token(office))


def departments_program(office: Office, department: str = DISABILITY) -> TestClient:
    """A program of a department that may answer."""
    return program(office, a_token(office, TokenRole.DEPARTMENT, department=department))


def problem(answer: Any) -> Mapping[str, Any]:
    """A refusal's document, which says of itself what the status says."""
    assert answer.headers["content-type"] == "application/problem+json"
    told: Mapping[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert told["title"]
    assert told["detail"]
    return told
