"""Tries patterns, given as JSON lines, with their worst texts: one answer a line, so that the last one asked is known."""

import json
import re
import resource
import sys
import time

from tests.patterns.attacks import attacks

PROBE, WHOLE = 5_000, 1_000_000  # characters
HANGS = 4  # seconds of the processor, after which the system ends the process


def slowest(pattern: str, flags: int, searches: bool, length: int, texts: list[str] | None = None) -> tuple[float, int]:
    """Seconds of the slowest text, and which one it was."""
    compiled, worst = re.compile(pattern, flags), (0.0, 0)
    for number, text in enumerate(attacks(pattern, flags, length) if texts is None else texts):
        began = time.process_time()
        if searches:
            for _ in compiled.finditer(text):
                pass
        else:
            compiled.match(text)
            compiled.fullmatch(text)
        worst = max(worst, (time.process_time() - began, number))
    return worst


def main() -> None:
    for line in sys.stdin:
        pattern, flags, searches = json.loads(line)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + HANGS, resource.RLIM_INFINITY))
        _, number = slowest(pattern, flags, searches, PROBE)
        texts = attacks(pattern, flags, WHOLE)[number : number + 1]
        seconds, _ = slowest(pattern, flags, searches, WHOLE, texts)
        sys.stdout.write(json.dumps([seconds, number]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
