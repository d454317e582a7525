"""Papers and returned mails of a size that nobody writes are read or refused at once, whatever stands in them."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from email import message_from_bytes

import pytest

from notifications.transports.bounce_reports import MOST_RECIPIENTS, bounces_in
from tracker.domain.errors import InputRefused
from tracker.registers.council_paper import read_council_paper
from tracker.registers.paper_findings import read_finding
from tracker.registers.paper_measures import read_measures

SECONDS = 2.0  # of the processor
MANY = 4_000
CLAUSE = "（個人情報保護法第75条第1項）"
ANSWERED = f"From: MAILER-DAEMON@mx.example\nIn-Reply-To: <reminder.{'0' * 32}@city.example>\n"


def seconds_of(act: Callable[[], object]) -> float:
    began = time.process_time()
    with suppress(InputRefused):
        act()
    return time.process_time() - began


@pytest.mark.parametrize("piece", ["課に", "戸籍課において", "亜亜", "システム", "（", "年度末"])
def test_a_long_finding_of_a_paper_takes_no_time(piece: str) -> None:
    assert seconds_of(lambda: read_finding(f"件名 {piece * MANY}{CLAUSE}", (), "見本市")) < SECONDS


@pytest.mark.parametrize(
    "piece",
    ["公表したほか、", "周知し、以後", "令和6年2月1日までに", "（", "を行い、", "よう", "公表に向けて、", "令和"],
)
def test_a_long_answer_of_a_paper_takes_no_time(piece: str) -> None:
    assert seconds_of(lambda: read_measures(f"{piece * MANY}公表しました。", date(2023, 12, 19))) < SECONDS


def test_a_cell_longer_than_any_paper_prints_is_refused_with_its_line() -> None:
    head = "見本市個人情報保護審議会\n令和5年12月19日\n1 実地調査等の実施期間\n令和5年7月31日から8月4日まで\n"
    table = f"1 個人情報保護法\n改善指導の内容\t市の対応（改善策）\n(1)\t件名 {'亜' * 20_001}{CLAUSE}\t公表しました。\n"

    with pytest.raises(
        InputRefused, match=r"7行目（1\(1\)）：一つの欄が20,\d{3}字あります。20,000字までにしてください。"
    ):
        read_council_paper(head + table)


@pytest.mark.parametrize(
    "head",
    ["From: " + "<" * 300_000, "From: " + "a@b," * 75_000, "From: " + "[" * 300_000, "Received: ;" + " 1" * 150_000,
     'Content-Type: text/plain; a="' + '\\"' * 150_000, "To: " + "a@b.c " * 50_000, "X: a\n" * 60_000],
)  # fmt: skip
def test_the_head_of_a_returned_mail_may_be_long(head: str) -> None:
    raw = f"{head.strip()}\n{ANSWERED}\n<ka@city.example>: 550 5.1.1 unknown\n".encode()

    assert seconds_of(lambda: bounces_in(message_from_bytes(raw))) < SECONDS


def test_a_returned_mail_that_names_thousands_of_addresses_is_read_for_the_first_of_them() -> None:
    named = "".join(f"<ka{number}@city.example>: unknown\n" for number in range(10_000))
    raw = f"{ANSWERED}\n{named}".encode()

    assert seconds_of(lambda: bounces_in(message_from_bytes(raw))) < SECONDS
    assert len(bounces_in(message_from_bytes(raw))) == MOST_RECIPIENTS
