"""Debian's postfix and dovecot, started for the tests alone: high ports of 127.0.0.1, nothing leaves the machine."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from notifications.transports.bounces import BounceMailbox

DOMAIN = "city.example"
PASSWORD = "correct-horse"
SENDER, DEPARTMENT, UNKNOWN = (f"{name}@{DOMAIN}" for name in ("zesei", "shogai", "gone"))
PROGRAMS = ("postfix", "dovecot", "openssl")
PATIENCE_SECONDS = 30
CONFIGS = Path(__file__).parent / "configs"


class NotToBeHad(Exception):
    """Why the servers cannot be started here."""


@dataclass(frozen=True)
class MailServers:
    """A running postfix and dovecot; every mailbox has the same password."""

    folder: Path
    smtp_port: int
    imap_port: int
    imaps_port: int

    @property
    def certificate(self) -> Path:
        """What a client has to trust for TLS with 127.0.0.1."""
        return self.folder / "certificate.pem"

    @property
    def log(self) -> str:
        """What both servers wrote."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def mailbox(self, address: str, **changes: object) -> BounceMailbox:
        """How to read the mailbox of an address."""
        settings = {"port": self.imap_port, "security": "none", "user": address, "password": PASSWORD} | changes
        return BounceMailbox("127.0.0.1", timeout_seconds=10, **settings)  # type: ignore[arg-type]

    def put(self, address: str, raw: bytes, folder: str = "INBOX") -> None:
        """Lay a mail into a mailbox, as if it had arrived."""
        name, _, domain = address.partition("@")
        maildir = self.folder / "mail" / domain / name / ("" if folder == "INBOX" else f".{folder}")
        for each in ("tmp", "new", "cur"):
            (maildir / each).mkdir(parents=True, exist_ok=True)
        (maildir / "new" / f"{time.time_ns()}.test").write_bytes(raw)
        for path in (maildir.parent, maildir, *maildir.rglob("*"), self.folder / "mail" / domain):
            shutil.chown(path, "nobody", "nogroup")


@contextmanager
def running_servers() -> Iterator[MailServers]:
    """Both servers for the length of a `with`, in a folder of their own that goes with them."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        raise NotToBeHad(f"{' and '.join(missing)} not found; Debian's packages are postfix and dovecot-imapd")
    if os.geteuid() != 0:
        raise NotToBeHad("postfix and dovecot start their parts under users of their own, which takes root")
    folder = Path(tempfile.mkdtemp(prefix="zesei-mail-", dir="/tmp"))  # a path that their users may enter
    try:
        folder.chmod(0o755)
        servers = MailServers(folder, *_free_ports(3))
        _prepare(servers)
        postfix = ["postfix", "-c", str(folder / "postfix"), "start-fg"]
        dovecot = ["dovecot", "-F", "-c", str(folder / "dovecot.conf")]
        with (
            _running(postfix, servers, servers.smtp_port, folder / "postfix-queue" / "pid" / "master.pid"),
            _running(dovecot, servers, servers.imap_port, folder / "dovecot-run" / "master.pid"),
        ):
            yield servers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(servers: MailServers) -> None:
    folder, facts = servers.folder, {"FOLDER": str(servers.folder), "DOMAIN": DOMAIN, "PASSWORD": PASSWORD}
    facts |= {"SMTP": str(servers.smtp_port), "IMAPS": str(servers.imaps_port), "IMAP": str(servers.imap_port)}
    for name in ("postfix", "postfix-data", "postfix-queue", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "postfix-data", "postfix")
    for template in (path for path in CONFIGS.rglob("*") if path.is_file()):
        text = template.read_text(encoding="utf-8")
        for name, value in facts.items():
            text = text.replace(f"@{name}@", value)
        (folder / template.relative_to(CONFIGS)).write_text(text, encoding="utf-8")
    shutil.chown(folder / "mail", "nobody", "nogroup")
    _make_certificate(servers)


def _make_certificate(servers: MailServers) -> None:
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
        f" -addext subjectAltName=IP:127.0.0.1 -keyout {servers.folder}/key.pem -out {servers.certificate}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)


@contextmanager
def _running(command: list[str], servers: MailServers, port: int, pid_file: Path) -> Iterator[None]:
    """A server in the foreground, ended by the number of its master, and waited for."""
    with (servers.folder / f"{command[0]}-start.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait_for(port, process, servers)
        yield
    finally:
        master = int(pid_file.read_text()) if pid_file.exists() else process.pid
        _end(master, process, signal.SIGTERM) or _end(master, process, signal.SIGKILL)


def _end(master: int, process: subprocess.Popen[bytes], how: signal.Signals) -> bool:
    with suppress(ProcessLookupError):
        os.kill(master, how)
    try:
        process.wait(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _wait_for(port: int, process: subprocess.Popen[bytes], servers: MailServers) -> None:
    last = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < last and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.recv(1)
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{process.args!r} did not start:\n{servers.log}")


def _free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    try:
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
