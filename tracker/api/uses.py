"""Writing down that a token was used, after the answer has gone out: no reader waits for a writer."""

import logging

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from tracker.api.calls import Call

log = logging.getLogger("zesei.api")


class NotesUse:
    """Around all of the API."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; then note whose it was."""
        await self.app(scope, receive, send)
        call = scope.get("state", {}).get("call") if scope["type"] == "http" else None
        if isinstance(call, Call) and call.token.is_use_to_be_noted(call.now):
            await run_in_threadpool(_note, call)


def _note(call: Call) -> None:
    try:
        with call.office.store.brief() as records:
            records.tokens.note_use(call.token, call.now)
    except OperationalError:  # somebody writes for a long time; the next call notes it
        log.warning("%sの使用を書き留められませんでした。", call.token.by)
