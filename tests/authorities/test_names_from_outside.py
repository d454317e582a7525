"""Names that another authority sends: in their one spelling, bound to the person, and never in the way of an administrator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.authorities.issuers import Issuer, running_issuer
from tests.authorities.test_oidc import an_office_of, left_for
from tests.authorities.test_proxies import SETTINGS, ask, browser
from tests.builders import asked
from tests.web.situations import DISABILITY, Browser, a_task, an_office, division, given, link_to, member, outside, send
from tests.web.test_sign_in import JOHO, with_accounts
from tracker.accounts import add_account, change_account
from tracker.authorities.ldap import _is_spelled
from tracker.domain.accounts import Account, Role
from tracker.domain.errors import AccountRefused
from tracker.office import Office
from tracker.settings.authorities import LdapSettings
from tracker.storage.accounts import KnownAccount

OTHER_SPELLINGS = (
    "Ａdministrator",
    "administrator\u200b",
    "ADMINISTRATOR",
    "ａｄｍｉｎｉｓｔｒａｔｏｒ",
    "admini\u00adstrator",
    "admin istrator",
)
PASSWORD = "夕ぐれの港に灯る赤いあかり"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def office(tmp_path: Path, issuer: Issuer) -> Office:
    return an_office_of(tmp_path, issuer)


def coming(office: Office, issuer: Issuer, **claims: Any) -> tuple[int, str]:
    """Somebody comes back from the issuer, who says so of them: what they are answered."""
    issuer.lies = claims
    client = Browser(office)
    answer = client.get(issuer.authorize(left_for(client)))
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", OTHER_SPELLINGS)
def test_a_name_that_only_looks_like_an_administrators_is_refused_and_not_changed_into_it(
    office: Office, issuer: Issuer, name: str
) -> None:
    status, text = coming(office, issuer, preferred_username=name)

    assert status == 403
    assert "全角や大文字、見えない文字を含むので受け付けません" in text
    assert asked(office, "SELECT account_name FROM session WHERE way = 'oidc'") == []
    assert asked(office, "SELECT name FROM account") == [("administrator",)]


@pytest.mark.parametrize("name", ["Ｊoho01", "joho01\u200b", "JOHO01"])
def test_the_proxys_header_is_refused_likewise(tmp_path: Path, name: str) -> None:
    office = an_office(tmp_path, SETTINGS)
    with_accounts(office, JOHO)

    answer = ask(browser(office), name=name)

    assert answer.status_code == 403
    assert "見えない文字を含むので受け付けません" in answer.text
    assert ask(browser(office)).status_code == 303


def test_a_directory_that_takes_one_spelling_for_another_is_not_believed() -> None:
    settings = LdapSettings(
        url="ldaps://dc.example", base="dc=example", filter="(&(objectClass=user)(sAMAccountName={name}))"
    )

    assert settings.naming_attribute == "sAMAccountName"
    assert _is_spelled("tanto03", ["Tanto03"])
    for kept in (["ｔanto03"], ["tanto03\u200b"], [], "ＴＡＮＴＯ０３"):
        assert not _is_spelled("tanto03", kept)


def test_an_account_goes_with_the_person_and_not_with_the_name(office: Office, issuer: Issuer) -> None:
    assert coming(office, issuer, sub="person-3")[0] == 303

    status, text = coming(office, issuer, sub="person-9")
    assert (status, "庁内の認証の別の人に結び付いています" in text) == (403, True)

    assert coming(office, issuer, sub="person-3", preferred_username="renamed03")[0] == 303
    sessions = asked(office, "SELECT account_name FROM session WHERE way = 'oidc'")
    assert sessions == [("tanto03",), ("tanto03",)]


def test_another_issuers_person_of_the_same_number_is_another_person(office: Office, issuer: Issuer) -> None:
    coming(office, issuer, sub="person-3")
    with office.store.transaction() as records:
        records.connection.exec_driver_sql("UPDATE account SET issuer = 'https://old.example' WHERE name = 'tanto03'")

    assert coming(office, issuer, sub="person-3")[0] == 403


def test_an_account_with_a_password_is_joined_only_where_the_office_allows_it(tmp_path: Path, issuer: Issuer) -> None:
    office = an_office_of(tmp_path, issuer)
    own = Account("tanto03", "職員０３", Role.MEMBER, DISABILITY)
    add_account(office.store, own, PASSWORD, office.occasion("管理者"), 12)
    status, text = coming(office, issuer)
    assert (status, "パスワードでログインしてください" in text) == (403, True)

    settings = office.settings.oidc
    assert settings is not None
    object.__setattr__(settings, "takes_over", True)
    assert coming(office, issuer)[0] == 303
    assert asked(office, "SELECT issuer, subject FROM account WHERE name = 'tanto03'") == [(issuer.address, "1")]
    assert ("AccountJoined",) in asked(office, "SELECT kind FROM event WHERE about = 'account:tanto03'")


def test_an_account_that_was_made_without_a_password_is_joined_to_who_comes_first(
    office: Office, issuer: Issuer
) -> None:
    with office.store.transaction() as records:
        add = Account("tanto03", "職員０３", Role.MEMBER, DISABILITY)
        records.connection.exec_driver_sql("SELECT 1")
    add_account(office.store, add, "", office.occasion("管理者"), 12)

    assert coming(office, issuer, sub="person-3")[0] == 303
    assert coming(office, issuer, sub="person-9")[0] == 403


def test_administrators_can_be_for_the_password_alone(tmp_path: Path, issuer: Issuer) -> None:
    office = an_office_of(tmp_path, issuer)
    object.__setattr__(office.settings.accounts, "administrators_by_password", True)

    status, text = coming(office, issuer, preferred_username="administrator")
    assert (status, "管理者は、是正のパスワードだけでログインします" in text) == (403, True)
    assert coming(office, issuer)[0] == 303, "others go on"


def test_the_proxy_lets_no_administrator_in_either(tmp_path: Path) -> None:
    office = an_office(tmp_path, SETTINGS + "administrators_by_password = true\n")
    with_accounts(office, Account("kanri01", "職員０９", Role.ADMINISTRATOR), JOHO)

    refused = ask(browser(office), "/accounts", name="kanri01")

    assert refused.status_code == 403
    assert "管理者は、是正のパスワードだけでログインします" in refused.text
    assert ask(browser(office)).status_code == 303


@pytest.mark.parametrize(
    "shown", ["情報システム課 職員０９", "情報システム課　職員09", "情報システム課職員０９", "コマンド"]
)
def test_nobody_can_be_shown_as_somebody_who_is_there(office: Office, issuer: Issuer, shown: str) -> None:
    status, _ = coming(office, issuer, name=shown)
    assert status in (403, 422)
    assert asked(office, "SELECT name FROM account") == [("administrator",)]

    with pytest.raises(AccountRefused) as refusal:
        add_account(office.store, Account("tanto05", shown, Role.DIVISION), "", office.occasion("管理者"), 12)
    assert refusal.value.field == "display_name"


def test_an_account_can_keep_its_display_name_and_cannot_take_anothers(office: Office) -> None:
    occasion = office.occasion("管理者")
    for name in ("tanto04", "tanto05"):
        add_account(office.store, Account(name, f"職員 {name}", Role.DIVISION), "", occasion, 12)

    with office.store.transaction() as records:
        known = records.accounts.find("tanto05")
        assert isinstance(known, KnownAccount)
        change_account(records, Account("tanto05", "職員 tanto05", Role.AUDITOR), known.version, occasion)
    with pytest.raises(AccountRefused), office.store.transaction() as records:
        change_account(records, Account("tanto05", "職員 TANTO04", Role.AUDITOR), known.version + 1, occasion)


def test_the_trail_holds_the_accounts_name_beside_the_shown_one_and_seals_it(office: Office, issuer: Issuer) -> None:
    coming(office, issuer)

    assert asked(office, "SELECT by, account FROM event WHERE kind = 'SignedIn' AND about = 'account:tanto03'") == [
        ("職員０３", "tanto03")
    ]  # fmt: skip
    with office.store.reading() as records:
        records.events.verify()
    with office.store.transaction() as records:
        records.connection.exec_driver_sql("UPDATE event SET account = 'joho01' WHERE account = 'tanto03'")
    with office.store.reading() as records, pytest.raises(Exception, match="正しくありません"):
        records.events.verify()


def test_the_trail_names_the_account_of_whoever_answers_signed_in_and_of_whoever_stands_in(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    own, other = given(office, a_task("A")), given(office, a_task("B"))
    answer = {"task": own.key, "kind": "done", "note": "台帳に書きました。"}
    assert member(office).post("/submissions", data=answer).status_code == 303
    assert send(division(office), link_to(office, other)).status_code == 303
    assert send(outside(office), link_to(office, given(office, a_task("C")))).status_code == 303

    entered = "SELECT account FROM event WHERE kind = 'TaskReported' ORDER BY id"
    assert [row[0] for row in asked(office, entered)] == ["member-0303", "division", ""]
