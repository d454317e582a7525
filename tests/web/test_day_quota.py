"""What one department may send in a day: whoever repeats a form, or has a link that got about, fills no disk."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.documents import PDF
from tests.web.situations import CARE, NINE, a_task, an_office, division, given, link_to, member, outside, send
from tests.web.test_evidence import attach, documents_of, kept_in, remove
from tracker.clock import set_clock
from tracker.office import Office, open_office

TOO_MANY = "1日に添えられるファイルは、一つの所管課で3件までです"
TOO_MUCH = "1日に添えられるファイルは、一つの所管課で合わせて1MBまでです"


def pdf(number: int, size: int = 0) -> bytes:
    """A document unlike the others."""
    return PDF + f"\n%{number}".encode() + b" " * size


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, "[answers]\nday_files = 3\nday_mb = 1\n")


def test_what_a_department_sends_in_a_day_is_bounded_by_every_way_and_over_all_its_tasks(office: Office) -> None:
    first, second = given(office, a_task("A")), given(office, a_task("B"))
    clerk = member(office)
    assert attach(clerk, first, ("1.pdf", pdf(1)), ("2.pdf", pdf(2))).status_code == 303
    assert send(outside(office), link_to(office, second), files=[("3.pdf", pdf(3))]).status_code == 303
    before = kept_in(office)

    for refused in (
        attach(clerk, first, ("4.pdf", pdf(4))),
        send(outside(office), link_to(office, first), files=[("4.pdf", pdf(4))]),
    ):
        assert refused.status_code == 422
        assert TOO_MANY in refused.text
    assert kept_in(office) == before
    assert attach(division(office), first, ("4.pdf", pdf(4))).status_code == 303
    assert send(outside(office), link_to(office, first)).status_code == 303, "an answer without files is taken"


def test_bytes_count_and_what_was_taken_away_again_counts_too(office: Office) -> None:
    task, clerk = given(office, a_task()), member(office)
    assert attach(clerk, task, ("1.pdf", pdf(1, 700_000))).status_code == 303
    assert remove(clerk, documents_of(office, task)[0].id or 0).status_code == 303

    refused = attach(clerk, task, ("2.pdf", pdf(2, 700_000)))

    assert (refused.status_code, TOO_MUCH in refused.text) == (422, True)
    assert kept_in(office) == []


def test_another_department_and_the_next_day_have_a_quota_of_their_own(office: Office, tmp_path: Path) -> None:
    task, other = given(office, a_task("A")), given(office, a_task("B", department_code=CARE))
    clerk = member(office)
    for number in range(3):
        assert attach(clerk, task, (f"{number}.pdf", pdf(number))).status_code == 303
    assert attach(clerk, task, ("9.pdf", pdf(9))).status_code == 422
    assert attach(member(office, CARE), other, ("9.pdf", pdf(9))).status_code == 303

    set_clock(office.data_dir, "Asia/Tokyo", NINE + timedelta(hours=15), pace=0)
    tomorrow = open_office(tmp_path / "config.toml", office.data_dir)

    assert attach(member(tomorrow), task, ("9.pdf", pdf(9))).status_code == 303
