"""zesei token: giving one, listing, taking it back."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.api.situations import program
from tests.web.situations import CARE, DISABILITY, a_task, an_office, given, kinds_of_events
from tracker.cli.frame import GlobalOptions
from tracker.cli.tokens import mount
from tracker.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


def token(office: Office, *arguments: str, status: int = 0) -> Any:
    """The command as the program mounts it; what it printed and told."""
    app = typer.Typer()
    mount(app)
    options = GlobalOptions(office.data_dir.parent / "config.toml", office.data_dir)
    done = CliRunner().invoke(app, ["token", *arguments], obj=options)
    assert done.exit_code == status, done.output
    return done


def test_a_token_that_was_given_opens_the_api_and_is_shown_this_once(office: Office) -> None:
    given(office, a_task(), a_task("2", department_code=CARE))

    done = token(office, "add", "文書管理", "--role", "department", "--department", "障害者福祉課")
    secret = done.stdout.strip()

    assert "二度と表示しません" in done.stderr
    assert [task["department"] for task in program(office, secret).get("/tasks").json()["items"]] == [DISABILITY]
    assert secret not in token(office, "list").stdout + token(office, "list", "--json").stdout
    assert kinds_of_events(office, "token:文書管理") == ["TokenGiven"]


def test_the_list_says_what_each_may_do_until_when_and_when_it_was_last_used(office: Office) -> None:
    secret = token(
        office, "add", "文書管理", "--role", "division", "--scope", "write", "--until", "R6.3.31"
    ).stdout.strip()
    token(office, "add", "監査室", "--role", "auditor")
    program(office, secret).get("/departments")
    token(office, "revoke", "監査室")

    assert token(office, "list").stdout.splitlines() == [
        "文書管理　情報管理課　読み書き　令和6年3月31日まで　最後の使用 令和6年3月18日",
        "監査室　監査　読むだけ　取消し済み　まだ使っていません",
    ]
    listed = json.loads(token(office, "list", "--json").stdout)
    assert [(one["name"], one["is_open"]) for one in listed] == [("文書管理", True), ("監査室", False)]


def test_a_revoked_token_is_shut_at_once_and_its_name_is_free_again(office: Office) -> None:
    first = json.loads(token(office, "add", "文書管理", "--role", "division", "--json").stdout)["token"]

    assert "取り消しました" in token(office, "revoke", "文書管理").stdout
    second = token(office, "add", "文書管理", "--role", "division").stdout.strip()

    assert [program(office, secret).get("/tasks").status_code for secret in (first, second)] == [401, 200]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "x", "--role", "auditor", "--scope", "write"), "何も変えられません"),
        (("add", "x", "--role", "department"), "--department"),
        (("add", "x", "--role", "division", "--department", CARE), "--department"),
        (("add", "x", "--role", "department", "--department", "9999"), "9999"),
        (("add", "x", "--role", "division", "--until", "R6.3.17"), "今日以後"),
        (("add", " \t", "--role", "division"), "目に見える文字"),
        (("add", "長" * 51, "--role", "division"), "50字以内"),
        (("revoke", "x"), "ありません"),
    ],
)
def test_what_cannot_be_given_or_taken_back_is_refused_in_a_sentence(
    office: Office, arguments: tuple[str, ...], words: str
) -> None:
    assert words in token(office, *arguments, status=2).stderr
    assert kinds_of_events(office, "token:x") == []


def test_a_name_that_is_taken_is_not_given_twice(office: Office) -> None:
    token(office, "add", "文書管理", "--role", "division")

    assert "もうあります" in token(office, "add", "文書管理", "--role", "auditor", status=2).stderr
    assert kinds_of_events(office, "token:文書管理") == ["TokenGiven"]
