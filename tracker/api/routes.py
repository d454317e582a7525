"""Routes that say which tokens they answer: one without a rule cannot be written, and nothing is read before it holds."""

import inspect
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from tracker.api.bodies import StrictRequest, refuse_other_types
from tracker.api.calls import admit
from tracker.domain.tokens import TokenRole, TokenScope

VERSION = "/v1"
Roles = frozenset[TokenRole]
ANYONE: Roles = frozenset()  # without a token: no facts of the office
EVERY_ROLE: Roles = frozenset(TokenRole)
WATCHERS: Roles = frozenset({TokenRole.DIVISION, TokenRole.AUDITOR})  # of the whole office
DIVISION: Roles = frozenset({TokenRole.DIVISION})
DEPARTMENT: Roles = frozenset({TokenRole.DEPARTMENT})
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class Rule:
    """Whom a route answers, how far the token must reach, and with which errors it may answer besides its own."""

    roles: Roles
    scope: TokenScope
    problems: tuple[int, ...]
    is_json_read: bool = False


class GuardedRoute(APIRoute):
    """A route that asks for the token before anything of the body is read."""

    rule: Rule

    def get_route_handler(self) -> Endpoint:
        """The endpoint behind its guard."""
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            if self.rule.roles:
                await run_in_threadpool(admit, request, self.rule.roles, self.rule.scope)
            if self.rule.is_json_read:
                refuse_other_types(request)
            return await answer(StrictRequest(request.scope, request.receive))

        return guarded


class Resources(APIRouter):
    """The routes of one noun; operationId is the function's name, the summary its docstring."""

    def __init__(self, noun: str) -> None:
        super().__init__(prefix=VERSION, route_class=GuardedRoute, tags=[noun])

    def reads(self, path: str, *, roles: Roles, problems: Sequence[int] = (), **options: Any) -> Decorator:
        """Something that is looked at."""
        return self._route("GET", path, Rule(roles, TokenScope.READ, tuple(problems)), options)

    def changes(
        self, path: str, *, roles: Roles, problems: Sequence[int] = (), json: bool = True, **options: Any
    ) -> Decorator:
        """Something that is done; `json` says whether the body is JSON."""
        every = (*problems, 409, 413, 415, 422, 503, *((400,) if json else ()))
        return self._route("POST", path, Rule(roles, TokenScope.WRITE, every, json), options)

    def _route(self, method: str, path: str, rule: Rule, options: dict[str, Any]) -> Decorator:
        def decorate(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            words = {"operation_id": endpoint.__name__, "summary": (inspect.getdoc(endpoint) or "").rstrip("。")}
            self.add_api_route(path, endpoint, methods=[method], **words | options)
            route = self.routes[-1]
            assert isinstance(route, GuardedRoute)
            route.rule = rule
            return endpoint

        return decorate
