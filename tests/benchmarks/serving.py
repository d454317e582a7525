"""zesei serve as a process: how soon its first page comes, and how much memory it holds when nobody asks."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from tests.benchmarks.whole_office import NINE
from tracker.clock import set_clock

FIRST_PAGE, IDLE_MB, SETTLING = 3.0, 150, 20


def measure_serving(data_dir: Path) -> None:
    """Start it on an office (its clock goes on), ask for the page to sign in until it comes, wait, look at its memory, end it."""
    set_clock(data_dir, "Asia/Tokyo", NINE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jobs", "--data-dir", str(data_dir), "serve", "--port", str(port)]
    began = time.perf_counter()
    serving = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _first_page(port, serving)
        took = time.perf_counter() - began
        time.sleep(SETTLING)
        megabytes = _memory(serving.pid)
    finally:
        serving.terminate()
        serving.wait(30)
    print(f"zesei serve, first page after {took:.1f} s (at most {FIRST_PAGE:.0f}) {_verdict(took <= FIRST_PAGE)}")
    print(f"zesei serve, idle {megabytes:.0f} MB (under {IDLE_MB}) {_verdict(megabytes < IDLE_MB)}", flush=True)


def _first_page(port: int, serving: subprocess.Popen[bytes]) -> None:
    while serving.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as answer:
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            time.sleep(0.02)
    raise SystemExit("zesei serve ended")


def _memory(number: int) -> float:
    lines = Path(f"/proc/{number}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _verdict(holds: bool) -> str:
    return "holds" if holds else "DOES NOT HOLD"
