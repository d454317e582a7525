"""Timing whole processes and their memory; medians of several rounds, the pair taken by turns."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak memory (MB) of one process."""

    seconds: float
    megabytes: float


def process(*arguments: str) -> Measured:
    """Run a Python process to its end."""
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Measured(time.perf_counter() - began, usage.ru_maxrss * scale / 1024 / 1024)


def by_turns(first: Callable[[], Measured], second: Callable[[], Measured], rounds: int) -> tuple[Measured, Measured]:
    """Medians of two things measured by turns, so that a busy machine slows both."""
    pairs = [(first(), second()) for _ in range(rounds)]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def _median(rounds: list[Measured]) -> Measured:
    return Measured(statistics.median(one.seconds for one in rounds), max(one.megabytes for one in rounds))
