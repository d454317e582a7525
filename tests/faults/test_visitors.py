"""Visitors who keep a connection for nothing, against a real server: they are sent away, and others are served."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.jobs.test_serving import answer_of, free_port
from tests.web.situations import NINE, a_task, an_office, given, link_to
from tracker.clock import set_clock

CONFIG = "[web]\nhead_seconds = 1\nstall_seconds = 1\nconnections_per_address = 12\n"
PAGE = "/static/zesei.css"
LARGE = "/static/vendor/swagger-ui/swagger-ui-bundle.js"


@dataclass(frozen=True)
class Serving:
    """A server at work: where, what it wrote to its log, a link of an office of its own."""

    port: int
    log: Path
    link: str

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def is_answering(self) -> bool:
        return httpx2.get(f"http://127.0.0.1:{self.port}{PAGE}", timeout=10).status_code == 200

    def connected(self, sent: bytes = b"") -> socket.socket:
        visitor = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        visitor.sendall(sent)
        return visitor


@contextmanager
def a_server(folder: Path, config: str = CONFIG, descriptors: int = 0) -> Iterator[Serving]:
    office = an_office(folder, config)
    set_clock(office.data_dir, "Asia/Tokyo", NINE)
    link, port, log = link_to(office, given(office, a_task())), free_port(), folder / "log.txt"
    office.store.engine.dispose()
    command = [
        sys.executable, "-m", "jobs", "--config", str(folder / "config.toml"), "--data-dir", str(office.data_dir), "serve",
        "--port", str(port),
    ]  # fmt: skip
    if descriptors:
        command = ["sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh", *command]
    with log.open("w") as file, subprocess.Popen(command, stderr=file) as process:
        try:
            assert answer_of(f"http://127.0.0.1:{port}{PAGE}").status_code == 200
            yield Serving(port, log, link)
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with a_server(tmp_path_factory.mktemp("visitors")) as serving:
        yield serving


def seconds_until_sent_away(visitor: socket.socket, drip: bytes = b"") -> tuple[float, bytes]:
    """How long the server keeps somebody who sends a byte now and then, and what it says at the end."""
    began, heard = time.monotonic(), b""
    visitor.settimeout(0.3)
    while time.monotonic() - began < 20:
        try:
            if drip:
                visitor.sendall(drip)
            part = visitor.recv(1 << 16)
            heard += part
            if not part:
                return time.monotonic() - began, heard
        except TimeoutError:
            continue
        except OSError:
            return time.monotonic() - began, heard
    raise AssertionError("still connected after 20 seconds")


@pytest.mark.parametrize(
    ("sent", "drip"),
    [(b"", b""), (b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n", b""), (b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ", b"a")],
    ids=["not a byte", "half a head", "a byte now and then"],
)
def test_who_does_not_finish_the_head_of_a_request_is_sent_away(server: Serving, sent: bytes, drip: bytes) -> None:
    with server.connected(sent) as visitor:
        seconds, heard = seconds_until_sent_away(visitor, drip)

    assert seconds < 8
    assert heard.startswith(b"HTTP/1.1 408")
    assert server.is_answering()


def test_who_drips_the_second_head_of_a_connection_is_sent_away_too(server: Serving) -> None:
    with server.connected(f"GET {PAGE} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode()) as visitor:
        assert visitor.recv(1 << 16).startswith(b"HTTP/1.1 200")
        visitor.sendall(b"GET / HTTP/1.1\r\nx: ")
        seconds, _ = seconds_until_sent_away(visitor, b"a")

    assert seconds < 8


def test_who_drips_the_body_of_a_form_is_sent_away_without_a_word_in_the_log(server: Serving) -> None:
    head = (
        f"POST {server.link} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 500000\r\n"
        "content-type: multipart/form-data; boundary=x\r\n\r\n--x\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\n"
    )  # fmt: skip
    with server.connected(head.encode()) as visitor:
        seconds, heard = seconds_until_sent_away(visitor, b"a")

    assert seconds < 8
    assert heard.startswith(b"HTTP/1.1 408")
    time.sleep(1)
    assert "Traceback" not in server.said
    assert server.is_answering()


def test_a_body_that_gets_on_is_taken_however_long_it_takes(server: Serving) -> None:
    body = b'--x\r\ncontent-disposition: form-data; name="kind"\r\n\r\nnone\r\n--x\r\ncontent-disposition: form-data; name="note"\r\n\r\n'
    whole = body + b"a" * 16_000 + b"\r\n--x--\r\n"
    head = f"POST {server.link} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(whole)}\r\n"
    with server.connected((head + "content-type: multipart/form-data; boundary=x\r\n\r\n").encode()) as visitor:
        for start in range(0, len(whole), 2_500):  # some three seconds at 5 kB a second
            visitor.sendall(whole[start : start + 2_500])
            time.sleep(0.45)
        answer = visitor.recv(1 << 16)

    assert answer.startswith(b"HTTP/1.1 400"), answer[:100]
    assert "どの報告かを読み取れませんでした" in answer.decode(errors="replace")


def test_who_does_not_read_the_answer_is_sent_away(server: Serving) -> None:
    with socket.socket() as visitor:
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        visitor.settimeout(10)
        visitor.connect(("127.0.0.1", server.port))
        visitor.sendall(f"GET {LARGE} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n".encode() * 4)
        time.sleep(4)
        heard = 0
        with suppress(ConnectionResetError):
            while part := visitor.recv(1 << 20):
                heard += len(part)

    assert heard < 6_000_000
    assert server.is_answering()


def test_one_address_gets_so_many_connections_and_no_more_and_its_places_become_free(server: Serving) -> None:
    with ExitStack() as held:
        visitors = [held.enter_context(server.connected()) for _ in range(30)]
        time.sleep(0.5)
        told = []
        for visitor in visitors:
            visitor.setblocking(False)
            try:
                told.append(visitor.recv(100)[:12])
            except BlockingIOError:
                told.append(b"")
        assert told.count(b"") == 12
        assert set(told[12:]) == {b"HTTP/1.1 503"}

    time.sleep(0.3)
    assert server.is_answering()


def test_when_descriptors_run_out_it_is_said_once_and_those_who_come_later_are_served(tmp_path: Path) -> None:
    with a_server(tmp_path, CONFIG, descriptors=70) as server:
        with ExitStack() as held:
            for _ in range(150):
                held.enter_context(server.connected())
            time.sleep(2.5)
            said = server.said
        assert len(said.splitlines()) < 12, said[:2000]
        assert "Traceback" not in said
        for _ in range(40):
            try:
                assert server.is_answering()
                break
            except (AssertionError, httpx2.HTTPError):
                time.sleep(0.25)
        else:
            raise AssertionError("nobody is served any more")
