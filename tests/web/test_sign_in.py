"""Signing in and out, as people do it, as it fails, and as somebody who wants in would try it."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import asked, everything_in
from tests.web.situations import (
    DISABILITY,
    NINE,
    Browser,
    a_task,
    administrator,
    an_office,
    answered,
    division,
    given,
    kinds_of_events,
    known,
    member,
    signed_in,
    words_of,
)
from tracker.accounts import change_account, disable, found, set_password
from tracker.clock import set_clock
from tracker.domain.accounts import Account, Role
from tracker.domain.events import Event, Happened
from tracker.domain.tasks import Task
from tracker.office import Office, open_office
from tracker.passwords import hash_of
from tracker.storage.accounts import KnownAccount
from tracker.web.app import create_answer_app, create_app

PASSWORD, NEW = "みどりの窓と木の机", "窓ぎわの青い花びんと本だな"
JOHO = Account("joho01", "職員０１", Role.DIVISION)
TANTO = Account("tanto03", "職員０３", Role.MEMBER, DISABILITY)
WRONG = "利用者名又はパスワードが違います。"


@cache
def kept_password() -> str:
    """Half a second of computing, once."""
    return hash_of(PASSWORD)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path)
    with_accounts(office, JOHO, TANTO)
    return office


def with_accounts(office: Office, *accounts: Account, must_change: bool = False) -> None:
    occasion = office.occasion("管理者")
    with office.store.transaction() as records:
        for account in accounts:
            event = Event(Happened.ACCOUNT_ADDED, f"account:{account.name}", occasion)
            records.accounts.add(KnownAccount(account, NINE, kept_password(), must_change), event)


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    field = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert field, f"no field {name}"
    return unescape(field[1])


def try_to_sign_in(
    client: TestClient, name: str = JOHO.name, password: str = PASSWORD, wanted: str = "/", **fields: str
) -> Response:
    """Open the page, fill it in, send it."""
    page = client.get("/sign-in")
    form = {"csrf_token": hidden(page.text, "csrf_token"), "name": name, "password": password, "next": wanted}
    return client.request("POST", "/sign-in", data=form | fields)


def at(office: Office, hours: float) -> Office:
    """The same office, so much after nine in the morning."""
    set_clock(office.data_dir, "Asia/Tokyo", NINE + timedelta(hours=hours), pace=0)
    return open_office(office.data_dir.parent / "config.toml", office.data_dir)


def later(client: Browser, office: Office, hours: float) -> Browser:
    """The same browser, so much after nine in the morning."""
    after = Browser(at(office, hours))
    after.cookies.update(client.cookies)
    return after


def test_whoever_signs_in_goes_to_the_page_that_was_wanted_and_out_again(office: Office) -> None:
    client = Browser(office)
    sent = client.get("/tasks?standing=all&q=台帳")
    assert sent.status_code == 303
    page = client.get(sent.headers["location"])
    wanted = hidden(page.text, "next")
    assert wanted.startswith("/tasks?standing=all&q=")

    entered = try_to_sign_in(client, wanted=wanted)

    assert (entered.status_code, entered.headers["location"]) == (303, wanted)
    assert "職員０１" in client.get("/").text
    left = client.post("/sign-out")
    assert left.headers["location"] == "/sign-in?out=1"
    assert "ログアウトしました" in client.get("/sign-in?out=1").text
    assert client.get("/").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_the_database(office: Office) -> None:
    client = Browser(office)
    cookie = try_to_sign_in(client).headers["set-cookie"]

    assert re.match(r"zesei=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
    assert "Secure" not in cookie
    assert "expires" not in cookie.lower()
    assert client.cookies["zesei"] not in str(everything_in(office))


def test_over_https_the_cookie_is_secure_and_bound_to_this_host(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[web]\nhttps = true\nhsts_days = 365")
    with_accounts(office, JOHO)
    client = Browser(office, base_url="https://testserver")

    entered = try_to_sign_in(client)

    assert re.search(r"__Host-zesei=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", entered.headers["set-cookie"])
    assert client.get("/").status_code == 200
    assert client.get("/").headers["strict-transport-security"] == "max-age=31536000"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(office: Office) -> None:
    pages = [try_to_sign_in(Browser(office), name, "違うパスワード") for name in (JOHO.name, "nobody")]

    assert [page.status_code for page in pages] == [422, 422]
    assert all(WRONG in page.text for page in pages)
    known_name, unknown = (re.sub(r'value="[^"]*"', "", page.text) for page in pages)
    assert known_name == unknown
    assert "zesei" not in pages[0].headers.get("set-cookie", "").replace("zesei-start", "")


def test_time_does_not_tell_whether_a_name_exists(office: Office) -> None:
    try_to_sign_in(Browser(office), "nobody", "違うパスワード")

    took = {name: min(seconds_of_a_try(office, name) for _ in range(3)) for name in (JOHO.name, "nobody")}

    assert 0.5 < took[JOHO.name] / took["nobody"] < 2, took


def seconds_of_a_try(office: Office, name: str) -> float:
    client = Browser(office)
    client.get("/sign-in")
    began = time.perf_counter()
    assert try_to_sign_in(client, name, "違うパスワード").status_code == 422
    return time.perf_counter() - began


@pytest.mark.parametrize("name", ["joho01", "JOHO01", "ｊｏｈｏ０１", " Ｊoho01 ", "joho 01"])
def test_a_name_is_known_in_whatever_width_and_case(office: Office, name: str) -> None:
    assert try_to_sign_in(Browser(office), name).status_code == 303


def test_full_width_letters_of_a_password_are_the_same_as_narrow_ones(office: Office) -> None:
    occasion = office.occasion("管理者")
    set_password(office.store, JOHO.name, "ＡＢＣ-きつね-12345", occasion, 12)

    assert try_to_sign_in(Browser(office), JOHO.name, "ABC-きつね-１２３４５").status_code == 303
    assert try_to_sign_in(Browser(office), JOHO.name, "abc-きつね-12345").status_code == 422


def test_after_five_wrong_passwords_even_the_right_one_is_not_looked_at_for_a_quarter_of_an_hour(
    office: Office,
) -> None:
    spellings = ["joho01", "JOHO01", "ｊｏｈｏ０１", "Joho01", "ＪＯＨＯ01"]
    for name in spellings:
        assert try_to_sign_in(Browser(office), name, "違うパスワード").status_code == 422

    locked = try_to_sign_in(Browser(office), JOHO.name)
    assert locked.status_code == 429
    assert "ログインの失敗が続いたため、15分ほどログインできません。" in words_of(locked.text)
    assert kinds_of_events(office, "account:joho01")[0] == "AccountLocked"
    assert try_to_sign_in(Browser(office), TANTO.name).status_code == 303
    assert try_to_sign_in(Browser(at(office, 0.24)), JOHO.name).status_code == 429
    assert try_to_sign_in(Browser(at(office, 0.26)), JOHO.name).status_code == 303


def test_a_name_that_nobody_has_is_locked_alike(office: Office) -> None:
    for _ in range(5):
        assert try_to_sign_in(Browser(office), "nobody", "違うパスワード").status_code == 422

    assert try_to_sign_in(Browser(office), "nobody", "違うパスワード").status_code == 429
    assert "nobody" not in str(everything_in(office)), "somebody may have typed a password there"


def test_a_right_password_makes_the_wrong_ones_before_it_forgotten(office: Office) -> None:
    for _ in range(3):
        for _ in range(4):
            assert try_to_sign_in(Browser(office), JOHO.name, "違うパスワード").status_code == 422
        assert try_to_sign_in(Browser(office), JOHO.name).status_code == 303


def test_many_tries_at_once_count_before_they_are_looked_at(office: Office) -> None:
    browsers = [Browser(office) for _ in range(12)]
    forms = [
        {"csrf_token": hidden(browser.get("/sign-in").text, "csrf_token"), "name": JOHO.name} for browser in browsers
    ]

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda b, form: b.request("POST", "/sign-in", data=form | {"password": "違う"}), browsers, forms)
        )

    assert sum(answer.status_code == 422 for answer in answers) <= 5
    assert {answer.status_code for answer in answers} <= {422, 429}
    assert try_to_sign_in(Browser(office)).status_code == 429


def test_from_one_address_not_every_name_can_be_tried(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[accounts]\ntries_per_address = 3")
    with_accounts(office, JOHO)

    for name in ("a", "b", "c"):
        assert try_to_sign_in(Browser(office), name, "x").status_code == 422

    assert try_to_sign_in(Browser(office), JOHO.name).status_code == 429


def test_a_very_long_password_costs_nothing(office: Office) -> None:
    try_to_sign_in(Browser(office), "nobody", "x")
    client = Browser(office)
    began = time.perf_counter()
    answer = try_to_sign_in(client, JOHO.name, "あ" * 30_000)
    assert answer.status_code == 422
    assert time.perf_counter() - began < 5


def test_an_account_that_is_shut_is_out_at_once_and_does_not_get_in(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    assert client.get("/").status_code == 200

    with office.store.transaction() as records:
        disable(records, JOHO.name, office.occasion("管理者"))

    assert client.get("/").status_code == 303
    again = try_to_sign_in(Browser(office))
    assert again.status_code == 422
    assert WRONG in again.text


def test_a_session_that_was_left_over_of_an_account_that_is_shut_opens_nothing(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)

    with office.store.transaction() as records:
        records.connection.exec_driver_sql("UPDATE account SET disabled_at = made_at")

    assert client.get("/").status_code == 303


def test_a_changed_role_holds_from_the_next_page_on(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    assert client.get("/letters").status_code == 200

    with office.store.transaction() as records:
        version = found(records, JOHO.name).version
        moved = Account(JOHO.name, JOHO.display_name, Role.MEMBER, DISABILITY)
        change_account(records, moved, version, office.occasion("管理者"))

    assert client.get("/letters").status_code == 403
    assert client.get("/tasks").status_code == 200


def test_the_session_is_a_new_one_at_each_sign_in_and_the_one_before_it_ends(office: Office) -> None:
    client, planted = Browser(office), {"cookie": "zesei=chosen-by-somebody-else"}
    page = client.get("/sign-in", headers=planted)
    form = {"csrf_token": hidden(page.text, "csrf_token"), "name": JOHO.name, "password": PASSWORD}
    secrets = [client.request("POST", "/sign-in", data=form).cookies["zesei"] for _ in range(2)]

    assert len({*secrets, "chosen-by-somebody-else"}) == 3
    assert client.get("/").status_code == 200
    for old in (secrets[0], "chosen-by-somebody-else"):
        assert Browser(office, old).get("/").status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "a" * 5000, "../..", "'; DROP TABLE session; --", "%00", "あ", "null"])
def test_a_cookie_that_nobody_was_given_opens_nothing(office: Office, cookie: str) -> None:
    client = TestClient(create_app(office), follow_redirects=False)

    answer = client.get("/", headers={"cookie": f"zesei={cookie}".encode()})

    assert answer.status_code == 303


def test_a_session_ends_after_an_hour_without_use_and_after_twelve_in_any_case(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)

    assert later(client, office, 0.99).get("/").status_code == 200
    assert later(client, office, 1.98).get("/").status_code == 200
    assert later(client, office, 2.99).get("/").status_code == 303
    try_to_sign_in(client := Browser(at(office, 3)))
    for hour in range(1, 24):
        status = later(client, office, 3 + hour / 2).get("/").status_code
        assert status == (200 if hour / 2 < 12 else 303), hour
    assert later(client, office, 15).get("/").status_code == 303


def test_looking_at_pages_writes_the_last_use_at_most_once_a_minute(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    before = everything_in(office)

    for _ in range(3):
        client.get("/")
    later(client, office, 0.9 / 60).get("/")
    assert everything_in(office) == before

    later(client, office, 1 / 60).get("/")
    after = everything_in(office)
    assert {table for table in after if after[table] != before[table]} == {"session"}


def test_a_page_does_not_wait_for_a_long_import_to_note_its_use(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    client = later(client, office, 0.5)

    with office.store.transaction() as records:
        records.connection.exec_driver_sql("UPDATE job SET name = name")
        began = time.perf_counter()
        assert client.get("/").status_code == 200

    assert time.perf_counter() - began < 3


def test_two_may_be_signed_in_by_one_account_and_one_ends_the_other(office: Office) -> None:
    one, other = Browser(office), Browser(office)
    try_to_sign_in(one)
    try_to_sign_in(other)
    page = one.get("/sessions").text
    assert page.count(">取り消す</button>") == 1

    ended = one.post("/session-ends", data={"session": hidden(page, "session")})

    assert "ログインを取り消しました" in one.get(ended.headers["location"]).text
    assert (one.get("/").status_code, other.get("/").status_code) == (200, 303)


def test_nobody_ends_the_session_of_another_account(office: Office) -> None:
    one, other = Browser(office), Browser(office)
    try_to_sign_in(one)
    try_to_sign_in(other, TANTO.name)
    (key,) = [row[0] for row in asked(office, "SELECT key FROM session WHERE account_name = 'tanto03'")]

    assert one.post("/session-ends", data={"session": key}).status_code == 404
    assert other.get("/").status_code in (200, 303)
    assert other.get("/tasks").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/\n/evil.example", "/x\r\nSet-Cookie: a=b", "evil.example", "", "/../x\x00"],
)  # fmt: skip
def test_no_address_leads_out_of_the_office_after_signing_in(office: Office, wanted: str) -> None:
    client = Browser(office)

    answer = try_to_sign_in(client, wanted=wanted)

    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place.startswith("/")
    assert not re.search(r"evil|[\r\n\\]", place)
    assert "a=b" not in answer.headers.get("set-cookie", "")
    assert client.get("/sign-in", params={"next": wanted}).headers["location"].startswith("/")


def test_no_other_site_signs_a_browser_in_as_somebody_else(office: Office) -> None:
    theirs, victim = Browser(office), Browser(office)
    token = hidden(theirs.get("/sign-in").text, "csrf_token")
    form = {"csrf_token": token, "name": JOHO.name, "password": PASSWORD}
    victim.get("/sign-in")

    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        del victim.headers["sec-fetch-site"]
        assert victim.request("POST", "/sign-in", data=form, headers=headers).status_code == 403
        victim.headers["sec-fetch-site"] = "same-origin"
    silent = victim.request("POST", "/sign-in", data=form)

    assert silent.status_code == 403
    assert "ログインの画面が古くなっていました" in silent.text
    assert "zesei" not in victim.cookies


def test_a_given_password_is_changed_before_anything_else(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    with_accounts(office, JOHO, must_change=True)
    client = Browser(office)
    try_to_sign_in(client)

    assert client.get("/tasks").headers["location"] == "/password"
    assert client.post("/decisions", data={"decision": "accepted"}).status_code == 403
    assert "管理者が決めた仮のもの" in client.get("/password").text
    form = {"old": PASSWORD, "password": "あたらしい合言葉と傘", "again": "あたらしい合言葉と傘"}
    assert client.post("/password", data=form).status_code == 422, "too short"
    form |= dict.fromkeys(("password", "again"), "あたらしい合言葉と赤い傘")
    assert client.post("/password", data=form).status_code == 303

    assert client.get("/tasks").status_code == 200
    assert try_to_sign_in(Browser(office), JOHO.name, "あたらしい合言葉と赤い傘").status_code == 303


def test_a_changed_password_ends_the_other_sessions_and_is_in_the_trail_without_itself(office: Office) -> None:
    client, other = Browser(office), Browser(office)
    try_to_sign_in(client)
    try_to_sign_in(other)
    new = NEW

    changed = client.post("/password", data={"old": PASSWORD, "password": new, "again": new})

    assert "ほかの画面のログインは取り消しました" in client.get(changed.headers["location"]).text
    assert (client.get("/").status_code, other.get("/").status_code) == (200, 303)
    assert kinds_of_events(office, "account:joho01")[0] == "PasswordChanged"
    assert not any(word in str(everything_in(office)) for word in (new, PASSWORD))


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("違うもの", NEW, NEW, "今のパスワードが違います。"),
        (PASSWORD, "みじかい", "みじかい", "12字以上にしてください。"),
        (PASSWORD, NEW, f"{NEW}。", "二つの新しいパスワードが違います。"),
        (PASSWORD, "joho01の長いパスワード", "joho01の長いパスワード", "利用者名や氏名を入れないでください。"),
        (PASSWORD, "あ" * 129, "あ" * 129, "128字までにしてください。"),
        (PASSWORD, "aaaaaaaaaaaaa", "aaaaaaaaaaaaa", "同じ字の繰り返しや"),
    ],
)
def test_a_password_that_is_not_taken_is_told_beside_its_field(
    office: Office, old: str, new: str, again: str, told: str
) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    before = kinds_of_events(office, "account:joho01")

    answer = client.post("/password", data={"old": old, "password": new, "again": again})

    assert answer.status_code == 422
    assert told in words_of(answer.text)
    assert new not in answer.text
    assert kinds_of_events(office, "account:joho01") == before


def test_the_old_password_cannot_be_guessed_from_within_a_session(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    new = NEW
    for guess in range(5):
        assert client.post("/password", data={"old": f"{guess}", "password": new, "again": new}).status_code == 422

    assert client.post("/password", data={"old": PASSWORD, "password": new, "again": new}).status_code == 409


def test_without_any_account_every_page_says_how_the_first_one_is_made(tmp_path: Path) -> None:
    client = Browser(an_office(tmp_path))

    for path in ("/", "/tasks", "/sign-in", "/accounts", "/letters/1"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "zesei serve を動かした画面に示されたアドレスを開いて" in words_of(answer.text)
    assert client.request("POST", "/decisions", data={}).status_code == 503


def test_the_departments_pages_need_no_session_in_either_application(office: Office) -> None:
    for app in (create_app(office), create_answer_app(office)):
        client = TestClient(app, follow_redirects=False)
        assert client.get("/submissions/x").status_code == 404
        assert client.get("/departments/x").status_code == 404
        assert "set-cookie" not in client.get("/departments/x").headers
    outside = TestClient(create_answer_app(office), follow_redirects=False)
    for path in ("/sign-in", "/", "/accounts", "/setup/x", "/password"):
        assert outside.get(path).status_code == 404, path


# What was typed when the session ran out.


@pytest.fixture
def task(office: Office) -> Task:
    task = given(office, a_task())
    answered(office, task)
    return task


def form_of(task: Task, **fields: object) -> dict[str, object]:
    return {"task": task.key, "version": 1, "reason": "写しがありません。\n送ってください。", **fields}


def test_what_was_typed_when_the_session_ran_out_is_sent_after_signing_in_by_a_click(office: Office) -> None:
    task = given(office, a_task())
    client = Browser(office)
    try_to_sign_in(client)
    token = client.token
    client = later(client, office, 2)
    form = form_of(task, csrf_token=token)

    refused = client.post("/withdrawals", data=form)
    assert refused.status_code == 401
    assert "入力した内容は残っています" in refused.text
    assert known(office, task).is_open
    shown = try_to_sign_in(client, draft=hidden(refused.text, "draft"))

    assert shown.status_code == 200
    assert "写しがありません。" in shown.text
    assert known(office, task).is_open, "nothing is sent without a click"
    click = {name: hidden(shown.text, name) for name in ("csrf_token", "task", "version", "reason")}
    assert click["reason"] == "写しがありません。\n送ってください。"
    assert client.request("POST", "/withdrawals", data=click).status_code == 303
    assert not known(office, task).is_open


def test_what_was_typed_survives_a_wrong_password(office: Office, task: Task) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    form = form_of(task, csrf_token=client.token)
    client = later(client, office, 2)
    draft = hidden(client.post("/withdrawals", data=form).text, "draft")

    wrong = try_to_sign_in(client, password="違うパスワード", draft=draft)

    assert hidden(wrong.text, "draft") == draft


def test_what_one_typed_is_never_shown_to_another(office: Office, task: Task) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    form = form_of(task, csrf_token=client.token)
    client = later(client, office, 2)
    draft = hidden(client.post("/withdrawals", data=form).text, "draft")

    other = try_to_sign_in(client, TANTO.name, draft=draft)

    assert other.status_code == 303
    assert "写しがありません" not in other.text


@pytest.mark.parametrize("token", ["", "x", "joho01.x", "0" * 64])
def test_what_nobody_is_known_to_have_typed_is_not_carried(office: Office, task: Task, token: str) -> None:
    refused = Browser(office).post("/withdrawals", data=form_of(task, csrf_token=token))

    assert refused.status_code == 401
    assert 'name="draft"' not in refused.text
    assert "写しがありません" not in refused.text


def test_a_draft_that_another_site_wrote_is_not_shown(office: Office) -> None:
    for draft in ("x", "eyJhIjoxfQ.x", "." * 1000):
        assert try_to_sign_in(Browser(office), draft=draft).status_code == 303


def test_passwords_are_never_carried(office: Office) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    form = {"csrf_token": client.token, "old": PASSWORD, "password": NEW, "again": ""}

    refused = later(client, office, 2).post("/password", data=form)

    assert refused.status_code == 401
    assert 'name="draft"' not in refused.text


def test_a_form_written_before_signing_in_again_in_another_tab_is_still_taken(office: Office) -> None:
    task = given(office, a_task())
    client = Browser(office)
    try_to_sign_in(client)
    form = form_of(task, csrf_token=client.token)
    client.post("/sign-out")
    try_to_sign_in(client)

    assert client.request("POST", "/withdrawals", data=form).status_code == 303


def test_a_form_of_another_account_in_the_same_browser_is_refused(office: Office) -> None:
    task = given(office, a_task())
    before = division(office)
    client = Browser(office)
    try_to_sign_in(client)

    answer = client.post("/withdrawals", data=form_of(task, csrf_token=before.token))

    assert answer.status_code == 403
    assert known(office, task).is_open


def test_more_than_a_page_can_carry_is_refused_with_a_sentence(office: Office, task: Task) -> None:
    client = Browser(office)
    try_to_sign_in(client)
    form = form_of(task, csrf_token=client.token, note="".join(chr(0x4E00 + n % 20_000) for n in range(250_000)))

    refused = later(client, office, 2).post("/withdrawals", data=form)

    assert refused.status_code == 401
    assert 'name="draft"' not in refused.text
    assert "送られた内容は受け付けていません" in refused.text


def test_an_administrator_sees_no_tasks_and_has_a_first_page(office: Office) -> None:
    given(office, a_task())
    client = administrator(office)

    assert "処理の予定と結果" in client.get("/").text
    assert client.get("/tasks").status_code == 403
    for path in ("/", "/accounts", "/jobs"):
        assert "台帳に書く" not in client.get(path).text


def test_the_ways_at_the_left_are_those_of_the_role(office: Office) -> None:
    for client, ways in (
        (administrator(office), ["今日", "処理", "設定"]),
        (member(office), ["今日", "対応", "予定"]),
        (signed_in(office, Account("a", "監査", Role.AUDITOR)), None),
    ):
        page = client.get("/tasks" if ways and "予定" in ways else "/").text
        listed = re.findall(
            r"<li><a href=\"[^\"]+\"[^>]*>([^<]+)</a></li>", page.partition("<nav")[2].partition("</nav>")[0]
        )
        assert "設定" not in listed if ways is None else listed == ways
