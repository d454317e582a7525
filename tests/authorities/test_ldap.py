"""Signing in by the office's directory, asked for real: Debian's slapd."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.authorities.directories import PASSWORD, Directory, running_directory, why_not
from tests.builders import asked
from tests.leaving_out import leave_out
from tests.web.situations import Browser, administrator, an_office
from tests.web.test_sign_in import JOHO, WRONG, try_to_sign_in, with_accounts
from tests.web.test_sign_in import PASSWORD as OWN_PASSWORD
from tracker.accounts import disable
from tracker.office import Office

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*:DeprecationWarning:ldap3", "ignore:tagMap:DeprecationWarning", "ignore:typeMap:DeprecationWarning"
)


@pytest.fixture(scope="module")
def directory() -> Iterator[Directory]:
    if why := why_not():
        leave_out(str(why))
    with running_directory() as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, directory: Directory) -> Office:
    office = an_office(tmp_path, directory.settings())
    administrator(office)
    return office


def test_whoever_the_directory_knows_gets_an_account_with_the_role_of_their_group(office: Office) -> None:
    client = Browser(office)

    assert try_to_sign_in(client, "ＴＡＮＴＯ０３", PASSWORD).status_code == 303

    assert client.get("/tasks").status_code == 200
    made = asked(
        office,
        "SELECT name, display_name, role, department_code, password_hash FROM account WHERE name <> 'administrator'",
    )
    assert made == [("tanto03", "職員０３", "member", "0303", "")]
    assert "庁内のほかの認証でログインします" in client.get("/password").text


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("joho01", "違う合言葉"), ("joho01", ""), ("nobody", PASSWORD), ("", PASSWORD), ("*", PASSWORD),
        ("joho*", PASSWORD), ("joho01)(uid=*", PASSWORD), ("*)(objectClass=*", PASSWORD), ("joho01\x00", "違う"),
        ("cn=reader", "reads-only"), ("nobody04", PASSWORD), ("lost05", PASSWORD), ("joho01", "あ" * 200),
    ],
)  # fmt: skip
def test_nobody_else_gets_in(office: Office, name: str, password: str) -> None:
    answer = try_to_sign_in(Browser(office), name, password)

    assert answer.status_code == 422
    assert WRONG in answer.text
    assert len(asked(office, "SELECT 1 FROM account")) == 1


def test_an_account_that_is_here_keeps_its_role_and_one_that_is_shut_stays_shut(office: Office) -> None:
    with_accounts(office, JOHO)
    client = Browser(office)

    assert try_to_sign_in(client, JOHO.name, PASSWORD).status_code == 303
    assert client.get("/letters").status_code == 200
    assert try_to_sign_in(Browser(office), JOHO.name, OWN_PASSWORD).status_code == 303
    with office.store.transaction() as records:
        disable(records, JOHO.name, office.occasion("管理者"))
    assert try_to_sign_in(Browser(office), JOHO.name, PASSWORD).status_code == 422


@pytest.mark.parametrize("how", ["ldaps", "start_tls"])
def test_the_directory_is_asked_over_tls_and_only_under_its_own_certificate(
    tmp_path: Path, directory: Directory, how: str
) -> None:
    changes = {"url": f"ldaps://127.0.0.1:{directory.tls_port}"} if how == "ldaps" else {"start_tls": "true"}
    for name, trusted in (("with", {"ca_file": str(directory.certificate)}), ("without", {})):
        (tmp_path / name).mkdir()
        office = an_office(tmp_path / name, directory.settings(**changes, **trusted))
        administrator(office)
        answer = try_to_sign_in(Browser(office), "joho01", PASSWORD)
        assert answer.status_code == (303 if trusted else 503)


def test_a_directory_that_does_not_answer_is_told_and_own_passwords_still_hold(
    tmp_path: Path, directory: Directory
) -> None:
    office = an_office(tmp_path, directory.settings(url="ldap://127.0.0.1:9"))
    with_accounts(office, JOHO)

    down = try_to_sign_in(Browser(office), "tanto03", PASSWORD)

    assert down.status_code == 503
    assert "庁内の認証サーバーに接続できません。" in down.text
    assert try_to_sign_in(Browser(office), JOHO.name, OWN_PASSWORD).status_code == 303


def test_a_directory_that_refuses_the_reader_is_told(tmp_path: Path, directory: Directory) -> None:
    office = an_office(tmp_path, directory.settings(bind_password="wrong"))
    administrator(office)

    assert try_to_sign_in(Browser(office), "joho01", PASSWORD).status_code == 503


def test_the_directory_is_not_asked_more_often_than_may_be_tried(office: Office) -> None:
    for _ in range(5):
        assert try_to_sign_in(Browser(office), "joho01", "違う合言葉").status_code == 422

    assert try_to_sign_in(Browser(office), "joho01", PASSWORD).status_code == 429


def test_the_library_is_loaded_without_a_warning_that_matters() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ldap3

    assert ldap3.__version__ == "2.9.1"
