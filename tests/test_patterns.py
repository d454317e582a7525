"""No text of a megabyte makes a regular expression of the program think for long."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.patterns.collecting import ROOT, Used, patterns_of_the_program

LIMIT = 3.0  # seconds of the processor for a megabyte; one that grows with the square of the length needs hours


def slow(patterns: Sequence[Used]) -> list[str]:
    """Which of these take longer than the limit; a child process tries them, for one that hangs cannot be stopped."""
    found, rest = list[str](), list(patterns)
    while rest:
        answers = _tried(rest)
        found += [f"{one.where}: {one.pattern}" for one, s in zip(rest, answers, strict=False) if s > LIMIT]
        if len(answers) < len(rest):
            found.append(f"{rest[len(answers)].where}: {rest[len(answers)].pattern}")
        rest = rest[len(answers) + 1 :]
    return found


def _tried(patterns: Sequence[Used]) -> list[float]:
    """The answers as far as they came."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.patterns.trying"], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin
    assert child.stdout
    answers = list[float]()
    with child:
        for one in patterns:
            child.stdin.write(json.dumps([one.pattern, one.flags, one.searches]) + "\n")
            child.stdin.flush()
            if not (line := child.stdout.readline()):
                break
            answers.append(float(json.loads(line)))
        child.stdin.close()
    return answers


def test_no_regular_expression_of_the_program_is_slow_on_a_megabyte_of_its_worst() -> None:
    patterns = patterns_of_the_program()

    assert len(patterns) > 120
    assert slow(patterns) == []


@pytest.mark.parametrize("planted", [r"(a+)+$", r"\s+$", r"x*y*x*z", r"(?:令和|平成)[^。]*。まで"])
def test_a_slow_pattern_is_found(planted: str) -> None:
    assert slow([Used(planted, 0, True, "planted")]) == [f"planted: {planted}"]
