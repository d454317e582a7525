"""送信: what became of a letter at each address, sending it again, paper, and what is to come."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from tests.builders import everything_in
from tests.databases import on_both_databases
from tests.web.situations import (
    DISABILITY,
    NINE,
    PARKS,
    TODAY,
    a_letter,
    a_task,
    an_office,
    division,
    given,
    kinds_of_events,
    words_of,
)
from tracker.exports.deadline_calendar import deadline_facts
from tracker.office import Office
from tracker.storage.forecasts import ForecastLetter
from tracker.storage.outbox import QueuedLetter
from tracker.storage.screens.letters import LetterFilter, LetterState, letters_page

pytestmark = on_both_databases

SOME = {
    "shogai@city.example": {"outcome": "accepted", "words": "250 OK"},
    "s1@city.example": {"outcome": "refused", "words": "550 User unknown"},
    "s2@city.example": {"outcome": "bounced", "words": "mailbox full"},
}
PARTLY = a_letter(
    copies=("s1@city.example", "s2@city.example"), accepted_at=NINE, undelivered_at=NINE, attempts=1, answers=SOME,
    deadlines=(deadline_facts(a_task("台帳の公表", deadline=TODAY), None),),
)  # fmt: skip
GIVEN_UP = a_letter(given_up_at=NINE, attempts=8, answer="451 busy", answers={
    "shogai@city.example": {"outcome": "refused", "words": "451 busy"},
})  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def client(office: Office) -> TestClient:
    return division(office)


def queued(office: Office, *letters: QueuedLetter) -> None:
    with office.store.transaction() as records:
        records.outbox.queue_all(letters)


def test_each_address_has_its_own_outcome_in_words(office: Office, client: TestClient) -> None:
    queued(office, PARTLY)

    page = words_of(client.get("/letters/1").text)

    assert "送信済（不達あり）" in page
    assert "shogai@city.example◎ 送信済250 OK" in page
    assert "s1@city.example 写し× 受取り拒否550 User unknown" in page
    assert "s2@city.example 写し× 戻ってきましたmailbox full" in page
    assert "宛名障害者福祉課" in page
    listed = words_of(client.get("/letters").text)
    assert "s1@city.example: 550 User unknown" in listed
    assert "障害者福祉課shogai@city.example" in listed


def test_the_calendar_that_went_along_can_be_saved(office: Office, client: TestClient) -> None:
    queued(office, PARTLY, a_letter("2"))

    answer = client.get("/letters/1/calendar.ics")

    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["DTSTART"].dt) == ("期限　台帳に書く 台帳の公表", TODAY)
    assert answer.headers["content-disposition"].startswith('attachment; filename="file.ics"')
    assert "カレンダー" not in client.get("/letters/2").text
    assert client.get("/letters/2/calendar.ics").status_code == 404


@pytest.mark.parametrize(
    ("letter", "addresses"),
    [(GIVEN_UP, ("shogai@city.example",)), (PARTLY, ("s1@city.example", "s2@city.example"))],
)
def test_a_letter_is_sent_again_to_those_it_did_not_reach(
    office: Office, client: TestClient, letter: QueuedLetter, addresses: tuple[str, ...]
) -> None:
    queued(office, letter)
    assert "もう一度送る" in client.get("/letters/1").text

    sent = client.post("/letters/1/attempts")

    assert (sent.status_code, sent.headers["location"]) == (303, "/letters/1")
    with office.store.reading() as records:
        again = records.outbox.find(1)
    assert again is not None
    assert (again.unanswered, again.next_attempt_at, again.attempts, again.given_up_at) == (addresses, NINE, 0, None)
    assert kinds_of_events(office, f"letter:{letter.key}") == ["LetterSentAgain"]
    page = client.get("/letters/1").text
    assert "もう一度送る</button>" not in page
    assert "通知をもう一度送ることにしました" in page
    twice = client.post("/letters/1/attempts")
    assert twice.status_code == 409
    assert "この通知は、もう送信待ちです。" in twice.text
    assert kinds_of_events(office, f"letter:{letter.key}") == ["LetterSentAgain"]


def test_a_letter_that_arrived_was_withdrawn_or_has_no_address_is_not_sent_again(
    office: Office, client: TestClient
) -> None:
    arrived = {"shogai@city.example": {"outcome": "accepted", "words": "250 OK"}}
    queued(
        office, a_letter("1", accepted_at=NINE, attempts=1, answers=arrived), a_letter("2", withdrawn_at=NINE),
        a_letter("3", recipients=(), given_up_at=NINE),
    )  # fmt: skip
    before = everything_in(office)

    for number, sentence in (
        (1, "すべての宛先で受け付けられています"), (2, "取りやめたので"), (3, "印刷して渡してください"), (4, "通知「4」はありません"),
    ):  # fmt: skip
        answer = client.post(f"/letters/{number}/attempts")
        assert answer.status_code in (404, 409)
        assert sentence in answer.text
        assert "もう一度送る</button>" not in client.get(f"/letters/{number}").text
    assert everything_in(office) == before


def test_the_list_filters_by_the_state_that_each_letter_shows(office: Office) -> None:
    instants = (None, NINE)
    letters = [
        a_letter(
            str(number), next_attempt_at=waits, attempts=attempts, accepted_at=accepted, given_up_at=given_up,
            withdrawn_at=withdrawn, undelivered_at=undelivered,
        )
        for number, (waits, attempts, accepted, given_up, withdrawn, undelivered) in enumerate(
            product(instants, (0, 3), instants, instants, instants, instants)
        )
    ]  # fmt: skip
    queued(office, *letters)

    with office.store.reading() as records:
        for state in LetterState:
            found, page = [], 1
            while lines := letters_page(records.connection, LetterFilter(state=state), page, TODAY).lines:
                found += lines
                page += 1
                if page > letters_page(records.connection, LetterFilter(state=state), page, TODAY).pages:
                    break
            assert found, state
            assert {line.state for line in found} == {state}
        assert letters_page(records.connection, LetterFilter(), 1, TODAY).total == len(letters)


def test_a_letter_still_tried_for_somebody_is_not_shown_as_done(office: Office, client: TestClient) -> None:
    queued(office, a_letter(accepted_at=NINE, attempts=1, next_attempt_at=NINE + timedelta(minutes=5)))

    assert "再送中" in client.get("/letters/1").text


def test_one_button_sends_all_again_that_were_given_up(office: Office, client: TestClient) -> None:
    lost = [replace(GIVEN_UP, key=f"reminder/{number}", message_id=f"<{number}@city.example>") for number in range(3)]
    old = replace(GIVEN_UP, key="old", message_id="<old@city.example>", on_day=TODAY - timedelta(days=31))
    queued(office, *lost, old, a_letter("fine", accepted_at=NINE, attempts=1))
    assert "送るのをあきらめた通知が3通あります。" in client.get("/letters").text

    assert client.post("/letters/attempts").status_code in (200, 303)

    with office.store.reading() as records:
        assert {letter.key for letter in records.outbox.waiting()} == {letter.key for letter in lost}
    assert "送るのをあきらめた通知が" not in client.get("/letters").text


def test_letters_on_paper_are_listed_by_day_and_department_and_saved_under_a_telling_name(
    office: Office, client: TestClient
) -> None:
    folder = office.data_dir / "print" / "2024-03-18"
    folder.mkdir(parents=True)
    (folder / f"{PARKS}.pdf").write_bytes(b"%PDF-1.7 park")
    (folder / "所管課未定.pdf").write_bytes(b"%PDF-1.7")
    (folder / "note.txt").write_text("x", encoding="utf-8")
    (office.data_dir / "print" / "old").mkdir()

    page = words_of(client.get("/letters/print").text)
    answer = client.get(f"/letters/print/2024-03-18/{PARKS}.pdf")

    assert "令和6年3月18日（月） みどり公園課 PDF 13バイト 所管課未定 PDF 8バイト" in page
    assert "note" not in page
    assert answer.content == b"%PDF-1.7 park"
    assert answer.headers["content-type"] == "application/pdf"
    assert "%E3%81%BF%E3%81%A9%E3%82%8A" in answer.headers["content-disposition"]


def test_no_path_leads_out_of_the_folder_of_papers(office: Office, client: TestClient) -> None:
    folder = office.data_dir / "print" / "2024-03-18"
    folder.mkdir(parents=True)
    (folder / "0701.pdf").write_bytes(b"%PDF")

    for path in (
        "2024-03-18/..%2F..%2Fsecret.key", "2024-03-18/../../secret.key", "..%2F..%2F2024-03-18/0701.pdf", "x/0701.pdf",
        "2024-03-18/0701.pdf%00", "2024-03-18/note.txt", "2024-03-19/0701.pdf", "2024-W12-1/x.pdf", "2024-03-18/%2Fetc%2Fpasswd",
    ):  # fmt: skip
        assert client.get(f"/letters/print/{path}").status_code == 404, path


def test_an_office_without_papers_is_told_how_they_come(office: Office, client: TestClient) -> None:
    page = client.get("/letters/print").text

    assert "印刷する通知はありません。" in page
    assert "<code>print = " in page


def test_what_is_to_come_stands_by_day_with_kind_addressee_and_text(office: Office, client: TestClient) -> None:
    letters = [
        ForecastLetter(TODAY + timedelta(days=1), "reminder", DISABILITY, "障害者福祉課", ("a@b.example",), "お知らせ", "本文 <b>"),
        ForecastLetter(TODAY + timedelta(days=1), "escalation", PARKS, "みどり公園課長", (), "上司へ", "x"),
        ForecastLetter(TODAY - timedelta(days=1), "reminder", PARKS, "過ぎた課", (), "過ぎた", "x"),
    ]  # fmt: skip
    with office.store.transaction() as records:
        records.forecasts.replace(letters, NINE)

    text = client.get("/forecast").text
    page = words_of(text)

    assert "令和6年3月18日（月） 9:00に作った予定です。" in page
    assert "令和6年3月19日（火） （2通）" in page
    assert "期限のお知らせ障害者福祉課a@b.exampleお知らせ" in page
    assert "上司への通知みどり公園課長宛先なし（印刷して渡します）上司へ" in page
    assert "過ぎた" not in page
    assert "本文 &lt;b&gt;" in client.get("/forecast/1").text
    assert 'href="/letters" aria-current="page"' in text
    for number in ("9", "x", "0"):
        assert client.get(f"/forecast/{number}").status_code == 404


def test_without_a_forecast_the_page_says_how_one_comes_and_an_empty_one_says_so(
    office: Office, client: TestClient
) -> None:
    assert "予定はまだ作られていません" in client.get("/forecast").text

    with office.store.transaction() as records:
        run = records.job_runs.start("forecast", NINE, TODAY, NINE)
        records.job_runs.end(run, NINE, "done", "", {})

    assert "この30日に送る予定の通知はありません。" in client.get("/forecast").text


def test_a_letter_leads_to_its_department_and_nothing_it_holds_is_markup(office: Office, client: TestClient) -> None:
    given(office, a_task())
    queued(office, a_letter(subject="<script>x</script>", body_text="<script>y</script>", addressee="<i>z</i>"))

    for page in ("/letters", "/letters/1"):
        assert "<script>" not in client.get(page).text
        assert "<i>z" not in client.get(page).text
