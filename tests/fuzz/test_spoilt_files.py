"""Thousands of files that nobody meant: each is refused in a sentence or taken, soon, and never with a blank for a word.

`make fuzz` tries 20,000; with every other test, a thousand. ZESEI_FUZZ says how many.
"""

import os
import resource
import time
from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.transports.bounces import bounces_in
from tests.builders import a_file, a_row
from tests.fuzz.mutating import spoilt, spoilt_workbook
from tests.fuzz.shown_tables import VOID, a_csv, a_workbook
from tests.notifications.test_bounces import a_report
from tracker.domain.errors import InputRefused
from tracker.domain.registers import STAFF
from tracker.registers.paper_import import read_paper
from tracker.registers.reading import Reading, RegisterFile
from tracker.settings import LimitSettings, RegisterSettings

TRIES = int(os.environ.get("ZESEI_FUZZ", "1000"))
MOST_SECONDS, MOST_MB = 5, 250  # of growth; the tests' own process is larger than the program
PAPER = Path(__file__).parents[1] / "papers" / "example-city.txt"
SEEDS = st.integers(0, 2**64 - 1)


def tries(share: float) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many of all inputs go to a test; their number alone is drawn, so that thousands are quick."""
    calm = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return lambda test: given(seed=SEEDS)(settings(max_examples=int(TRIES * share), suppress_health_check=calm)(test))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(path: Path) -> tuple[dict[int, tuple[object, ...]], Reading] | None:
    """The rows by number and what was said of them; nothing when the file is refused in a sentence."""
    result, rows, sentence = Reading(), dict[int, tuple[object, ...]](), ""
    begun, before = time.thread_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        for batch in RegisterFile(STAFF, path, RegisterSettings(), LimitSettings()).rows(date(2023, 7, 31), result):
            rows |= {int(row[0]): row[1:] for row in batch}
    except InputRefused as refusal:
        sentence = str(refusal)
        assert_a_sentence(sentence, path)
    assert time.thread_time() - begun < MOST_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MB * 1024
    return None if sentence else (rows, result)


def assert_a_sentence(text: str, path: Path) -> None:
    assert path.name in text
    assert "。" in text


def holds_what_is_shown(shown: dict[int, list[str]], read_as: tuple[dict[int, tuple[object, ...]], Reading]) -> None:
    rows, result = read_as
    refused = {(cell.row, cell.column) for cell in result.bad}
    headers = [column.header for column in STAFF.columns]
    assert rows.keys() == shown.keys()
    for number, texts in shown.items():
        for header, text, value in zip(headers, texts, rows[number], strict=True):
            place = (number, header)
            if text == VOID:
                assert place in refused, (place, value)
            elif text.strip():
                assert value is not None or place in refused, (place, text)
            else:
                assert value is None or place in refused, (place, value)
            if text not in ("", VOID, "day") and header in ("職", "メール") and place not in refused:
                assert str(value).split() == text.split(), place


@tries(0.3)
def test_what_a_workbook_shows_never_comes_in_as_a_blank(folder: Path, seed: int) -> None:
    made = a_workbook(folder, Random(seed))

    found = read(made.path)

    assert found is not None
    holds_what_is_shown(made.rows, found)


@tries(0.1)
def test_what_a_csv_shows_never_comes_in_as_a_blank(folder: Path, seed: int) -> None:
    made = a_csv(folder, Random(seed))

    found = read(made.path)

    assert found is not None
    holds_what_is_shown(made.rows, found)


@tries(0.25)
def test_a_spoilt_workbook_is_refused_or_taken(folder: Path, seed: int) -> None:
    dice = Random(seed)
    path = a_workbook(folder, dice).path
    path.write_bytes(spoilt_workbook(path.read_bytes(), dice))

    read(path)


@tries(0.15)
def test_a_spoilt_csv_is_refused_or_taken(folder: Path, seed: int) -> None:
    dice = Random(seed)
    rows = [a_row("職員", 職員番号=str(number)) for number in range(dice.randint(1, 9))]
    path = a_file(folder, "職員", *rows, encoding=dice.choice(("utf-8", "cp932", "utf-16", "euc_jp")))
    path.write_bytes(spoilt(path.read_bytes(), dice))

    read(path)


@tries(0.1)
def test_a_spoilt_paper_is_refused_or_taken(folder: Path, seed: int) -> None:
    path = folder / "資料.txt"
    path.write_bytes(spoilt(PAPER.read_bytes(), Random(seed)))
    begun = time.thread_time()

    try:
        read_paper(path, 10)
    except InputRefused as refusal:
        assert_a_sentence(str(refusal), path)
    assert time.thread_time() - begun < MOST_SECONDS


@tries(0.1)
def test_a_spoilt_mail_is_a_bounce_or_none(seed: int) -> None:
    begun = time.thread_time()

    raw = spoilt(a_report().encode(), Random(seed))
    for way in (policy.compat32, policy.default):
        bounces_in(message_from_bytes(raw, policy=way))

    assert time.thread_time() - begun < MOST_SECONDS
