"""Signing in by the office's own sign-on, against an issuer on 127.0.0.1 that tells the truth, and one that lies."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey

from tests.authorities.issuers import ANOTHER_KEY, SECRET, Issuer, running_issuer
from tests.builders import asked
from tests.web.situations import Browser, administrator, an_office
from tracker.accounts import disable
from tracker.clock import set_clock
from tracker.office import Office, open_office


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def office(tmp_path: Path, issuer: Issuer) -> Office:
    return an_office_of(tmp_path, issuer)


def an_office_of(folder: Path, issuer: Issuer) -> Office:
    office = an_office(folder, issuer.settings())
    set_clock(office.data_dir, "Asia/Tokyo", datetime.now(UTC))  # a token holds for minutes of the issuer's own time
    office = open_office(folder / "config.toml", office.data_dir)
    administrator(office)
    return office


def left_for(client: Browser, wanted: str = "/tasks") -> str:
    """The address at the issuer that the browser is sent to."""
    client.headers.pop("sec-fetch-site", None)  # it comes back from another site
    answer = client.get("/sign-in/oidc", params={"next": wanted})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_whoever_the_issuer_vouches_for_comes_in_with_the_role_of_their_group(office: Office, issuer: Issuer) -> None:
    client = Browser(office)
    assert "庁内の認証（SSO）でログイン" in client.get("/sign-in").text

    entered = client.get(issuer.authorize(left_for(client, "/tasks?standing=all")))

    assert (entered.status_code, entered.headers["location"]) == (303, "/tasks?standing=all")
    assert client.get("/tasks").status_code == 200
    assert ("tanto03", "職員０３", "member", "0303") in asked(
        office, "SELECT name, display_name, role, department_code FROM account"
    )
    assert asked(office, "SELECT way FROM session WHERE account_name = 'tanto03'") == [("oidc",)]


def test_the_browser_is_sent_with_a_challenge_a_state_and_a_nonce_of_its_own_each_time(
    office: Office, issuer: Issuer
) -> None:
    asked_for = [parse_qs(urlsplit(left_for(Browser(office))).query) for _ in range(2)]

    for query in asked_for:
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == ["http://testserver/sign-in/oidc/return"]
        assert query["scope"] == ["openid profile"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked_for[0][name] != asked_for[1][name]


def test_nobody_comes_in_with_what_another_browser_was_sent_with(office: Office, issuer: Issuer) -> None:
    theirs, victim = Browser(office), Browser(office)
    back = issuer.authorize(left_for(theirs))

    assert_refused(office, victim, back)
    left_for(victim)
    assert_refused(office, victim, back)


@pytest.mark.parametrize(
    "back", ["", "?state={state}", "?code=code-1", "?code=code-1&state=x", "?error=access_denied&state={state}",
             "?code=wrong&state={state}"],
)  # fmt: skip
def test_a_return_without_its_code_or_state_is_refused(office: Office, issuer: Issuer, back: str) -> None:
    client = Browser(office)
    issuer.authorize(left_for(client))

    assert_refused(office, client, f"/sign-in/oidc/return{back.format(state=issuer.asked['state'])}")


LIES = {
    "another issuer": {"iss": "http://127.0.0.1:1"}, "no issuer": {"iss": None}, "for another": {"aud": "other"},
    "also by another": {"aud": ["zesei", "other"], "azp": "other"}, "for nobody": {"aud": None},
    "run out": {"exp": int(time.time()) - 3600}, "never ends": {"exp": None}, "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None}, "no name": {"preferred_username": None}, "a name that is none": {"preferred_username": ["x"]},
    "from tomorrow": {"iat": int(time.time()) + 86_400}, "an empty name": {"preferred_username": ""},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_says_something_else_is_refused(office: Office, issuer: Issuer, lie: dict[str, object]) -> None:
    client = Browser(office)
    issuer.lies = lie

    assert_refused(office, client, issuer.authorize(left_for(client)))


@pytest.mark.parametrize("how", ["another key", "a shared secret", "not at all"])
def test_a_token_that_the_issuers_own_key_did_not_sign_is_refused(office: Office, issuer: Issuer, how: str) -> None:
    client = Browser(office)
    if how == "another key":
        issuer.key = ANOTHER_KEY
    elif how == "a shared secret":
        issuer.header, issuer.key = {"alg": "HS256", "kid": "1"}, OctKey.import_key(SECRET * 8)  # type: ignore[assignment]
    back = issuer.authorize(left_for(client))
    if how == "not at all":
        honest = issuer.token

        def unsigned(form: dict[str, str], authorization: str) -> dict[str, object]:
            token = honest(form, authorization)
            assert token is not None
            return token | {"id_token": f"eyJhbGciOiJub25lIn0.{token['id_token'].split('.')[1]}."}

        issuer.token = unsigned  # type: ignore[method-assign]

    assert_refused(office, client, back)


@pytest.mark.parametrize(
    "known", [{"issuer": "http://127.0.0.1:1"}, {"token_endpoint": "http://127.0.0.1:1/token"},
              {"jwks_uri": "http://evil.example/keys"}, {"authorization_endpoint": "https://evil.example/"}],
)  # fmt: skip
def test_no_address_outside_of_the_issuer_is_asked(office: Office, issuer: Issuer, known: dict[str, str]) -> None:
    client = Browser(office)
    if "authorization_endpoint" in known or "issuer" in known:
        issuer.known = known
        answer = client.get("/sign-in/oidc")
        assert answer.status_code == 403
        assert "evil" not in answer.headers.get("location", "")
        return
    back = issuer.authorize(left_for(client))
    issuer.known = known
    assert_refused(office, client, back)


def test_an_issuer_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with running_issuer() as issuer:
        office = an_office_of(tmp_path, issuer)

    answer = Browser(office).get("/sign-in/oidc")

    assert answer.status_code == 503
    assert "庁内の認証（SSO）に接続できません。" in answer.text


def test_whoever_has_no_account_and_no_group_is_told_and_an_account_that_is_shut_stays_shut(
    office: Office, issuer: Issuer
) -> None:
    issuer.lies = {"preferred_username": "stranger", "groups": []}
    client = Browser(office)
    answer = client.get(issuer.authorize(left_for(client)))
    assert "是正の利用者として登録されていません" in answer.text

    issuer.lies = {}
    assert client.get(issuer.authorize(left_for(client))).status_code == 303
    with office.store.transaction() as records:
        disable(records, "tanto03", office.occasion("管理者"))
    again = Browser(office)
    assert "登録されていません" in again.get(issuer.authorize(left_for(again))).text
    assert again.get("/tasks").status_code == 303


def test_without_the_setting_there_is_no_such_way(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    administrator(office)

    assert Browser(office).get("/sign-in/oidc").status_code == 404
    assert "SSO" not in Browser(office).get("/sign-in").text


def assert_refused(office: Office, client: Browser, back: str) -> None:
    answer = client.get(back)
    assert answer.status_code == 403, answer.text
    assert "庁内の認証（SSO）の結果を確かめられませんでした。" in answer.text
    assert "zesei" not in client.cookies
    assert asked(office, "SELECT 1 FROM session WHERE account_name <> 'administrator'") == []
