"""The OpenAPI document: what the routes say of themselves, and every answer they can give."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from tracker.api.problems import PROBLEM, TITLES
from tracker.api.routes import GuardedRoute
from tracker.api.shapes.problems import Conflict, Problem

SECURITY = "token"
REFERENCE = "#/components/schemas/{model}"
WORDS = (
    "是正の記録を、庁内のほかのシステムから読み、画面と同じことをするための API です。"
    "トークンは `zesei token add` で連携ごとに渡し、`Authorization: Bearer` で送ります。"
    "日付は ISO 8601（2024-03-22）、時刻は UTC です。一覧は `next` を `cursor` に入れて続きを読みます。"
    "できなかったときは problem+json（RFC 9457）で理由を答えます。"
)


def document_of(app: FastAPI, routes: list[GuardedRoute], prefix: str, version: str) -> dict[str, Any]:
    """The whole document; paths are those that a program asks for."""
    document = get_openapi(title="是正 API", version=version, description=WORDS, routes=app.routes)
    document["paths"] = {f"{prefix}{path}": operations for path, operations in document["paths"].items()}
    schemas = document["components"]["schemas"]
    for generated in ("HTTPValidationError", "ValidationError"):
        schemas.pop(generated, None)
    _, problems = models_json_schema([(Problem, "serialization"), (Conflict, "serialization")], ref_template=REFERENCE)
    schemas |= problems["$defs"]
    document["components"]["securitySchemes"] = {
        SECURITY: {"type": "http", "scheme": "bearer", "description": "zesei token add で渡したトークン"}
    }
    for route in routes:
        for method in route.methods or ():
            _complete(document["paths"][f"{prefix}{route.path_format}"][method.lower()], route)
    return document


def _complete(operation: dict[str, Any], route: GuardedRoute) -> None:
    rule = route.rule
    if operation.get("description") == operation["summary"]:
        del operation["description"]
    operation["responses"].pop("422", None)
    for answer in operation["responses"].values():
        answer["description"] = "できました"
    guarded = (401, 403) if rule.roles else ()
    for status in sorted({*guarded, *rule.problems, 500}):
        operation["responses"][str(status)] = _problem(status)
    operation["security"] = [{SECURITY: []}] if rule.roles else []
    if rule.roles:
        roles = "、".join(sorted(rule.roles))
        operation["description"] = f"{operation.get('description', '')}\n\n役割: {roles}。範囲: {rule.scope}。".strip()


def _problem(status: int) -> dict[str, Any]:
    model = Conflict if status == 409 else Problem
    schema = {"$ref": REFERENCE.format(model=model.__name__)}
    answer: dict[str, Any] = {"description": TITLES[status], "content": {PROBLEM: {"schema": schema}}}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return answer
