"""Every refusal and every fault as problem+json: a title, a sentence, the fields to mend; never a trace."""

import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DatabaseError, OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from tracker.api.shapes.problems import ABOUT_STATUS, Conflict, FieldProblem, Problem
from tracker.domain.errors import Refusal
from tracker.settings.reasons import reason_of
from tracker.storage.damage import damage_sentence, is_damage
from tracker.storage.database import is_busy

log = logging.getLogger("zesei.api")
PROBLEM = "application/problem+json"
CHANGED_ELSEWHERE = "urn:zesei:problem:version"
TITLES = {
    400: "読み取れません", 401: "トークンが要ります", 403: "この連携にはできません", 404: "ありません",
    405: "この方法では使えません", 409: "今の状態と合いません", 413: "大きすぎます", 415: "この形式は受け付けません",
    422: "内容に直すところがあります", 500: "処理できませんでした", 503: "今は書き込めません",
}  # fmt: skip
SENTENCES = {
    400: "送られた内容を読み取れませんでした。UTF-8 の JSON で送ってください。",
    404: "このアドレスには何もありません。/api/v1/docs で確かめてください。",
    405: "このアドレスは、この方法（メソッド）では使えません。/api/v1/docs で確かめてください。",
    413: "送られた内容が大きすぎます。何も変えていません。",
    500: "処理の途中で失敗しました。何も変えていません。続くときは、情報システムの担当者に知らせてください。",
    503: "ほかの処理がデータベースに書き込んでいるため、何も変えていません。少し待ってから、もう一度送ってください。",
}
DAMAGED = "データベースのファイルが壊れているため、処理できません。情報システムの担当者に、すぐ知らせてください。"
RETRY_SECONDS = "10"


class Declined(HTTPException):
    """A request that is answered with a sentence of ours."""

    def __init__(
        self, status: int, sentence: str, errors: Iterable[FieldProblem] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, sentence, headers=headers)
        self.problem = Problem(title=TITLES[status], status=status, detail=sentence, errors=list(errors))


class Conflicting(Declined):
    """A change that does not fit what stands in the records now: both are shown."""

    def __init__(self, sentence: str, sent: Mapping[str, Any], current: Mapping[str, Any], *, is_stale: bool) -> None:
        super().__init__(409, sentence)
        self.problem = Conflict(
            type=CHANGED_ELSEWHERE if is_stale else ABOUT_STATUS, title=TITLES[409], status=409, detail=sentence,
            sent=dict(sent), current=dict(current),
        )  # fmt: skip


def not_there(sentence: str) -> Declined:
    """The refusal of a thing that is unknown, or that is another department's."""
    return Declined(404, sentence)


def field_refused(field: str, sentence: str) -> Declined:
    """The refusal of one field."""
    return Declined(422, sentence, [FieldProblem(field=field, detail=sentence)])


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as a response; what no text can hold (half a surrogate pair) is replaced."""
    text = json.dumps(problem.model_dump(mode="json"), ensure_ascii=False)
    return Response(text.encode("utf-8", "replace"), problem.status, headers, PROBLEM)


def add_problem_answers(app: FastAPI) -> None:
    """Answer errors with problem+json."""
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(HTTPException, _declined)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(OperationalError, _locked)
    app.add_exception_handler(DatabaseError, _damaged)
    app.add_exception_handler(Exception, _broken)


def _declined(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, Declined):
        return answer(error.problem, error.headers)
    status = error.status_code if error.status_code in SENTENCES else 400
    headers = {"Allow": ", ".join(_methods(request))} if status == 405 else error.headers
    return answer(Problem(title=TITLES[status], status=status, detail=SENTENCES[status]), headers)


def _methods(request: Request) -> list[str]:
    """All methods under which a path is answered; a router alone would name those of its first route."""
    matching = [route for route in request.app.state.guarded if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in matching for method in route.methods or ()}) or ["GET", "HEAD"]


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(one["loc"][0] == "path" for one in found):
        return answer(Problem(title=TITLES[404], status=404, detail=SENTENCES[404]))
    errors = [FieldProblem(field=_field(one["loc"]), detail=_reason(one)) for one in found]
    sentence = "送られた内容に直すところがあります。errors を見てください。"
    return answer(Problem(title=TITLES[422], status=422, detail=sentence, errors=errors))


def _field(place: tuple[Any, ...]) -> str:
    return ".".join(str(step) for step in place[1:])


def _reason(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "string_unicode":
            return "文字として読めないところがあります。"
        case "string_too_long":
            return f"{error['ctx']['max_length']:,}字以内で書いてください。"
        case "string_type":
            return "文字列で書いてください。"
        case "extra_forbidden":
            return "この項目はありません。つづりを確かめてください。"
        case _:
            return reason_of(error)


def _refused(request: Request, error: Exception) -> Response:
    return answer(Problem(title=TITLES[409], status=409, detail=str(error)))


def _locked(request: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)
    if not is_busy(error):
        return _damaged(request, error)
    return answer(Problem(title=TITLES[503], status=503, detail=SENTENCES[503]), {"Retry-After": RETRY_SECONDS})


def _damaged(request: Request, error: Exception) -> Response:
    if not is_damage(error):
        raise error
    log.error("%s %s: %s", request.method, request.url.path, damage_sentence(error))
    return answer(Problem(title=TITLES[500], status=500, detail=DAMAGED))


def _gone(request: Request, error: Exception) -> Response:  # nobody is there to read it, and it is no fault of ours
    return answer(Problem(title=TITLES[400], status=400, detail=SENTENCES[400]))


def _broken(request: Request, error: Exception) -> Response:  # noted down by the application around this one
    return answer(Problem(title=TITLES[500], status=500, detail=SENTENCES[500]))
