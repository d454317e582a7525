"""Timing whole processes and their memory; medians of several rounds, the pair taken by turns."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak memory (MB) of one process."""

    seconds: float
    megabytes: float


def process(*arguments: str) -> Measured:
    """Run a Python process to its end."""
    began, peak = time.perf_counter(), 0.0
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    while not (ended := os.wait4(child.pid, os.WNOHANG))[0]:
        peak = max(peak, _peak_of(child.pid))
        time.sleep(0.005)
    _, status, usage = ended
    if status:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Measured(time.perf_counter() - began, peak or usage.ru_maxrss * scale / 1024 / 1024)


def _peak_of(number: int) -> float:
    """The peak of a running process in MB; the system's final figure would hold the peak of this process too."""
    try:
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)


def by_turns(first: Callable[[], Measured], second: Callable[[], Measured], rounds: int) -> tuple[Measured, Measured]:
    """Medians of two things measured by turns, so that a busy machine slows both."""
    pairs = [(first(), second()) for _ in range(rounds)]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def _median(rounds: list[Measured]) -> Measured:
    return Measured(statistics.median(one.seconds for one in rounds), max(one.megabytes for one in rounds))
