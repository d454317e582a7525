"""The calendar of deadlines, read back by another library than the one that wrote it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from tracker.exports.deadline_calendar import DeadlineEntry, deadline_calendar, uid_of

NOW = datetime(2024, 3, 15, 8, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
AN_ENTRY = DeadlineEntry(
    uid_about="finding/14",
    title="特定個人情報の安全管理措置に係る実施状況の報告（障害者福祉システム、国民健康保険システム）",
    deadline=date(2024, 3, 29),
    description="取扱規程の見直しの結果を報告してください。\n様式は別紙のとおり。",
    url="https://zesei.city.example/tasks/14",
    department="障害者福祉課",
    state="open",
    sequence=2,
    changed_at=datetime(2024, 2, 1, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo")),
)


def an_entry(**changes: Any) -> DeadlineEntry:
    return replace(AN_ENTRY, **changes)


def a_calendar(*entries: DeadlineEntry, name: str = "期限　障害者福祉課", now: datetime = NOW) -> str:
    return deadline_calendar(name, entries, now=now, domain="city.example")


def read_back(text: str) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(text)


def only_event(entry: DeadlineEntry) -> Event:
    (event,) = read_back(a_calendar(entry)).events
    return event


def test_a_deadline_is_one_whole_day_that_blocks_nobodys_time() -> None:
    event = only_event(an_entry())

    assert (event.dtstart, event.dtend) == (date(2024, 3, 29), date(2024, 3, 30))
    assert event.transparency == "TRANSPARENT"
    assert event.status == "CONFIRMED"
    assert event.summary == f"期限　{AN_ENTRY.title}"
    assert event.description == f"所管課　障害者福祉課\n{AN_ENTRY.description}"
    assert event.url == "https://zesei.city.example/tasks/14"
    assert event.alarm == []


def test_the_calendar_says_whose_it_is_and_how_often_to_look_again() -> None:
    text = a_calendar(an_entry(), name="期限　障害者福祉課\r\nX-EVIL:1")

    calendar = read_back(text)
    assert (calendar.version, calendar.method, calendar.prodid) == ("2.0", "PUBLISH", "-//Zesei//Deadlines//JA")
    assert [(extra.name, extra.value) for extra in calendar.extras if "calname" in extra.name] == [
        ("x-wr-calname", "期限　障害者福祉課 X-EVIL:1")
    ]
    assert calendar.x_wr_timezone == "Asia/Tokyo"
    assert str(calendar.refresh_interval) == "6:00:00"


def test_the_same_deadlines_give_the_same_bytes_but_for_the_stamp() -> None:
    entries = [an_entry(uid_about=f"finding/{number}") for number in range(3)]

    today, tomorrow = (a_calendar(*entries, now=now) for now in (NOW, NOW.replace(day=16)))

    assert a_calendar(*entries) == today
    assert today.replace("DTSTAMP:20240314T233000Z", "DTSTAMP:20240315T233000Z") == tomorrow


def test_a_changed_deadline_is_the_same_event_with_a_higher_sequence() -> None:
    before = only_event(an_entry())
    after = only_event(
        an_entry(deadline=date(2024, 4, 30), sequence=3, changed_at=datetime(2024, 3, 1, 1, tzinfo=UTC), title="改めた")
    )

    assert before.uid == after.uid == uid_of("finding/14", "city.example")
    assert (before.sequence, after.sequence) == (2, 3)
    assert (after.dtstart, after.dtend) == (date(2024, 4, 30), date(2024, 5, 1))
    assert str(before.last_modified) == "2024-02-01 00:00:00+00:00"
    assert str(after.last_modified) == "2024-03-01 01:00:00+00:00"


def test_what_was_withdrawn_or_handed_over_is_cancelled_and_what_is_done_says_so() -> None:
    gone, done = only_event(an_entry(state="cancelled")), only_event(an_entry(state="completed"))

    assert (gone.status, done.status) == ("CANCELLED", "CONFIRMED")
    assert (gone.summary or "").startswith("【取消】期限　")
    assert (done.summary or "").startswith("【完了】期限　")
    assert gone.uid == done.uid == only_event(an_entry()).uid


def test_a_uid_depends_on_the_task_and_the_domain_alone() -> None:
    assert uid_of("finding/14", "city.example") == "51a9c9487546c10e559f97df1e1b35bf@city.example"
    assert len({uid_of(key, domain) for key in ("a", "b", "課/１") for domain in ("a.example", "b.example")}) == 6


def test_a_day_after_which_there_is_none_is_written_all_the_same() -> None:
    assert only_event(an_entry(deadline=date.max)).dtstart == date.max


def test_an_office_without_deadlines_has_an_empty_calendar() -> None:
    assert read_back(a_calendar()).events == []


def test_events_keep_the_order_they_were_given_in() -> None:
    titles = [f"{number}番" for number in (3, 1, 2)]

    events = read_back(a_calendar(*(an_entry(uid_about=title, title=title) for title in titles))).events

    assert [event.summary for event in events] == [f"期限　{title}" for title in titles]


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_no_link_is_written(url: str | None) -> None:
    assert "URL" not in a_calendar(an_entry(url=url))


def test_an_address_cannot_bring_a_line_of_its_own() -> None:
    assert only_event(an_entry(url="https://a.example/\r\nX-EVIL:1")).url == "https://a.example/%0D%0AX-EVIL:1"


# What an office types: anything but control characters, of which only the line break means something.
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], include_characters="\n\t"))


@given(title=TYPED, description=TYPED)
@example(title=r"\\fs01\NAS\新しい共有; a, b", description="一行目\n\n　字下げ\\n\\N\\;,\\")
@example(title="﨑" * 400, description="👨‍👩‍👧‍👦" * 60)
@example(title=" 前後に空白 ", description="\tタブ\t" * 30)
@example(title="BEGIN:VEVENT\nEND:VCALENDAR", description="a:b;c=d\"e^'f")
def test_any_text_comes_back_as_it_was_typed(title: str, description: str) -> None:
    text = a_calendar(an_entry(title=title, description=description))

    (event,) = read_back(text).events
    assert event.summary == f"期限　{title}"
    assert event.description == f"所管課　障害者福祉課\n{description}"
    assert as_the_rfc_reads(text, "SUMMARY") == f"期限　{title}"
    assert as_the_rfc_reads(text, "DESCRIPTION") == f"所管課　障害者福祉課\n{description}"


@given(title=st.text(st.characters(codec=None)), description=st.text(st.characters(codec=None)))
def test_no_line_is_longer_than_75_octets_none_cuts_a_character_and_none_is_forged(
    title: str, description: str
) -> None:
    text = a_calendar(an_entry(title=title, description=description))

    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() and not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line) for line in lines[:-1])
    assert property_names(text) == property_names(a_calendar(an_entry()))


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_break_is_a_line_break(line_end: str) -> None:
    assert only_event(an_entry(title=f"一{line_end}二")).summary == "期限　一\n二"


def property_names(text: str) -> list[str]:
    return [line.partition(":")[0] for line in text.split("\r\n") if not line.startswith(" ")]


def as_the_rfc_reads(text: str, name: str) -> str:
    """A TEXT value by the letter of RFC 5545: unfold (3.1), then undo the four escapes (3.3.11)."""
    unfolded = text.replace("\r\n ", "").replace("\r\n\t", "")
    (value,) = re.findall(rf"\r\n{name}:(.*?)\r\n", unfolded, re.S)
    return re.sub(r"\\(.)", lambda escaped: "\n" if escaped[1] in "nN" else escaped[1], value, flags=re.S)
