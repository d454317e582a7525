"""利用者 as the administrator looks after it, and the page that makes the first one."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import asked, everything_in
from tests.databases import on_both_databases
from tests.storage.test_postgresql import at_once
from tests.web.situations import (
    DISABILITY,
    Browser,
    administrator,
    an_office,
    kinds_of_events,
    member,
    words_of,
)
from tests.web.test_sign_in import JOHO, NEW, PASSWORD, TANTO, hidden, try_to_sign_in, with_accounts
from tracker.accounts import add_account
from tracker.domain.accounts import Account, Role
from tracker.domain.errors import AccountRefused
from tracker.office import Office
from tracker.web.app import create_app
from tracker.web.setup import SetupCode
from tracker.web.visit import ShownAccount


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def client(office: Office) -> Browser:
    return administrator(office)


def added(client: Browser, **fields: str) -> Response:
    facts = {"name": "tanto09", "display_name": "職員０９", "role": "member", "department": DISABILITY, "password": NEW}
    return client.post("/accounts", data=facts | fields)


def version_of(client: Browser, name: str) -> str:
    return hidden(client.get(f"/accounts/{name}").text, "version")


def test_somebody_new_is_added_signs_in_and_chooses_a_password(office: Office, client: Browser) -> None:
    answer = added(client, name="ＴＡＮＴＯ０９")

    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/accounts/tanto09")
    assert "◎ 利用者を登録しました。" in words_of(client.get(answer.headers["location"]).text)
    listed = words_of(client.get("/accounts").text)
    assert "tanto09 職員０９ 所管課の職員 障害者福祉課" in listed
    newcomer = Browser(office)
    assert try_to_sign_in(newcomer, "tanto09", NEW).status_code == 303
    assert newcomer.get("/tasks").headers["location"] == "/password"
    assert NEW not in str(everything_in(office))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": ""}, "利用者名を入力してください。"), ({"name": "a/b"}, "文字と数字にしてください"),
        ({"name": ".."}, "文字と数字にしてください"), ({"name": "x" * 65}, "64字までの"),
        ({"name": "administrator"}, "利用者名「administrator」は、もう使われています。"),
        ({"name": "ＡＤＭＩＮＩＳＴＲＡＴＯＲ"}, "もう使われています。"), ({"display_name": " "}, "氏名を入力してください。"),
        ({"role": ""}, "役割を選んでください。"), ({"role": "king"}, "役割を選んでください。"),
        ({"department": ""}, "所管課を選んでください。"), ({"department": "9999"}, "所管課を一覧から選んでください。"),
        ({"role": "auditor"}, "課長と所管課の職員だけに選んでください。"), ({"password": ""}, "仮のパスワードを入力してください。"),
        ({"password": "みじかい"}, "12字以上にしてください。"), ({"password": "tanto09のパスワード"}, "利用者名や氏名を入れないで"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_beside_its_field_with_what_was_typed_kept(
    office: Office, client: Browser, fields: dict[str, str], told: str
) -> None:
    before = asked(office, "SELECT * FROM account")

    answer = added(client, **{"display_name": "職員０９", **fields})

    assert answer.status_code == 422
    assert told in words_of(answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert fields.get("display_name", "職員０９").strip() in answer.text
    assert (
        fields.get("password") is None or f'value="{fields["password"]}"' not in answer.text or not fields["password"]
    )
    assert asked(office, "SELECT * FROM account") == before


def test_a_role_is_changed_and_a_stale_page_is_told(office: Office, client: Browser) -> None:
    with_accounts(office, JOHO)
    form = {
        "display_name": "職員０１",
        "role": "chief",
        "department": DISABILITY,
        "version": version_of(client, "joho01"),
    }

    assert client.post("/accounts/joho01/role", data=form).status_code == 303
    stale = client.post("/accounts/joho01/role", data=form | {"role": "auditor", "department": ""})

    assert stale.status_code == 409
    assert "ほかの人が先に変えました" in stale.text
    assert asked(office, "SELECT role, department_code FROM account WHERE name = 'joho01'") == [("chief", DISABILITY)]


def test_an_account_is_shut_and_opened_again(office: Office, client: Browser) -> None:
    with_accounts(office, JOHO)
    theirs = Browser(office)
    try_to_sign_in(theirs)

    assert client.post("/accounts/joho01/closure").status_code == 303
    assert theirs.get("/").status_code == 303
    assert "利用停止" in client.get("/accounts").text
    assert client.post("/accounts/joho01/closure").status_code == 409
    assert client.post("/accounts/joho01/reopening").status_code == 303
    assert client.post("/accounts/joho01/reopening").status_code == 409
    assert try_to_sign_in(theirs).status_code == 303
    assert kinds_of_events(office, "account:joho01")[:4] == [
        "SignedIn",
        "AccountEnabled",
        "AccountDisabled",
        "SignedIn",
    ]


def test_a_forgotten_password_is_given_anew_and_ends_what_goes_on(office: Office, client: Browser) -> None:
    with_accounts(office, JOHO)
    theirs = Browser(office)
    try_to_sign_in(theirs)

    refused = client.post("/accounts/joho01/password", data={"password": "みじかい"})
    assert refused.status_code == 422
    assert client.post("/accounts/joho01/password", data={"password": NEW}).status_code == 303

    assert theirs.get("/").status_code == 303
    assert try_to_sign_in(theirs).status_code == 422
    assert try_to_sign_in(theirs, password=NEW).status_code == 303
    assert theirs.get("/").headers["location"] == "/password"


def test_a_locked_account_is_shown_and_unlocked(office: Office, client: Browser) -> None:
    with_accounts(office, JOHO)
    for _ in range(6):
        try_to_sign_in(Browser(office), password="違うパスワード")
    assert "職員０１（joho01）" in client.get("/").text
    assert "制限中" in client.get("/accounts").text

    assert client.post("/accounts/joho01/unlocking").status_code == 303

    assert try_to_sign_in(Browser(office)).status_code == 303
    assert "制限中" not in client.get("/accounts").text


def test_everything_that_somebody_is_signed_in_with_is_ended(office: Office, client: Browser) -> None:
    with_accounts(office, JOHO)
    browsers = [Browser(office), Browser(office)]
    for browser in browsers:
        try_to_sign_in(browser)
    assert "2画面" in client.get("/accounts/joho01").text

    client.post("/accounts/joho01/session-ends")

    assert {browser.get("/").status_code for browser in browsers} == {303}


def test_the_last_administrator_can_neither_be_shut_nor_made_something_else(office: Office, client: Browser) -> None:
    form = {"display_name": "職員", "role": "division", "version": version_of(client, "administrator")}

    for path, fields in (("closure", {}), ("role", form)):
        answer = client.post(f"/accounts/administrator/{path}", data=fields)
        assert answer.status_code == 409
        assert "管理者がいなくなるので、できません。" in answer.text
    assert client.get("/accounts").status_code == 200


def test_an_account_that_is_not_there_has_no_page(client: Browser) -> None:
    for path in ("/accounts/nobody", "/accounts/%3Cscript%3E", "/accounts/%00"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "<script>" not in answer.text


def test_nothing_of_accounts_is_shown_or_changed_by_others(office: Office, client: Browser) -> None:
    other = member(office)

    for path in ("/accounts", "/accounts/administrator"):
        assert other.get(path).status_code == 403
    assert added(other).status_code == 403
    assert "設定" not in other.get("/tasks").text


# The first administrator.


def setting_up(office: Office) -> tuple[Browser, str, SetupCode]:
    setup = SetupCode()
    code = setup.renew()
    client = Browser(office)
    client.app.state.setup = setup  # type: ignore[attr-defined]
    return client, f"/setup/{code}", setup


def first(**fields: str) -> dict[str, str]:
    return {"name": "kanri01", "display_name": "職員０１", "password": NEW, "again": NEW} | fields


def test_the_first_administrator_is_made_by_the_code_and_signed_in(office: Office) -> None:
    client, path, _ = setting_up(office)
    assert "最初の管理者を登録します" in client.get(path).text

    made = client.request("POST", path, data=first())

    assert (made.status_code, made.headers["location"]) == (303, "/")
    assert "情報管理課の利用者がいません" in client.get("/").text
    assert asked(office, "SELECT name, role, must_change_password FROM account") == [("kanri01", "administrator", 0)]
    assert try_to_sign_in(Browser(office), "kanri01", NEW).status_code == 303


def test_the_code_opens_nothing_after_its_use_nor_does_another(office: Office) -> None:
    client, path, _ = setting_up(office)
    for wrong in ("x", "", "%00", path.rpartition("/")[2][:-1]):
        assert client.get(f"/setup/{wrong}").status_code == 404
        assert client.request("POST", f"/setup/{wrong}", data=first()).status_code in (404, 405)
    client.request("POST", path, data=first())

    assert client.get(path).status_code == 404
    assert client.request("POST", path, data=first(name="kanri02")).status_code == 404
    assert len(asked(office, "SELECT 1 FROM account")) == 1


def test_the_code_opens_nothing_once_somebody_was_added_otherwise(office: Office) -> None:
    client, path, _ = setting_up(office)
    with_accounts(office, TANTO)

    assert client.request("POST", path, data=first()).status_code == 404
    assert client.get(path).status_code == 404
    assert asked(office, "SELECT role FROM account") == [(str(Role.MEMBER),)]


def test_what_is_missing_at_the_first_setting_is_told_and_the_code_stays_good(office: Office) -> None:
    client, path, _ = setting_up(office)

    for fields, told in (({"again": "x"}, "二つのパスワードが違います。"), ({"name": ""}, "利用者名を入力してください。"),
                         ({"password": "x", "again": "x"}, "12字以上に")):  # fmt: skip
        answer = client.request("POST", path, data=first(**fields))
        assert answer.status_code == 422
        assert told in answer.text
        assert "職員０１" in answer.text
    assert client.request("POST", path, data=first()).status_code == 303


def test_a_program_started_where_somebody_is_known_has_no_code(office: Office) -> None:
    with_accounts(office, TANTO)

    assert Browser(office).get("/setup/").status_code == 404
    assert Browser(office).get("/setup/x").status_code == 404


# The example office.


def test_only_an_example_office_names_its_accounts_and_their_password(office: Office) -> None:
    with_accounts(office, JOHO)
    assert "この役割で入る" not in Browser(office).get("/sign-in").text

    client = TestClient(create_app(office, shown=[ShownAccount(JOHO, PASSWORD)]), follow_redirects=False)
    page = client.get("/sign-in").text
    assert page.count("この役割で入る") == 1
    form = {name: hidden(page.partition("<table>")[2], name) for name in ("csrf_token", "name", "password")}

    assert client.post("/sign-in", data=form).status_code == 303


@on_both_databases
def test_of_those_who_add_one_name_at_once_all_but_one_are_told_that_it_is_taken(office: Office) -> None:
    account = Account("tanto09", "職員０９", Role.MEMBER, DISABILITY)

    def add() -> str:
        try:
            add_account(office.store, account, "", office.occasion("管理者"), 12)
        except AccountRefused as refusal:  # what the page says beside its field
            return f"{refusal.field}: {refusal}"
        return ""

    assert sorted(at_once(add, add, add, add), key=str) == [
        "",
        *["name: 利用者名「tanto09」は、もう使われています。"] * 3,
    ]
    assert asked(office, "SELECT count(*) FROM account WHERE name = 'tanto09'") == [(1,)]
