"""Messages to chats and other systems by webhook; addresses are names of hooks, and only listed hosts are contacted."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Self, cast

import httpx

from notifications.mail import check_head
from notifications.transports import Answer, Outcome, Outgoing, Packed, Receipt
from notifications.transports.headlines import one_line
from notifications.transports.hook_bodies import Format, hook_body
from notifications.transports.network import reason

_WHOLE_MESSAGE = 2  # times as long as one step of it: connecting, sending, a piece of the answer
_ANSWER_BYTES = 4_096
_SHOWN = 200
_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_LATER = (408, 425, 429)


@dataclass(frozen=True)
class Webhook:
    """A place that takes messages by POST; its address is often a secret and stands in no log."""

    name: str
    url: str = field(repr=False)
    format: Format = "plain"


@dataclass(frozen=True)
class PackedPosts(Packed):
    """For each usable hook, by name, what will be posted; and the id all of it goes under."""

    message_id: str
    bodies: Mapping[str, bytes]


class WebhookTransport:
    """Posts to hooks by name, all at once; a host (or host:port off the usual one) must be in `allowed`."""

    def __init__(self, hooks: Mapping[str, Webhook], allowed: frozenset[str], timeout_seconds: float) -> None:
        self._hooks = hooks
        self._allowed = frozenset(each.strip().lower() for each in allowed)
        self._seconds = timeout_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to close: each `send` opens its own connections."""

    def pack(self, message: Outgoing) -> PackedPosts:
        """The JSON for each hook; HeaderRefused for a Message-ID or kind out of form."""
        check_head(message)
        names = tuple(dict.fromkeys((*message.to, *message.cc)))
        refused = {name: why for name in names if (why := self._why_not(name))}
        bodies = {name: hook_body(message, self._hooks[name].format) for name in names if name not in refused}
        unusable = {name: Answer(Outcome.REFUSED, why) for name, why in refused.items()}
        return PackedPosts(names, unusable, message.message_id, bodies)

    def send(self, packed: Packed, addresses: Sequence[str]) -> Receipt:
        """Post to these hooks; one that is not reached is put off and holds up no other."""
        assert isinstance(packed, PackedPosts)
        asked = [each for each in dict.fromkeys(addresses) if each not in packed.unusable]
        answers = asyncio.run(self._post_all(packed, asked)) if asked else {}
        return {each: answers.get(each) or packed.unusable[each] for each in addresses}

    def _why_not(self, name: str) -> str:
        """Why a hook cannot be used, in a sentence; nothing when it can."""
        shown = f"送り先「{one_line(name)[:_SHOWN]}」"
        if name not in self._hooks:
            return f"{shown}は設定にありません。設定ファイルを確かめてください。"
        try:
            url = httpx.URL(self._hooks[name].url)
        except httpx.InvalidURL:
            return f"{shown}の URL の形が正しくありません。設定ファイルを直してください。"
        if url.port is not None and url.port > _LAST_PORT:
            return f"{shown}の URL のポート番号が大きすぎます。設定ファイルを直してください。"
        if url.scheme not in _PORTS or not url.host:
            return f"{shown}の URL は http:// 又は https:// で始めてください。"
        names = _names_of(url)
        if self._allowed.isdisjoint(names):
            return f"{shown}のホスト {names[0]} は許可した一覧にありません。設定ファイルを確かめてください。"
        return ""

    async def _post_all(self, packed: PackedPosts, names: Sequence[str]) -> dict[str, Answer]:
        head = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Encoding": "identity",
            "Idempotency-Key": packed.message_id,
            "User-Agent": "zesei",
        }
        async with httpx.AsyncClient(
            headers=head, verify=self._trust, timeout=self._seconds, trust_env=False, follow_redirects=False
        ) as client:
            answers = await asyncio.gather(*(self._post(client, name, packed.bodies[name]) for name in names))
        return dict(zip(names, answers, strict=True))

    async def _post(self, client: httpx.AsyncClient, name: str, body: bytes) -> Answer:
        response, said = None, b""
        try:
            async with (
                asyncio.timeout(_WHOLE_MESSAGE * self._seconds),
                client.stream("POST", self._hooks[name].url, content=body) as response,
                aclosing(cast(AsyncGenerator[bytes, None], response.aiter_raw())) as pieces,
            ):
                async for piece in pieces:
                    said += piece
                    if len(said) >= _ANSWER_BYTES:
                        break
        except (httpx.HTTPError, OSError, UnicodeError) as failure:
            if response is None:  # else its first line has said what became of the message
                return Answer(Outcome.PUT_OFF, _unanswered(name, failure))
        return _judged(name, response, said[:_ANSWER_BYTES])

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """The certificates that the machine trusts, an office's own among them."""
        return ssl.create_default_context()


def _names_of(url: httpx.URL) -> tuple[str, ...]:
    """What a list may call the host of a URL: the host alone only on the usual port."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    if url.port is None:
        return host, f"{host}:{_PORTS[url.scheme]}"
    return (f"{host}:{url.port}",)


def _judged(name: str, response: httpx.Response, body: bytes) -> Answer:
    code = response.status_code
    words = one_line(f"{code} {response.reason_phrase} {body.decode('utf-8', 'replace')}")[:_SHOWN]
    if 200 <= code < 300:
        return Answer(Outcome.ACCEPTED, words)
    if code >= 500 or code in _LATER:
        return Answer(Outcome.PUT_OFF, words)
    if code < 400:
        words = (
            f"送り先「{name}」が別の URL への転送を求めました（{code}）。転送はしません。設定ファイルを直してください。"
        )
    return Answer(Outcome.REFUSED, words)


def _unanswered(name: str, failure: Exception) -> str:
    why = reason(failure, "応答を読めません")
    if isinstance(failure, httpx.ConnectError | httpx.ConnectTimeout):
        return f"送り先「{name}」に送れません（{why}）。後で再送します。"
    return f"送り先「{name}」から返事がありません（{why}）。届いたかどうかは分かりません。後で再送します。"
