"""Signing in by the word of a reverse proxy: only of the one in the settings, and never of somebody who plays it."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import asked
from tests.web.situations import a_task, an_office, given, known
from tests.web.test_sign_in import JOHO, TANTO, hidden, with_accounts
from tracker.accounts import disable
from tracker.office import Office
from tracker.web.app import create_app

PROXY, STRANGER = "10.1.2.3", "10.9.9.9"
SETTINGS = f'[web]\nproxies = ["{PROXY}"]\n[accounts]\nproxy_header = "X-Remote-User"\n'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path, SETTINGS)
    with_accounts(office, JOHO, TANTO)
    return office


def browser(office: Office, peer: str = PROXY) -> TestClient:
    """A browser whose requests arrive from that address."""
    return TestClient(create_app(office), follow_redirects=False, client=(peer, 50000))


def ask(client: TestClient, path: str = "/tasks", name: str = "joho01", **headers: str) -> Response:
    return client.get(
        path, headers={b"x-remote-user": name.encode()} | {k.encode(): v.encode() for k, v in headers.items()}
    )


def test_whoever_the_proxy_names_is_in_without_a_form(office: Office) -> None:
    client = browser(office)

    entered = ask(client, "/tasks?standing=all", "joho01")

    assert (entered.status_code, entered.headers["location"]) == (303, "/tasks?standing=all")
    assert "職員０１" in ask(client).text


def test_the_same_header_from_anybody_else_is_refused(office: Office) -> None:
    for forged in ({}, {"x-forwarded-for": PROXY}, {"forwarded": f"for={PROXY}"}, {"x-real-ip": PROXY}):
        for path in ("/tasks", "/sign-in", "/letters", "/password"):
            answer = ask(browser(office, STRANGER), path, **forged)
            assert answer.status_code == 403, (path, forged)
            assert "登録されていない接続元から送られたため" in answer.text
            assert "set-cookie" not in answer.headers or "zesei=" not in answer.headers["set-cookie"]
    assert asked(office, "SELECT 1 FROM session") == []


def test_without_the_header_the_proxys_visitors_sign_in_by_the_form(office: Office) -> None:
    assert browser(office).get("/tasks").headers["location"].startswith("/sign-in")


def test_a_session_holds_only_for_the_person_that_the_proxy_names_now(office: Office) -> None:
    client = browser(office)
    ask(client)
    assert ask(client).status_code == 200

    assert ask(client, name="tanto03").status_code == 303
    assert "職員０３" in ask(client, name="tanto03").text
    assert client.get("/tasks").status_code == 303, "without the header nobody is there"
    stolen = TestClient(create_app(office), follow_redirects=False, client=(STRANGER, 1), cookies=dict(client.cookies))
    assert stolen.get("/tasks").status_code == 303


def test_two_headers_at_once_are_refused(office: Office) -> None:
    headers = [("x-remote-user", "joho01"), ("x-remote-user", "tanto03")]

    assert browser(office).get("/tasks", headers=headers).status_code == 403


def test_a_name_without_an_account_and_one_that_is_shut_do_not_come_in(office: Office) -> None:
    assert "登録されていないか、利用を止めています" in ask(browser(office), name="nobody").text
    client = browser(office)
    ask(client)
    with office.store.transaction() as records:
        disable(records, "joho01", office.occasion("管理者"))

    assert ask(client).status_code == 403
    assert ask(browser(office)).status_code == 403


def test_the_header_means_nothing_where_it_is_not_set(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with_accounts(office, JOHO)

    assert ask(browser(office, "127.0.0.1")).headers["location"].startswith("/sign-in")


def test_what_was_typed_when_the_session_ran_out_waits_for_a_click_there_too(office: Office) -> None:
    task, client = given(office, a_task()), browser(office)
    ask(client)
    token = hidden(ask(client, "/sessions").text, "csrf_token")
    with office.store.transaction() as records:
        records.sessions.end_all("joho01", office.clock.now())
    form = {"csrf_token": token, "task": task.key, "version": "1", "reason": "理由です"}

    shown = client.post("/withdrawals", data=form, headers={"x-remote-user": "joho01"})

    assert shown.status_code == 200
    assert "この内容を送る" in shown.text
    assert known(office, task).is_open
    another = client.post("/withdrawals", data=form, headers={"x-remote-user": "tanto03"})
    assert "理由です" not in another.text


def test_the_visitors_address_is_what_the_trusted_proxy_says_and_nobody_else(office: Office) -> None:
    for peer, said, noted in ((PROXY, "10.5.5.5", "10.5.5.5"), (PROXY, f"1.1.1.1, 10.5.5.6, {PROXY}", "10.5.5.6")):
        ask(browser(office, peer), **{"x-forwarded-for": said})
        assert (noted,) in asked(office, "SELECT address FROM session")

    secure = ask(browser(office), **{"x-forwarded-proto": "https"}).headers["set-cookie"]
    assert "__Host-zesei=" in secure
    assert "Secure" in secure
