"""Debian's slapd, started for the tests alone: high ports of 127.0.0.1, a handful of made-up people."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BASE = "dc=city,dc=example"
READER, READERS_PASSWORD = f"cn=reader,{BASE}", "reads-only"
PASSWORD = "ディレクトリの合言葉"
SCHEMAS = Path("/etc/ldap/schema")
PATIENCE_SECONDS = 30
CONFIG = """
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile {folder}/certificate.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
maxsize 10485760
suffix "{base}"
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by * none
"""
PEOPLE = (
    ("joho01", "職員０１", "zesei-division", ""), ("tanto03", "職員０３", "zesei-member", "0303"),
    ("nobody04", "職員０４", "", ""), ("lost05", "職員０５", "zesei-member", ""), ("a*b", "職員０６", "zesei-division", ""),
)  # fmt: skip


@dataclass(frozen=True)
class Directory:
    """A running slapd."""

    folder: Path
    port: int
    tls_port: int

    @property
    def certificate(self) -> Path:
        """What a client has to trust."""
        return self.folder / "certificate.pem"

    def settings(self, **changes: str) -> str:
        """The settings that ask it, as config.toml has them."""
        facts = {
            "url": f"ldap://127.0.0.1:{self.port}", "base": BASE, "bind_dn": READER,
            "bind_password": READERS_PASSWORD, "department": "departmentNumber", "groups": "ou",
        } | changes  # fmt: skip
        lines = "".join(f"{key} = '{value}'\n" for key, value in facts.items() if key != "start_tls")
        start_tls = "start_tls = true\n" if "start_tls" in changes else ""
        return f"[ldap]\n{lines}{start_tls}[ldap.roles]\nzesei-division = 'division'\nzesei-member = 'member'\n"


def why_not() -> str:
    """Why it cannot be started here; nothing when it can."""
    missing = [program for program in ("slapd", "slapadd", "openssl") if shutil.which(program) is None]
    return f"{' and '.join(missing)} not found; Debian's package is slapd" if missing else ""


@contextmanager
def running_directory() -> Iterator[Directory]:
    """A directory for the length of a `with`, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="zesei-ldap-", dir="/tmp"))
    directory = Directory(folder, *_free_ports())
    _prepare(directory)
    places = f"ldap://127.0.0.1:{directory.port} ldaps://127.0.0.1:{directory.tls_port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["slapd", "-d", "0", "-h", places, "-f", str(folder / "slapd.conf")], stdout=log, stderr=log
        )
    try:
        _wait_for(directory, process)
        yield directory
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(directory: Directory) -> None:
    folder = directory.folder
    (folder / "data").mkdir()
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
        f" -addext subjectAltName=IP:127.0.0.1 -keyout {folder}/key.pem -out {directory.certificate}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    config = CONFIG.format(schemas=SCHEMAS, folder=folder, base=BASE, reader=READER)
    (folder / "slapd.conf").write_text(config, encoding="utf-8")
    (folder / "people.ldif").write_text("\n\n".join(_entries()), encoding="utf-8")
    load = ["slapadd", "-f", str(folder / "slapd.conf"), "-l", str(folder / "people.ldif")]
    done = subprocess.run(load, capture_output=True, text=True, check=False, env=os.environ | {"LANG": "C.UTF-8"})
    assert done.returncode == 0, done.stderr


def _entries() -> Iterator[str]:
    yield f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: city\ndc: city"
    yield (
        f"dn: {READER}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\n"
        f"userPassword: {READERS_PASSWORD}"
    )
    for name, display_name, group, department in PEOPLE:
        lines = [f"dn: uid={name},{BASE}", "objectClass: inetOrgPerson", f"uid: {name}", f"cn: {display_name}"]
        lines += [f"sn: {display_name}", f"userPassword: {PASSWORD}"]
        lines += [f"ou: {group}"] if group else []
        lines += [f"departmentNumber: {department}"] if department else []
        yield "\n".join(lines)


def _wait_for(directory: Directory, process: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < last and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", directory.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((directory.folder / "log").read_text(errors="replace"))


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]
