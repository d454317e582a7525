"""A letter's secret addresses: kept nowhere, put in for its reader, and shown to no one else."""

import re
from dataclasses import replace
from datetime import date, time
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest

from jobs.channels import outgoing
from jobs.forecast import forecast_letters
from tests.databases import answers, carry_out, everything_in
from tests.exports.situations import DEPARTMENTS, MON, SITE, TUE, WED
from tests.jobs.situations import TOKYO, a_task, an_occasion, an_office, at, given, given_tasks, letters, run
from tests.web.situations import auditor, division, old_link_to, outside
from tracker.clock import OfficeClock
from tracker.domain.letter_links import OWN_PAGE, answer_placeholder
from tracker.office import Office
from tracker.secrets.department_pages import give_page, page_secret
from tracker.secrets.letters import for_reader

CITIZENS, LATE = "0201", date(2023, 7, 3)
USER = "sf0222"
CONFIG = (
    f'{SITE}\n[letters]\nprint = "all"\n[escalation]\n'
    'steps = [{ after_open_days = 1, to = "chief" }, { after_open_days = 2, to = "division" }]\n'
)
ADDRESS = re.compile(r"https://zesei\.city\.example(/(?:submissions|departments)/[^\s\"'<>）]+)")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Wednesday, 8:45: what is late was told to the department, its chief and the division; all waits to be sent."""
    office = an_office(tmp_path, CONFIG)
    given(office, MON, *DEPARTMENTS)
    keys = [f"flag:absent-accounts/SHOGAI/{USER}#{number}" for number in (1, 2)]
    given_tasks(office, *(a_task(key, deadline=LATE, department=CITIZENS, opened_on=LATE) for key in keys))
    with office.store.transaction() as records:
        give_page(records, office.data_dir, CITIZENS, at(MON))
    for day in (MON, TUE, WED):
        run(office, "reminders", day)
    moment = at(WED, time(8, 45))
    return replace(office, clock=OfficeClock(TOKYO, moment, moment, pace=0))


def page_of(office: Office) -> str:
    with office.store.reading() as records:
        return f"/departments/{page_secret(office.data_dir, records.department_keys.valid()[CITIZENS])}"


def kept_texts(office: Office) -> str:
    """Everything that the database keeps, but for the secrets of departments' pages."""
    return "\n".join(row for table, rows in everything_in(office, but=["department_key"]).items() for row in rows)


