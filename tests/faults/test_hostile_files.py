"""Files that make readers fall over, by all five doors: each refused in a sentence, and the server goes on."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.api.situations import a_token
from tests.builders import ROWS, a_file, a_row, everything_in, refusal_of, register_on, take
from tests.conftest import SHARED
from tests.faults.test_killed_serve import free_port, wait_for_the_pages
from tests.hostile import (
    KIND_OF,
    KINDS,
    a_doubled_part,
    a_lying_directory,
    hostile_files,
    shared_texts,
    stray_blanks,
)  # fmt: skip
from tests.leaving_out import leave_out
from tests.web.situations import NINE, TODAY, an_office, division
from tests.workbooks import a_package
from tracker.clock import set_clock
from tracker.office import Office

MOST_MB = 400
SENTENCE = re.compile(r"「[^「」]+\.xlsx」[^\n]*。")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return hostile_files(tmp_path_factory.mktemp("hostile"))


@contextmanager
def a_server(office: Office) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`zesei serve` as a process of its own; SIGTERM ends it."""
    port = free_port()
    options = ["--config", str(office.data_dir.parent / "config.toml"), "--data-dir", str(office.data_dir)]
    command = [sys.executable, "-m", "jobs", *options, "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=office.data_dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_the_pages(port)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_every_hostile_file_is_refused_by_all_five_doors_and_the_server_goes_on(
    tmp_path: Path, hostile: list[Path]
) -> None:
    (tmp_path / "drop").mkdir()
    office = an_office(tmp_path, f'[intake]\nfolder = "{tmp_path / "drop"}"\n')
    set_clock(office.data_dir, "Asia/Tokyo", NINE, pace=1)
    browser, token = division(office), a_token(office)
    before = registers_of(office)

    with a_server(office) as (address, process):
        headers = {"sec-fetch-site": "same-origin"}
        with httpx2.Client(base_url=address, cookies=dict(browser.cookies), headers=headers, timeout=60) as client:
            form = {"csrf_token": browser.token}
            by_upload(client, form, hostile)
            by_preview(client, form, tmp_path)
            by_api(client, hostile, token)
            by_intake(office, hostile)
            by_command(office, hostile)
            assert client.get("/").status_code < 400
        assert process.poll() is None
        assert peak_mb(process.pid) < MOST_MB
    begun = time.monotonic()
    with a_server(office) as (address, _):
        assert httpx2.get(f"{address}/api/v1/health", timeout=60).status_code
        assert time.monotonic() - begun < 60, "the next start is quick"

    assert registers_of(office) == before


def by_upload(client: httpx2.Client, form: dict[str, str], hostile: list[Path]) -> None:
    sent = client.post("/imports", data=form, files=[("files", (path.name, path.read_bytes())) for path in hostile])
    assert sent.status_code == 303, sent.text
    page = client.get(sent.headers["location"])
    last = time.monotonic() + 120
    while "refresh" in page.headers and time.monotonic() < last:
        time.sleep(0.1)
        page = client.get(sent.headers["location"])
    each_is_told(page.text, hostile)


def by_preview(client: httpx2.Client, form: dict[str, str], folder: Path) -> None:
    for kind, parts in list(KINDS.items())[::2]:
        path = a_package(folder / "指導事項.xlsx", parts("指導事項"))
        sent = client.post("/previews", data=form, files=[("files", (path.name, path.read_bytes()))])
        assert sent.status_code == 303, sent.text
        page = client.get(sent.headers["location"])
        assert page.status_code == 422, kind
        each_is_told(page.text, [path])


def by_api(client: httpx2.Client, hostile: list[Path], token: str) -> None:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/octet-stream"}
    for path in hostile:
        address = f"/api/v1/registers/{path.stem}/imports"
        told = client.post(address, params={"name": path.name}, content=path.read_bytes(), headers=headers)
        assert told.status_code == 422, (path.name, told.text)
        each_is_told(told.json()["detail"], [path])


def by_intake(office: Office, hostile: list[Path]) -> None:
    for path in hostile:
        left = office.data_dir.parent / "drop" / path.name
        left.write_bytes(path.read_bytes())
        os.utime(left, (1_710_700_000, 1_710_700_000))
    status, told, peak = a_command(office, "jobs", "run", "intake")
    assert (status, peak < MOST_MB) == (1, True), told
    assert "取り込めない" in told


def by_command(office: Office, hostile: list[Path]) -> None:
    status, told, peak = a_command(office, "import", hostile[0].parent)
    assert (status, peak < MOST_MB) == (2, True), (status, peak)
    each_is_told(told, hostile)


