"""Webhooks against real web servers: what each answer becomes, and that nobody off the list is ever contacted."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from notifications.mail import HeaderRefused
from notifications.transports import Answer, Outcome
from notifications.transports.webhook import Webhook, WebhookTransport
from tests.notifications.lines import a_certificate, a_free_port, listening
from tests.notifications.messages import SUBJECT, a_message, accepted, put_off, refused
from tests.notifications.web_servers import Site, a_site, status


def a_transport(*hooks: Webhook, allowed: set[str], seconds: float = 5) -> WebhookTransport:
    return WebhookTransport({hook.name: hook for hook in hooks}, frozenset(allowed), seconds)


def post(transport: WebhookTransport, *to: str, **more: str) -> dict[str, Answer]:
    with transport:
        packed = transport.pack(a_message(*to, **more))  # type: ignore[arg-type]
        return dict(transport.send(packed, packed.addresses))


def answer_of(site: Site, code: int, body: bytes = b"ok", **headers: str) -> Answer:
    site.answers["/hook"] = status(code, body, **headers)
    return post(a_transport(Webhook("課の連絡板", site.url()), allowed={site.host}), "課の連絡板")["課の連絡板"]


# ---- what arrives


def test_a_post_carries_the_message_as_json_and_an_id_that_is_the_same_on_every_try() -> None:
    with a_site() as site:
        transport = a_transport(Webhook("板", site.url("/hook?token=x")), allowed={site.host})
        receipts = [post(transport, "板", department="税務課", url="http://zesei.example/tasks/1") for _ in range(2)]

    assert receipts == [{"板": accepted("200 OK ok")}] * 2
    one, again = site.requests
    assert (one.path, one.body) == ("/hook?token=x", again.body)
    assert {each.headers["Idempotency-Key"] for each in site.requests} == {"<reminder.1@city.example>"}
    assert one.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(one.body) == {
        "kind": "reminder",
        "on": "2023-08-15",
        "subject": SUBJECT,
        "text": "障害者施策課 御中\n.\n.点で始まる行\n以上",
        "department": "税務課",
        "url": "http://zesei.example/tasks/1",
        "message_id": "<reminder.1@city.example>",
    }


def test_only_the_hooks_that_are_asked_for_are_posted_to() -> None:
    with a_site() as site:
        hooks = [Webhook(name, site.url(f"/{name}")) for name in "abc"]
        transport = a_transport(*hooks, allowed={site.host})
        packed = transport.pack(a_message("a", "b", cc=["c"]))
        receipt = transport.send(packed, ["c"])
        nobody = transport.send(packed, [])

    assert packed.addresses == ("a", "b", "c")
    assert (receipt, nobody) == ({"c": accepted("200 OK ok")}, {})
    assert [request.path for request in site.requests] == ["/c"]


# ---- what each answer becomes


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_two_hundred_and_something_is_accepted(code: int) -> None:
    with a_site() as site:
        answer = answer_of(site, code, b"" if code == 204 else b"ok")

    assert answer.outcome is Outcome.ACCEPTED
    assert answer.words.startswith(str(code))


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 599])
def test_an_answer_that_may_pass_is_put_off(code: int) -> None:
    with a_site() as site:
        answer = answer_of(site, code, b"slow down")

    assert answer.outcome is Outcome.PUT_OFF
    assert answer.words.endswith("slow down")


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 410, 413, 422, 451])
def test_any_other_refusal_is_for_good_in_the_servers_own_words(code: int) -> None:
    with a_site() as site:
        answer = answer_of(site, code, b"no_service\r\n\x1b[31m" + "、板がありません".encode())

    assert answer.outcome is Outcome.REFUSED
    assert answer.words.startswith(str(code))
    assert answer.words.endswith("no_service [31m、板がありません")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(code: int) -> None:
    with a_site() as elsewhere, a_site() as site:
        answer = answer_of(site, code, Location=elsewhere.url())

    assert answer == refused(
        f"送り先「課の連絡板」が別の URL への転送を求めました（{code}）。転送はしません。設定ファイルを直してください。"
    )
    assert (elsewhere.connections, len(site.requests)) == (0, 1)


def test_a_redirect_to_a_listed_host_is_not_followed_either() -> None:
    with a_site() as site:
        answer = answer_of(site, 307, Location="/other")

    assert answer.outcome is Outcome.REFUSED
    assert [request.path for request in site.requests] == ["/hook"]


def test_of_a_huge_answer_only_the_beginning_is_read() -> None:
    sent: list[int] = []

    def huge(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        with suppress(OSError):
            for _ in range(200_000):
                request.wfile.write(b"x" * 1_000)
                sent.append(1_000)

    with a_site() as site:
        site.answers["/hook"] = huge
        answer = post(a_transport(Webhook("板", site.url()), allowed={site.host}), "板")["板"]
        time.sleep(0.2)

    assert answer == accepted("200 OK " + "x" * 193)
    assert sum(sent) < 20_000_000  # what the kernel's buffers held when the line was cut


# ---- silence and network trouble


@contextmanager
def a_line(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    with listening(serve) as port:
        yield f"127.0.0.1:{port}"


def silent(line: socket.socket) -> None:
    while line.recv(4096):
        pass


def dripping(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Padding: ")
    while True:
        line.sendall(b"x")
        time.sleep(0.05)


def dripping_a_body(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
    while True:
        line.sendall(b"x")
        time.sleep(0.05)


def hanging_up(line: socket.socket) -> None:
    while b"}" not in line.recv(65_536):
        pass


def babbling(line: socket.socket) -> None:
    hanging_up(line)  # all of the message first: a line closed on unread words is reset
    line.sendall(b"220 mail.city.example ready\r\n")


UNKNOWN = "届いたかどうかは分かりません。後で再送します。"


@pytest.mark.parametrize(
    ("serve", "why"),
    [
        (silent, "時間内に応答がありません"),
        (dripping, "時間内に応答がありません"),
        (hanging_up, "応答を読めません"),
        (babbling, "応答を読めません"),
    ],
)
def test_a_server_that_does_not_answer_is_put_off_in_time_and_the_other_hook_gets_its_message(
    serve: Callable[[socket.socket], None], why: str
) -> None:
    with a_line(serve) as host, a_site() as site:
        bad, good = Webhook("悪い板", f"http://{host}/"), Webhook("良い板", site.url())
        started = time.monotonic()
        receipt = post(a_transport(bad, good, allowed={host, site.host}, seconds=0.6), "悪い板", "良い板")
        took = time.monotonic() - started

    assert receipt == {
        "悪い板": put_off(f"送り先「悪い板」から返事がありません（{why}）。{UNKNOWN}"),
        "良い板": accepted("200 OK ok"),
    }
    assert took < 4


def test_once_the_status_is_known_a_body_that_never_ends_changes_nothing() -> None:
    with a_line(dripping_a_body) as host:
        started = time.monotonic()
        receipt = post(a_transport(Webhook("板", f"http://{host}/"), allowed={host}, seconds=0.6), "板")
        took = time.monotonic() - started

    assert receipt["板"].outcome is Outcome.ACCEPTED
    assert receipt["板"].words.startswith("200 OK")
    assert took < 4


def test_slow_hooks_are_waited_for_together() -> None:
    def slow(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.5)
        status(200)(request)

    with a_site() as site:
        names = [f"板{number}" for number in range(8)]
        site.answers |= {f"/{number}": slow for number in range(8)}
        hooks = [Webhook(name, site.url(f"/{number}")) for number, name in enumerate(names)]
        started = time.monotonic()
        receipt = post(a_transport(*hooks, allowed={site.host}), *names)
        took = time.monotonic() - started

    assert receipt == dict.fromkeys(names, accepted("200 OK ok"))
    assert took < 2.5


@pytest.mark.parametrize(
    ("host", "why"),
    [("127.0.0.1:{port}", "接続を拒否されました"), ("chat.invalid:{port}", "サーバ名が見つかりません")],
)
def test_a_server_that_is_not_there_is_put_off(host: str, why: str) -> None:
    host = host.format(port=a_free_port())

    receipt = post(a_transport(Webhook("板", f"http://{host}/"), allowed={host}), "板")

    assert receipt == {"板": put_off(f"送り先「板」に送れません（{why}）。後で再送します。")}


def test_a_certificate_nobody_vouches_for_is_said_plainly(tmp_path: Path) -> None:
    with a_site(a_certificate(tmp_path).context()) as site:
        url = site.url().replace("http", "https")
        receipt = post(a_transport(Webhook("板", url), allowed={site.host}), "板")

    why = "証明書を確かめられません: 自己署名証明書です"
    assert receipt == {"板": put_off(f"送り先「板」に送れません（{why}）。後で再送します。")}
    assert site.requests == []


def test_a_certificate_the_machine_trusts_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))

    with a_site(made.context()) as site:
        url = site.url().replace("http", "https")
        receipt = post(a_transport(Webhook("板", url), allowed={site.host}), "板")

    assert receipt == {"板": accepted("200 OK ok")}


# ---- who is never contacted


def test_a_host_that_is_not_on_the_list_is_refused_and_never_contacted() -> None:
    with a_site() as site, a_site() as listed:
        transport = a_transport(
            Webhook("外", site.url()), Webhook("内", listed.url()), allowed={"127.0.0.1", listed.host}
        )
        receipt = post(transport, "外", "内")

    assert receipt == {
        "外": refused(f"送り先「外」のホスト {site.host} は許可した一覧にありません。設定ファイルを確かめてください。"),
        "内": accepted("200 OK ok"),
    }
    assert site.connections == 0


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://chat.example/x", {"chat.example"}),
        ("https://chat.example/x", {"chat.example:443"}),
        ("http://chat.example:80/x", {"chat.example"}),
        ("https://CHAT.example/x", {" Chat.Example "}),
        ("https://chat.example:8443/x", {"chat.example:8443"}),
        ("http://[::1]:8080/x", {"[::1]:8080"}),
        ("http://user:secret@chat.example/x", {"chat.example"}),
    ],
)
def test_a_listed_host_may_be_posted_to(url: str, allowed: set[str]) -> None:
    assert a_transport(Webhook("板", url), allowed=allowed).pack(a_message("板")).unusable == {}


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://chat.example/x", set()),
        ("https://chat.example:8443/x", {"chat.example"}),
        ("https://chat.example/x", {"chat.example:80"}),
        ("https://chat.example:8443/x", {"chat.example:443"}),
        ("https://sub.chat.example/x", {"chat.example"}),
        ("https://evilchat.example/x", {"chat.example"}),
        ("https://chat.example.evil.example/x", {"chat.example"}),
        ("https://chat.example@evil.example/x", {"chat.example"}),
        ("https://chat.example:443@evil.example/x", {"chat.example:443"}),
        ("https://evil.example/chat.example", {"chat.example"}),
        ("https://evil.example#@chat.example/", {"chat.example"}),
        ("https://evil.example?@chat.example/", {"chat.example"}),
        (r"https://evil.example\@chat.example/", {"evil.example"}),
        ("http://127.1/x", {"127.0.0.1"}),
        ("ftp://chat.example/x", {"chat.example"}),
        ("file:///etc/passwd", {""}),
        ("chat.example/x", {"chat.example", ""}),
        ("//chat.example/x", {"chat.example"}),
        ("http:///x", {""}),
        ("", {""}),
        ("http://chat.example:99999/", {"chat.example:99999"}),
        ("http://[::1/", {"::1"}),
        ("https://chat.example\r\nX: y/", {"chat.example"}),
    ],
)
def test_any_other_url_is_refused_before_anything_is_opened(url: str, allowed: set[str]) -> None:
    transport = a_transport(Webhook("板", url), allowed=allowed)

    packed = transport.pack(a_message("板"))

    assert packed.unusable["板"].outcome is Outcome.REFUSED
    assert packed.unusable["板"].words.endswith("ください。")
    assert transport.send(packed, ["板"]) == packed.unusable
    assert "secret" not in packed.unusable["板"].words


def test_a_name_that_is_no_hook_is_refused_and_the_others_go_out() -> None:
    with a_site() as site:
        receipt = post(a_transport(Webhook("板", site.url()), allowed={site.host}), "板", "知らない\n板", "")

    assert receipt["板"] == accepted("200 OK ok")
    assert receipt["知らない\n板"] == refused(
        "送り先「知らない 板」は設定にありません。設定ファイルを確かめてください。"
    )
    assert receipt[""].outcome is Outcome.REFUSED


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_in_the_environment_is_not_used(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_site() as proxy, a_site() as site:
        monkeypatch.setenv(variable, f"http://{proxy.host}")
        receipt = post(a_transport(Webhook("板", site.url()), allowed={site.host}), "板")

    assert receipt == {"板": accepted("200 OK ok")}
    assert proxy.connections == 0


def test_the_address_of_a_hook_is_a_secret_and_stands_in_no_log() -> None:
    assert "token" not in repr(Webhook("板", "https://chat.example/token"))


def test_an_id_that_could_forge_a_header_is_refused() -> None:
    with pytest.raises(HeaderRefused):
        a_transport(allowed=set()).pack(a_message("板", about="<a@b>\r\nX: y"))
