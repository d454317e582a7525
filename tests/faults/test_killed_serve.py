"""kill -9 of `zesei serve` at any moment, then a start: no run lost, none done twice."""

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.conftest import REPLAY, Command
from tracker.clock import set_clock
from tracker.domain.pick_ups import killed
from tracker.office import open_office

TOKYO = ZoneInfo("Asia/Tokyo")
START = datetime(2024, 3, 15, 5, 0, tzinfo=TOKYO)
PACE = 20_000  # one office day in 4.3 seconds
KILLS = 4  # of each kind: at a random moment, and in the middle of a run


def test_no_run_is_lost_and_none_done_twice_when_serve_is_killed_again_and_again(
    zesei: Command, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    zesei("import", REPLAY / "2023-12-19", "--as-of", "2024-03-15")
    set_clock(data, "Asia/Tokyo", START)
    (tmp_path / "config.toml").write_text("[timetable]\ngrace_seconds = 60\n", encoding="utf-8")  # of a busy machine
    zesei("jobs")  # the timetable is entered at 5:00, before the first day's work
    set_clock(data, "Asia/Tokyo", START, PACE)

    dice, deaths = random.Random(11), Counter[str]()
    for _ in range(KILLS):
        serve_until(lambda port: sleep_some(port, dice), data, tmp_path, signal.SIGKILL)
        deaths.update(unfinished(data))
        serve_until(lambda _: wait_for_a_run(data), data, tmp_path, signal.SIGKILL)
        deaths.update(unfinished(data))
    serve_until(lambda port: live_on(port, data), data, tmp_path, signal.SIGTERM)

    assert deaths, "no kill met a run: nothing was shown"

    runs = rows(data, "SELECT job_name, due_at, started_at, ended_at, outcome, failures, id FROM job_run")
    given_up = [run for run in runs if killed() in run[5]]  # told, and left
    assert all(deaths[run[6]] >= 2 for run in given_up), "given up are only those that two kills met"
    assert {(run[3] is not None, run[4], run[5]) for run in runs if run not in given_up} == {(True, "done", "{}")}
    assert max(Counter(run[:2] for run in runs).values()) == 1
    every_due_check_was_run_or_made_up(runs)
    nothing_was_done_twice(data)
    assert "書き換えはありません" in zesei("audit", "verify").out


def test_a_supervisors_sigterm_lets_the_run_at_work_end(zesei: Command, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "config.toml").write_text("[timetable]\ngrace_seconds = 60\n", encoding="utf-8")
    zesei("import", REPLAY / "2023-12-19", "--as-of", "2024-03-15")
    set_clock(data, "Asia/Tokyo", START, PACE)

    for _ in range(3):
        ended = serve_until(lambda _: wait_for_a_run(data), data, tmp_path, signal.SIGTERM)

        assert ended == 0, "not on the spot"
        assert rows(data, "SELECT job_name, started_at FROM job_run WHERE ended_at IS NULL") == []
    assert len(rows(data, "SELECT 1 FROM job_run")) > 3


def every_due_check_was_run_or_made_up(runs: list[tuple[str, ...]]) -> None:
    checks = [(moment(run[1]), moment(run[2])) for run in runs if run[0] == "checks"]
    last = max(moment(run[2]) for run in runs)
    due = START.replace(hour=6)
    days = 0
    while due <= last - timedelta(days=3):  # some seconds of a busy machine
        assert any(due_at <= due <= started_at + timedelta(seconds=1) for due_at, started_at in checks), due
        due += timedelta(days=1)
        days += 1
    assert days >= 5, "the office lived too few days to show anything"


def nothing_was_done_twice(data: Path) -> None:
    looks = rows(data, "SELECT check_name, on_day, COUNT(*) FROM check_run GROUP BY 1, 2 HAVING COUNT(*) > 1")
    assert looks == []
    opened = rows(data, "SELECT check_name, sighting_key, COUNT(*) FROM flag GROUP BY 1, 2 HAVING COUNT(*) > 1")
    assert opened == []
    letters = rows(data, "SELECT message_id, accepted_at IS NOT NULL FROM outbox")
    assert len(letters) == len(set(letters)) > 0
    on_disk = [message_from_bytes(path.read_bytes())["Message-ID"].strip() for path in (data / "mail").glob("*.eml")]
    assert sorted(on_disk) == sorted(message_id for message_id, accepted in letters if accepted)
    assert len(rows(data, "SELECT 1 FROM outbox WHERE kind = 'weekly-report'")) == len(
        rows(data, "SELECT 1 FROM issued_report")
    )


def sleep_some(port: int, dice: random.Random) -> None:
    """Until a random moment, before or after the pages are there."""
    if dice.random() < 0.75:
        wait_for_the_pages(port)
    time.sleep(dice.uniform(0.5, 3))


def live_on(port: int, data: Path) -> None:
    """Nine days of the office in all, and until nothing of the killed ones is left; a minute and a half at most."""
    wait_for_the_pages(port)
    left, last = set(unfinished(data)), time.monotonic() + 90
    while left & set(unfinished(data)) or moment(newest_start(data)) < START + timedelta(days=9):
        assert time.monotonic() < last, "the office did not live on"
        time.sleep(0.1)


def unfinished(data: Path) -> list[str]:
    return [row[0] for row in rows(data, "SELECT id FROM job_run WHERE ended_at IS NULL")]


def newest_start(data: Path) -> str:
    return rows(data, "SELECT MAX(started_at) FROM job_run")[0][0]


def serve_until(wait: Callable[[int], None], data: Path, folder: Path, ending: signal.Signals) -> int:
    """One life of the program; how it ended: minus the signal's number when that ended it on the spot."""
    port = free_port()
    command = [sys.executable, "-m", "jobs", "--data-dir", str(data), "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait(port)
    assert process.poll() is None, process.stderr and process.stderr.read().decode()
    os.kill(process.pid, ending)
    process.wait(timeout=90)
    if process.stderr:
        process.stderr.close()
    return process.returncode


def wait_for_a_run(data: Path) -> None:
    """Until a check, reminder or report run is in the middle of its work; forty seconds at most."""
    query = "SELECT 1 FROM job_run WHERE ended_at IS NULL AND job_name <> 'delivery'"
    known, last = len(rows(data, query)), time.monotonic() + 40
    while len(rows(data, query)) <= known and time.monotonic() < last:
        time.sleep(0.002)


def rows(data: Path, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(data / "zesei.db") as connection:
        return connection.execute(query).fetchall()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_second_serve_on_the_same_data_is_refused(tmp_path: Path, zesei: Command) -> None:
    office = open_office(None, tmp_path / "data")
    port = free_port()
    command = [sys.executable, "-m", "jobs", "--data-dir", str(office.data_dir), "serve", "--port", str(port)]
    first = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_the_pages(port)

        refused = zesei("serve", "--port", free_port(), status=2)

        assert "もう zesei serve が動いています" in refused.err
    finally:
        first.terminate()
        first.wait(timeout=30)


def wait_for_the_pages(port: int) -> None:
    last = time.monotonic() + 60
    while time.monotonic() < last:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the pages were not served within a minute")