# A child's peak begins with its parent's size, so a small process stands between: this one may have grown.
MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status if status >= 0 else 128 - status)
"""


def a_command(office: Office, *words: object) -> tuple[int, str, int]:
    """How a command ended, what it said, and the most memory it took, in MB."""
    folder = office.data_dir.parent
    options = ["--config", str(folder / "config.toml"), "--data-dir", str(office.data_dir)]
    command = [sys.executable, "-m", "jobs", *options, *map(str, words)]
    measured = [sys.executable, "-c", MEASURED, str(folder / "peak"), *command]
    with (folder / "said").open("w+b") as said:
        done = subprocess.run(measured, cwd=office.data_dir, stdout=said, stderr=said, check=False)
        said.seek(0)
        return done.returncode, said.read().decode(), int((folder / "peak").read_text()) // 1024


def each_is_told(told: str, files: list[Path]) -> None:
    sentences = SENTENCE.findall(told)
    for path in files:
        assert any(path.name in sentence for sentence in sentences), (path.name, KIND_OF[path.stem], told[:3000])


def peak_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) // 1024


def registers_of(office: Office) -> dict[str, list[str]]:
    return {name: rows for name, rows in everything_in(office).items() if name.endswith("_version")}


def test_a_doubled_part_and_a_directory_that_lies_are_refused(office: Office, tmp_path: Path) -> None:
    doubled, lying = a_doubled_part(tmp_path / "a" / "職員.xlsx"), a_lying_directory(tmp_path / "b" / "職員.xlsx")

    assert "同じ名前の部品が二つあります" in refusal_of(office, doubled)
    assert "「職員.xlsx」を Excel ブックとして読めません" in refusal_of(office, lying)


def test_texts_that_would_fill_the_memory_are_refused_before_they_do(tmp_path: Path) -> None:
    office = an_office(tmp_path)

    status, told, peak = a_command(office, "import", shared_texts(tmp_path / "職員.xlsx"), "--dry-run")

    assert (status, peak < MOST_MB) == (2, True), (status, peak)
    assert "「職員.xlsx」を Excel ブックとして読めません（文字列が多すぎます。" in told


def test_blanks_far_away_are_nothing(office: Office, tmp_path: Path) -> None:
    take(office, stray_blanks(tmp_path / "組織.xlsx"), on=TODAY)

    assert register_on(office, "department", TODAY, "code", "name") == [("0303", "障害者福祉課")]


def test_the_examples_beside_the_project_are_refused_or_are_what_they_show(office: Office, tmp_path: Path) -> None:
    if not (SHARED / "cases" / "hostile").is_dir():
        leave_out("the hostile examples do not lie beside this copy of the project")
    for path in sorted((SHARED / "cases" / "hostile").iterdir()):
        copy = tmp_path / path.stem / "組織.xlsx"
        copy.parent.mkdir()
        copy.write_bytes(path.read_bytes())
        if path.stem in ("dim", "space", "styled"):  # blanks far away, and a range that says so
            take(office, copy, on=TODAY)
            assert register_on(office, "department", TODAY, "code", "name") == [("0101", "c")]
        else:
            assert "「組織.xlsx」" in refusal_of(office, copy, on=TODAY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (lambda head: head + '"' + "x" * 200_000 + '"', "一つの欄が長すぎます"),
        (lambda head: head + "x" * 20_000_000, "一つの行が長すぎます"),
        (lambda head: head + '"' + "x\n" * 10_000_000, "長すぎます"),
        (lambda head: head + "," * 20_000_000, "一つの行が長すぎます"),
        (lambda head: head + "1," * 2_000 + "\n", "列が多すぎます（2,001列、上限 1,000列）"),
        (lambda head: head + "1, \n" * 30_000, "誤りが多すぎる"),
    ],
)
def test_a_text_without_an_end_is_refused_where_it_begins(
    office: Office, tmp_path: Path, text: object, sentence: str
) -> None:
    path = tmp_path / "職員.csv"
    path.write_text(text(",".join(ROWS["職員"]) + "\n"), encoding="utf-8")  # type: ignore[operator]

    refusal = refusal_of(office, path)

    assert "「職員.csv」" in refusal
    assert sentence in refusal


def test_blank_lines_and_blank_columns_without_number_are_nothing(office: Office, tmp_path: Path) -> None:
    path = a_file(tmp_path, "職員", a_row("職員"))
    lines = path.read_text(encoding="utf-8").splitlines()
    wide = "\n".join(line + "," * 293 for line in lines)
    path.write_text(wide + "\n" * 1_000_000, encoding="utf-8")

    take(office, path)

    assert register_on(office, "staff", TODAY, "staff_no", "post") == [("30021", "主事")]
