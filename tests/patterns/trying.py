"""Tries patterns, given as JSON lines, with their worst texts: one answer a line, so that the last one asked is known."""

import json
import re
import resource
import sys
import time

from tests.patterns.attacks import Attack, attacks

PROBE, WHOLE = 5_000, 1_000_000  # characters
TRIES, WORST = 3, 2
HANGS = 4  # seconds of the processor, after which the system ends the process


def seconds_of(compiled: re.Pattern[str], searches: bool, text: str) -> float:
    """Seconds of the processor for one text."""
    began = time.thread_time()  # that of a process goes in steps of 4 ms once it has a limit
    if searches:
        for _ in compiled.finditer(text):
            pass
    else:
        compiled.match(text)
        compiled.fullmatch(text)
    return time.thread_time() - began


def worst_attacks(compiled: re.Pattern[str], searches: bool) -> list[Attack]:
    """Those that look slowest when they are short: each by its quickest try, for a machine has pauses."""

    def quickest(attack: Attack) -> float:
        text = attack.text(PROBE)
        return min(seconds_of(compiled, searches, text) for _ in range(TRIES))

    return sorted(attacks(compiled.pattern, compiled.flags), key=quickest)[-WORST:]


def allow(seconds: int) -> None:
    """From now on so many seconds of the processor, after which the system ends the process."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, resource.RLIM_INFINITY))


def main() -> None:
    for line in sys.stdin:
        pattern, flags, searches = json.loads(line)
        allow(HANGS)
        compiled, seconds = re.compile(pattern, flags), 0.0
        for attack in worst_attacks(compiled, searches):
            allow(HANGS)
            seconds = max(seconds, seconds_of(compiled, searches, attack.text(WHOLE)))
        sys.stdout.write(json.dumps(seconds) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
