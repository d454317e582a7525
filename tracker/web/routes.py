"""Routes that say who may call them: one without a rule cannot be written."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Depends
from starlette.requests import Request

from tracker.domain.accounts import Role
from tracker.web.own_forms import only_from_our_pages, only_with_token
from tracker.web.visit import admit

Who = frozenset[Role]
ANYONE: Who = frozenset()  # without sign-in: by a secret address, or to sign in
SIGNED_IN: Who = frozenset(Role)
DIVISION: Who = frozenset({Role.DIVISION})
WATCHERS: Who = frozenset({Role.DIVISION, Role.AUDITOR})  # of the whole office
ADMINISTRATORS: Who = frozenset({Role.ADMINISTRATOR})
DEPARTMENT: Who = frozenset({Role.CHIEF, Role.MEMBER})
READERS: Who = WATCHERS | DEPARTMENT  # of tasks: a department reads its own
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Routes(APIRouter):
    """The routes of one noun; each is given `who`, asked before anything else of the request is read."""

    rules: dict[tuple[str, str], Who]

    def __init__(self) -> None:
        super().__init__()
        self.rules = {}

    def page(self, path: str, *, who: Who, methods: Sequence[str] = ("GET", "HEAD"), **options: Any) -> Decorator:
        """A page that is looked at."""
        return self._route(path, who, methods, **options)

    def form(self, path: str, *, who: Who, methods: Sequence[str] = ("POST",), **options: Any) -> Decorator:
        """A form that is sent: of somebody who is signed in, only from the pages that were made for them."""
        own = [Depends(only_from_our_pages), *([Depends(only_with_token)] if who else [])]
        return self._route(path, who, methods, **options | {"dependencies": [*own, *options.get("dependencies", ())]})

    def _route(self, path: str, who: Who, methods: Sequence[str], **options: Any) -> Decorator:
        def admitted(request: Request) -> None:
            admit(request, who)

        asked = [Depends(admitted), *options.pop("dependencies", ())]
        self.rules |= {(method, path): who for method in methods}
        return self.api_route(path, methods=list(methods), dependencies=asked, **options)
