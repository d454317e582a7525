"""zesei departments: who has an address, giving one, taking it back."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.web.situations import DISABILITY, NINE, PARKS, a_task, an_office, given, kinds_of_events, outside
from tracker.cli.departments import mount
from tracker.cli.frame import GlobalOptions
from tracker.office import Office
from tracker.secrets.department_pages import give_page

ADDRESS = '[web]\naddress = "http://zesei.city.example/"\n'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, ADDRESS)


def departments(office: Office, *arguments: str, config: str = "config.toml", status: int = 0) -> Any:
    """The command as the program mounts it; what it printed and told."""
    app = typer.Typer()
    mount(app)
    options = GlobalOptions(office.data_dir.parent / config, office.data_dir)
    done = CliRunner().invoke(app, ["departments", *arguments], obj=options)
    assert done.exit_code == status, done.output
    return done


def test_an_address_that_was_given_opens_the_departments_page(office: Office) -> None:
    given(office, a_task())

    url = departments(office, "give", DISABILITY).stdout.strip()

    assert url.startswith("http://zesei.city.example/departments/")
    page = outside(office).get(url.removeprefix("http://zesei.city.example"))
    assert "障害者福祉課の対応" in page.text
    assert kinds_of_events(office, f"department:{DISABILITY}") == ["AddressGiven"]


def test_a_new_address_shuts_the_one_before_it_and_a_revoked_one_is_shut_at_once(office: Office) -> None:
    first, second = (json.loads(departments(office, "give", "障害者福祉課", "--json").stdout)["url"] for _ in range(2))
    paths = [url.removeprefix("http://zesei.city.example") for url in (first, second)]

    assert [outside(office).get(path).status_code for path in paths] == [404, 200]
    assert "取り消しました" in departments(office, "revoke", DISABILITY).stdout
    assert [outside(office).get(path).status_code for path in paths] == [404, 404]
    assert kinds_of_events(office, f"department:{DISABILITY}") == ["AddressRevoked", "AddressGiven", "AddressGiven"]


def test_the_list_says_who_has_an_address(office: Office) -> None:
    url = departments(office, "give", DISABILITY).stdout.strip()

    lines = departments(office, "list").stdout.splitlines()
    listed = {one["department"]: one for one in json.loads(departments(office, "list", "--json").stdout)}

    assert f"0303　保健福祉部障害者福祉課　{url}（令和6年3月18日から）" in lines
    assert "0701　都市整備部みどり公園課　（アドレスなし）" in lines
    assert (listed[DISABILITY]["url"], listed[PARKS]["url"]) == (url, None)
    assert listed[DISABILITY]["made_at"].startswith("2024-03-18T00:00:00")


def test_without_an_address_of_the_office_only_the_path_can_be_shown(tmp_path: Path) -> None:
    done = departments(an_office(tmp_path), "give", DISABILITY)

    assert done.stdout.startswith("/departments/")
    assert "設定 web.address がない" in done.stderr


@pytest.mark.parametrize("command", ["give", "revoke"])
def test_a_department_that_is_not_in_the_register_is_refused_in_a_sentence(office: Office, command: str) -> None:
    done = departments(office, command, "9999", status=2)

    assert "「9999」という課は、今日の台帳「組織」にないか、二つ以上あります。" in done.stderr
    assert done.stdout == ""


def test_nothing_can_be_revoked_that_was_not_given(office: Office) -> None:
    assert "アドレスを持っていません" in departments(office, "revoke", PARKS, status=2).stderr


def test_the_address_of_a_department_that_is_no_more_can_still_be_revoked(office: Office) -> None:
    with office.store.transaction() as records:
        give_page(records, office.data_dir, "0999", NINE)

    assert "0999　（台帳にない所属）" in departments(office, "list").stdout
    departments(office, "revoke", "0999")
    with office.store.reading() as records:
        assert records.department_keys.valid() == {}
