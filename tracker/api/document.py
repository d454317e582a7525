"""The OpenAPI document: what the routes say of themselves, and every answer they can give."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from tracker.api.calls import NO_TOKEN, NOT_THIS_ROLE
from tracker.api.problems import CHANGED_ELSEWHERE, PROBLEM, SENTENCES, TITLES
from tracker.api.routes import GuardedRoute
from tracker.api.shapes.problems import Conflict, Problem

SECURITY = "token"
REFERENCE = "#/components/schemas/{model}"
TAGS = (
    "対応", "対応を進める", "報告と判断", "指導事項", "検査と検知", "台帳", "取込み", "所管課", "通知", "経過", "報告",
    "書き出し", "稼働",
)  # fmt: skip
ROLES = {"division": "情報管理課", "auditor": "監査", "department": "所管課"}
SCOPES = {"read": "読むだけのトークンでよい", "write": "読み書きできるトークン"}
EXAMPLES = {
    401: NO_TOKEN, 403: NOT_THIS_ROLE, 404: "対応「finding:R5-9/1」はありません。",
    409: "この対応は、ほかの人が先に更新しました。今の内容を確かめてから、もう一度行ってください。",
    415: "Content-Type を application/json にして、JSON で送ってください。",
    422: "送られた内容に直すところがあります。errors を見てください。",
}  # fmt: skip
PLACES = {
    "key": "対応のキー（例: finding:R5-1/1）", "number": "報告の番号", "stem": "台帳の名前（例: アカウント）", "finding_no": "指導番号",
    "name": "検査の名前", "day": "報告の日（例: 2024-03-18）",
}  # fmt: skip
WORDS = (
    "是正の記録を、庁内のほかのシステムから読み、画面と同じことをするための API です。"
    "トークンは `zesei token add` で連携ごとに渡し、`Authorization: Bearer` で送ります。"
    "日付は ISO 8601（2024-03-22）、時刻は UTC です。一覧は `next` を `cursor` に入れて続きを読みます。"
    "できなかったときは problem+json（RFC 9457）で理由を答えます。"
)


def document_of(app: FastAPI, routes: list[GuardedRoute], prefix: str, version: str) -> dict[str, Any]:
    """The whole document; paths are those that a program asks for."""
    document = get_openapi(title="是正 API", version=version, description=WORDS, routes=app.routes)
    document["tags"] = [{"name": name} for name in TAGS]
    document["paths"] = {f"{prefix}{path}": operations for path, operations in document["paths"].items()}
    schemas = document["components"]["schemas"]
    for generated in ("HTTPValidationError", "ValidationError"):
        schemas.pop(generated, None)
    for schema in schemas.values():
        if "enum" in schema:
            schema.pop("description", None)  # of the domain's words, told to those who read the code
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
    operation.pop("description", None)  # the English docstring's: what is told is the summary
    operation["responses"].pop("422", None)
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            parameter["description"] = PLACES[parameter["name"]]
    for answer in operation["responses"].values():
        answer["description"] = "できました"
    guarded = (401, 403) if rule.roles else ()
    for status in sorted({*guarded, *rule.problems, 500}):
        operation["responses"][str(status)] = _problem(status)
    operation["security"] = [{SECURITY: []}] if rule.roles else []
    if rule.roles:
        roles = "、".join(word for role, word in ROLES.items() if role in rule.roles)
        operation["description"] = f"役割: {roles}。{SCOPES[rule.scope]}。"


def _problem(status: int) -> dict[str, Any]:
    model = Conflict if status == 409 else Problem
    schema = {"$ref": REFERENCE.format(model=model.__name__)}
    example = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": _sentence(status),
        "errors": [],
    }
    if status == 409:
        example |= {"type": CHANGED_ELSEWHERE, "sent": {"version": 3}, "current": {"version": 4}}
    if status == 422:
        example |= {"errors": [{"field": "note", "detail": "必ず書いてください。"}]}
    content = {PROBLEM: {"schema": schema, "example": example}}
    answer: dict[str, Any] = {"description": TITLES[status], "content": content}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return answer


def _sentence(status: int) -> str:
    return EXAMPLES.get(status) or SENTENCES[status]
