"""Files of the data directory are the program's own, whatever starts it; what is looser is told with what mends it."""

import os
import shlex
import signal
import stat
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.builders import a_whole_office
from tests.jobs.test_serving import answer_of, free_port, serving
from tests.web.situations import NINE, a_task, an_office, given, link_to
from tracker.clock import set_clock
from tracker.files.rights import exposures
from tracker.files.temporary import TEMPORARY, clear_dead

OTHERS = 0o077
WORKING = """
import os, pathlib, sys, tempfile
from tracker.files.temporary import working_in_own_folder
with working_in_own_folder(pathlib.Path(sys.argv[1])):
    print(pathlib.Path(tempfile.mkdtemp()).parent, os.environ["TMPDIR"], flush=True)
    sys.stdin.read()
"""


def started(data: Path, *arguments: str, umask: int = 0) -> subprocess.CompletedProcess[str]:
    """A command as a careless script starts it."""
    command = [sys.executable, "-m", "jobs", "--data-dir", str(data), *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", umask=umask, check=False, cwd=data.parent)
    assert done.returncode == 0, done.stderr
    return done


def rights_of(folder: Path) -> dict[str, str]:
    """Everything below a folder, and the folder, with its rights."""
    return {str(path): stat.filemode(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


def loose_in(folder: Path, but: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    return [path for path in rights_of(folder) if path not in but and Path(path).stat().st_mode & OTHERS]


def test_what_commands_write_is_the_programs_own_whatever_started_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZESEI_OFFICE__DIVISION", "0303")
    data, registers = tmp_path / "data", a_whole_office(tmp_path / "registers")
    for command in (
        ("import", str(registers), "--as-of", "2023-07-31"), ("jobs", "run", "weekly_report", "--on", "2023-07-31"),
        ("deliver",), ("report", "weekly", "--on", "2023-07-31", "--output", str(data / "report.html")),
    ):  # fmt: skip
        started(data, *command)

    assert {"zesei.db", "mail", "reports", "report.html"} <= {path.name for path in data.iterdir()}
    assert loose_in(data) == []
    assert list((data / TEMPORARY).iterdir()) == []


def test_what_the_server_takes_in_is_the_programs_own(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    set_clock(office.data_dir, "Asia/Tokyo", NINE)
    office.data_dir.chmod(0o700)
    link, before = link_to(office, given(office, a_task())), set(rights_of(office.data_dir))
    office.store.engine.dispose()
    port = free_port()
    mask = os.umask(0)
    try:
        with serving(office.data_dir, "--port", str(port)) as told:
            files = [("files", ("記録.txt", "終わりました".encode()))]
            form = {"kind": "done", "officer": "職員０１", "note": "しました。"}
            assert answer_of(f"http://127.0.0.1:{port}{link}").status_code == 200
            answer = httpx2.post(f"http://127.0.0.1:{port}{link}", data=form, files=files)
            during = {path.name for path in (office.data_dir / TEMPORARY).iterdir()}
            fresh = loose_in(office.data_dir, before)
    finally:
        os.umask(mask)

    assert answer.status_code == 303, answer.text
    assert [path for path in (office.data_dir / "evidence").rglob("*") if path.is_file()]
    assert len(during) == 2, "a folder and its lock"
    assert fresh == []
    assert loose_in(office.data_dir, before) == []
    assert not [line for line in told if "注意: 「" in line], "the folder itself was closed"


def test_a_folder_that_others_can_read_is_told_and_the_command_that_is_told_mends_it(tmp_path: Path) -> None:
    data = tmp_path / "庁内 data"
    started(data, "init")
    (data / "zesei.db").chmod(0o644)
    data.chmod(0o755)

    told = started(data, "jobs").stderr
    assert f"注意: 「{data}」（drwxr-xr-x）を、この機械のほかの利用者が読めるおそれがあります。" in told
    (command,) = [line.split("。")[1].removesuffix(" を実行してください") for line in told.splitlines()]
    subprocess.run(shlex.split(command), check=True)

    assert loose_in(data) == []
    assert started(data, "jobs").stderr == ""


def test_a_database_elsewhere_that_others_can_read_is_told(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere.db"
    data.mkdir(mode=0o700)
    for ending in ("", "-wal"):
        Path(f"{elsewhere}{ending}").touch(mode=0o640)

    found = exposures(data, f"sqlite:///{elsewhere}")

    assert [(one.path.name, one.rights) for one in found] == [
        ("elsewhere.db", "-rw-r-----"), ("elsewhere.db-wal", "-rw-r-----")
    ]  # fmt: skip
    elsewhere.chmod(0o600)
    assert [one.path.name for one in exposures(data, f"sqlite:///{elsewhere}")] == ["elsewhere.db-wal"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signal")
def test_the_temporary_folder_of_a_killed_process_is_cleared_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    killed, living = (
        subprocess.Popen(
            [sys.executable, "-c", WORKING, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    )
    folders = []
    for process in (killed, living):
        assert process.stdout is not None
        folder, environment = process.stdout.readline().split()
        assert folder == environment
        folders.append(Path(folder))
    assert all(folder.parent == tmp_path / TEMPORARY and any(folder.iterdir()) for folder in folders)
    killed.send_signal(signal.SIGKILL)
    killed.wait()

    assert clear_dead(tmp_path) == 1
    assert [folder.exists() for folder in folders] == [False, True]

    for process in (killed, living):
        process.communicate("", timeout=10)
    assert list((tmp_path / TEMPORARY).iterdir()) == []
