"""What every server of these tests stands on: a port, a line at a time, a certificate; all on 127.0.0.1."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(serve: Callable[[socket.socket], None], port: int = 0) -> Iterator[int]:
    """Each connection handed to `serve` on a thread of its own, until the end of the `with`; on a free port by default."""
    lines: list[socket.socket] = []
    threads: list[Thread] = []

    def hand_over(line: socket.socket) -> None:
        with line, suppress(OSError):
            serve(line)

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                lines.append(listener.accept()[0])
                threads.append(Thread(target=hand_over, args=(lines[-1],), daemon=True))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", port)) as listener:
        accepting = Thread(target=accept, args=(listener,), daemon=True)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            for line in (listener, *lines):
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
            for thread in (accepting, *threads):
                thread.join(timeout=10)


# ---- certificates


@dataclass(frozen=True)
class Certificate:
    """A certificate that only vouches for itself, and the key to it."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def a_certificate(folder: Path, name: str = "IP:127.0.0.1") -> Certificate:
    """Made on the spot for one name, good for a day."""
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    key = f"-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {made.key} -days 1".split()
    name = f"-utf8 -subj /CN=試験用 -addext subjectAltName={name} -out {made.certificate}"
    subprocess.run(["openssl", "req", *key, *name.split()], check=True, capture_output=True)
    return made