def addresses_sent(office: Office) -> dict[str, set[str]]:
    """The secret addresses in what lies in DIR/mail, by the word that says whose letter it is."""
    found: dict[str, set[str]] = {}
    for path in sorted((office.data_dir / "mail").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        text = unescape("\n".join(part if isinstance(part, str) else part.decode() for part in parts))
        found.setdefault(str(mail["To"]), set()).update(ADDRESS.findall(text.replace("\r\n ", "").replace("\n ", "")))
    return found


def test_a_kept_letter_holds_no_token_and_the_sent_one_opens_its_task_and_the_departments_page(office: Office) -> None:
    before = kept_texts(office)
    run(office, "delivery", WED)

    sent = addresses_sent(office)["kumin@city.example"]

    assert before.count("zesei-answer-") > 2
    assert len([path for path in sent if path.startswith("/submissions/")]) >= 2
    for path in sent:
        page = outside(office).get(path)
        assert (page.status_code, "報告" in page.text) == (200, True), path
        assert USER not in path
        assert path.rpartition("/")[2] not in before + kept_texts(office)


def test_the_divisions_own_letters_hold_no_link_by_which_it_could_answer_for_a_department(office: Office) -> None:
    chief, to_division = sorted(letters(office, "escalation"), key=lambda one: one.on_day)
    with office.store.reading() as records:
        packed = [for_reader(records, office, one) for one in (chief, to_division)]

    assert ADDRESS.search(packed[0].body_text), "the chief answers for the department"
    assert not ADDRESS.search(packed[1].body_text + packed[1].body_html)
    assert f"https://zesei.city.example/tasks/flag%3Aabsent-accounts%2FSHOGAI%2F{USER}%231" in packed[1].body_text


def test_no_page_and_no_command_shows_a_secret_address_to_those_who_watch(office: Office) -> None:
    with office.store.reading() as records:
        token = old_link_to(office, a_task(f"flag:absent-accounts/SHOGAI/{USER}#1", deadline=LATE, department=CITIZENS))
        secrets = [
            token.rpartition("/")[2],
            page_secret(office.data_dir, records.department_keys.valid()[CITIZENS]) or "",
        ]
    old = f"https://zesei.city.example{token}"
    carry_out(  # as an earlier version kept them
        office, f"UPDATE outbox SET body_text = body_text || '{old}', body_html = body_html || '<a href=\"{old}\">x</a>',"
        f" url = '{old}'",
        f"UPDATE outbox SET deadlines = replace(deadlines, '{answer_placeholder(f'flag:absent-accounts/SHOGAI/{USER}#1')}',"
        f" '{secrets[0]}')",
    )  # fmt: skip
    run(office, "forecast", WED, time(9))
    carry_out(office, f"UPDATE forecast_letter SET body_text = body_text || '{old} {page_of(office)}'")
    numbers = [row[0] for row in answers(office, "SELECT id FROM outbox")]
    foreseen = [row[0] for row in answers(office, "SELECT id FROM forecast_letter")]
    assert len(numbers) >= 3 <= len(foreseen)

    for reader in (auditor(office), division(office)):
        pages = ["/letters", "/forecast", "/letters/print", "/search?q=お知らせ", *(f"/forecast/{n}" for n in foreseen)]
        pages += [f"/letters/{n}{part}" for n in numbers for part in ("", "/html", "/calendar.ics")]
        for page in pages:
            answer = reader.get(page)
            assert answer.status_code in (200, 404), page
            shown = unescape(answer.text).replace("\r\n ", "")
            for secret in (*secrets, "/submissions/", "/departments/", OWN_PAGE, "zesei-answer-"):
                assert secret not in shown, (page, secret)
    assert any("回答用のリンクは取り除きました" in auditor(office).get(f"/letters/{n}").text for n in numbers)


def test_paper_that_holds_links_is_opened_by_the_division_that_hands_it_out_and_not_by_an_auditor(
    office: Office,
) -> None:
    paper = f"/letters/print/{MON}/{CITIZENS}.pdf"

    assert division(office).get(paper).headers["content-type"] == "application/pdf"
    assert auditor(office).get(paper).status_code == 403
    listed = auditor(office).get("/letters/print").text
    assert paper not in listed
    assert "情報管理課だけが開けます" in listed


def test_the_departments_own_page_shows_its_letter_with_the_links(office: Office) -> None:
    (number, *_), own = [one.id for one in letters(office)][::-1], page_of(office)

    shown = outside(office).get(f"{own}/letters/{number}").text

    paths = {path for path in ADDRESS.findall(unescape(shown)) if path.startswith("/submissions/")}
    assert paths
    assert all("報告する" in outside(office).get(path).text for path in paths)


def test_what_somebody_types_into_a_letter_signs_nothing_of_another_department(office: Office) -> None:
    given_tasks(office, a_task("other", deadline=LATE, department="0101", opened_on=LATE))
    typed = f"/submissions/{answer_placeholder('other')} /submissions/{answer_placeholder('none')} /submissions/zesei-answer-%."
    letter = replace(letters(office)[0], body_text=typed, body_html="", url="", deadlines=())

    packed = outgoing(letter, office, an_occasion(WED)).letter.text

    assert packed == typed


def test_the_forecast_signs_nothing_and_writes_nothing(office: Office) -> None:
    before = everything_in(office)

    foreseen = forecast_letters(office, at(WED, time(9)), date(2023, 7, 31))

    assert everything_in(office) == before
    assert len(foreseen) > 4
    assert not any(ADDRESS.search(letter.body_text) for letter in foreseen)
