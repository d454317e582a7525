"""What killed processes leave behind is put right at the next start, with a line in the log, and nothing of use goes."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from jobs.inspection import put_leftovers_right
from tests.conftest import ROOT
from tests.databases import carry_out
from tests.jobs.situations import a_free_port, run
from tests.web.situations import DISABILITY, NINE, TODAY, a_task, an_office, given
from tracker.clock import set_clock
from tracker.evidence import EvidenceFolder
from tracker.files.leftovers import ASIDE
from tracker.office import Office
from tracker.storage.screens.standstill import named_documents

LONG_AGO = (datetime.now(UTC) - timedelta(days=2)).timestamp()
KILLED = """
import os, signal, sys
from io import BytesIO
from pathlib import Path
from tracker.evidence import EvidenceFolder
folder, doing = EvidenceFolder(Path(sys.argv[1]) / "evidence"), sys.argv[2]
def die(): os.kill(os.getpid(), signal.SIGKILL)
class Dying(BytesIO):
    def read(self, size=-1):
        self.reads = getattr(self, "reads", 0) + 1
        return die() if self.reads > 1 else b"half"
if doing == "half": folder.keep(Dying(), 1 << 20)
if doing == "kept": folder.keep(BytesIO(b"never entered"), 1 << 20)
if doing == "aside": folder.set_aside(sys.argv[3])
die()
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def killed_while(office: Office, *doing: str) -> None:
    """A process of the program that dies at one point of its work."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(office.data_dir), *doing], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def a_document(office: Office, content: bytes, removed_at: str = "NULL") -> str:
    """A document with its entry; its hash."""
    kept = EvidenceFolder(office.data_dir / "evidence").keep(BytesIO(content), 1 << 20)
    task = a_task()
    carry_out(
        office,
        "INSERT INTO attachment (task_key, name, sha256, size, added_at, added_by, department_code, removed_at,"
        f" removed_by, removal_reason) VALUES ('{task.key}', '報告.pdf', '{kept.sha256}', {kept.size},"
        f" '2024-03-18 00:00:00.000000', '職員０１', '{DISABILITY}', {removed_at}, '', '')",
    )
    return kept.sha256


@contextmanager
def serving(office: Office) -> Iterator[subprocess.Popen[str]]:
    """The office served by a process of its own, until it answers and to the end of the `with`."""
    office.store.engine.dispose()
    set_clock(office.data_dir, "Asia/Tokyo", NINE)
    port = a_free_port()
    command = [sys.executable, "-m", "jobs", "--data-dir", str(office.data_dir), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        while not answers(port):
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def documents(office: Office) -> set[str]:
    """The names of all files below evidence."""
    return {path.name for path in (office.data_dir / "evidence").rglob("*") if path.is_file()}


def test_what_killed_processes_left_is_put_right_at_the_next_start(office: Office) -> None:
    given(office, a_task())
    entered = a_document(office, b"entered")
    taken_back, taken_away = (
        a_document(office, b"removal not entered"),
        a_document(office, b"removal entered", "'2024-03-18 01:00:00.000000'"),
    )
    killed_while(office, "half")
    killed_while(office, "kept")
    killed_while(office, "aside", taken_back)
    killed_while(office, "aside", taken_away)
    half = office.data_dir / "reports" / ".weekly.part"
    half.parent.mkdir()
    half.write_bytes(b"half a report")
    os.utime(half, (LONG_AGO, LONG_AGO))
    laid_out = office.data_dir / "uploads" / "at-work-killed"
    laid_out.mkdir(parents=True)
    copy = office.data_dir / "snapshot-99999999-killed"
    copy.mkdir()
    (copy / "zesei.db").write_bytes(b"a copy that a killed process worked on")
    assert len(documents(office)) == 5

    with serving(office) as process:
        pass
    _, log = process.communicate(timeout=60)

    assert documents(office) == {entered, taken_back}
    with office.store.reading() as records:
        assert set(named_documents(records.connection)) == {entered, taken_back}
    assert [path.read_bytes() for path in (office.data_dir / ASIDE).iterdir()] == [b"never entered"]
    assert not any(path.exists() for path in (half, laid_out, copy))
    for words in (
        "had laid out",
        "had made of the database",
        "never finished",
        "no entry names",
        "removal was not entered",
        "left of a removed document",
    ):
        assert words in log


def test_by_night_nothing_goes_that_a_request_is_about_to_enter(office: Office) -> None:
    folder = EvidenceFolder(office.data_dir / "evidence")
    young = folder.keep(BytesIO(b"about to be entered"), 1 << 20).sha256
    old = folder.keep(BytesIO(b"of a request that died"), 1 << 20).sha256
    os.utime(folder.place_of(old), (LONG_AGO, LONG_AGO))
    (folder.path / ".young.part").write_bytes(b"still coming")

    put_leftovers_right(office, is_start=False)

    assert documents(office) == {young, ".young.part"}
    assert (office.data_dir / ASIDE / old).read_bytes() == b"of a request that died"


def test_a_report_whose_files_were_never_written_gets_them_and_what_lies_there_stays(office: Office) -> None:
    given(office, a_task())
    run(office, "weekly_report", TODAY)
    files = {path: path.read_bytes() for path in (office.data_dir / "reports").iterdir()}
    lost, *kept = sorted(files, key=lambda path: path.suffix != ".xlsx")
    lost.unlink()
    kept[0].write_bytes(b"as it was issued")

    put_leftovers_right(office, is_start=True)

    assert set((office.data_dir / "reports").iterdir()) == set(files)
    assert kept[0].read_bytes() == b"as it was issued"
    assert lost.stat().st_size > 1000
