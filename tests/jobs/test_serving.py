"""zesei serve as a process: how the first administrator comes in, and where it listens."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from tests.builders import asked
from tests.conftest import Command
from tracker.office import open_office

PASSWORD = "窓ぎわの青い花びんと本だな"


@contextmanager
def serving(data: Path, *options: str, config: str = "") -> Iterator[list[str]]:
    """The program, until the `with` is over; what it told so far."""
    settings = data.parent / "config.toml"
    settings.write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "jobs", "--config", str(settings), "--data-dir", str(data), "serve", *options]
    told: list[str] = []
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                told.append(line.strip())
                if "Ctrl+C" in line:
                    break
            assert told, "it told nothing"
            yield told
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def answer_of(url: str, **options: object) -> httpx2.Response:
    """What the program answers, as soon as it listens."""
    method = str(options.pop("method", "GET"))
    for _ in range(600):
        try:
            return httpx2.request(method, url, **options)  # type: ignore[arg-type]
        except httpx2.ConnectError:
            time.sleep(0.1)
    raise AssertionError("it does not listen")


def test_the_first_start_tells_an_address_once_that_makes_the_first_administrator(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with serving(data, "--port", str(port)) as told:
        found = re.search(rf"http://127\.0\.0\.1:{port}/setup/[\w-]{{32}}", " ".join(told))
        assert found, told
        assert "最初の管理者を登録してください（1回だけ使えます）" in " ".join(told)
        assert answer_of(f"http://127.0.0.1:{port}/").status_code == 503
        form = {"name": "kanri01", "display_name": "職員０１", "password": PASSWORD, "again": PASSWORD}
        assert httpx2.post(found[0], data=form).status_code == 303
        assert httpx2.get(found[0]).status_code == 404

    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert found[0].rpartition("/")[2].encode() not in kept
    assert asked(open_office(None, data), "SELECT name FROM account") == [("kanri01",)]
    with serving(data, "--port", str(free_port())) as told:
        assert "setup" not in " ".join(told)


def test_it_listens_to_other_machines_and_says_what_plain_http_means(tmp_path: Path) -> None:
    port = free_port()
    with serving(tmp_path / "data", "--host", "127.0.0.2", "--port", str(port)) as told:
        assert any("暗号化しない http で開けます" in line for line in told)
        assert answer_of(f"http://127.0.0.2:{port}/").status_code == 503

    behind = '[web]\nhttps = true\nproxies = ["127.0.0.1"]'
    with serving(tmp_path / "data", "--host", "127.0.0.2", "--port", str(port), config=behind) as told:
        assert not any("暗号化しない" in line for line in told)


@pytest.mark.parametrize(("section", "line"), [("oidc", 'issuer = "https://sso.example"\nclient_id = "x"')])
def test_a_sign_on_without_an_address_to_come_back_to_is_refused(
    tmp_path: Path, zesei: Command, section: str, line: str
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"[{section}]\n{line}\n", encoding="utf-8")

    assert "設定 web.address に、利用者が開くアドレスを書いてください" in zesei("serve", config=config, status=2).err


def test_the_example_office_is_only_for_this_machine(zesei: Command, tmp_path: Path) -> None:
    zesei("demo", "--no-serve", "--on", "2023-08-01")

    refused = zesei("demo", "--host", "127.0.0.2", "--port", free_port(), status=2)

    assert "お試し用の事務所は、127.0.0.1 だけで動かしてください。" in refused.err
    roles = asked(open_office(None, tmp_path / "data"), "SELECT role FROM account ORDER BY role")
    assert [role for (role,) in roles] == ["administrator", "auditor", "chief", "division", "member"]


def test_the_example_offices_password_is_not_told_by_a_program_that_is_no_example(
    zesei: Command, tmp_path: Path
) -> None:
    zesei("demo", "--no-serve", "--on", "2023-08-01")
    port = free_port()

    with serving(tmp_path / "data", "--port", str(port)):
        page = answer_of(f"http://127.0.0.1:{port}/sign-in?next={quote('/tasks')}").text

    assert "ログイン" in page
    assert "otameshi" not in page
