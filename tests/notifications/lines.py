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
    """One connection after the other handed to `serve`, until the end of the `with`; on a port of its own by default."""
    open_lines: list[socket.socket] = []
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    open_lines.append(line)
                    with line, suppress(OSError):
                        serve(line)

        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            for line in open_lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
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
