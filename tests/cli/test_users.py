"""zesei user, as a process of its own: who may sign in, told and changed from the console."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import a_file, a_row, asked, take
from tests.conftest import Command, Outcome
from tracker.office import Office, open_office

PASSWORD = "みどりの窓と木の机と傘立て"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The office whose data directory the command works on."""
    office = open_office(None, tmp_path / "data")
    take(office, a_file(tmp_path, "組織", a_row("組織")))
    return office


def typed(office: Office, *arguments: str, status: int = 0, password: str = PASSWORD) -> Outcome:
    """The command with a password on its standard input."""
    command = [sys.executable, "-m", "jobs", "--data-dir", str(office.data_dir), "user", *arguments]
    done = subprocess.run(command, input=f"{password}\n", capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == status, done.stderr + done.stdout
    assert password not in done.stdout + done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_the_first_account_keeps_its_password_and_the_next_ones_must_change_it(office: Office) -> None:
    first = typed(office, "add", "ＫＡＮＲＩ01", "--role", "administrator", "--password-stdin")
    then = typed(
        office, "add", "tanto", "--role", "member", "--department", "障害者福祉課", "--display-name", "職員０１", "--password-stdin"
    )  # fmt: skip

    assert first.out == "利用者「kanri01」（管理者）を登録しました。\n"
    assert "本人がパスワードを変えます" in then.err
    assert asked(office, "SELECT name, display_name, role, department_code, must_change_password FROM account") == [
        ("kanri01", "ＫＡＮＲＩ01", "administrator", None, 0), ("tanto", "職員０１", "member", "0303", 1),
    ]  # fmt: skip
    listed = typed(office, "list", "--json").json
    assert [one["name"] for one in listed] == ["kanri01", "tanto"]
    assert "hash" not in str(listed)
    assert typed(office, "list").out.splitlines()[1] == "tanto　職員０１　所管課の職員　0303"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["x", "--role", "king", "--password-stdin"],
            "役割「king」はありません。次のどれかを指定してください: division",
        ),
        (["x", "--role", "member", "--password-stdin"], "所管課を選んでください。"),
        (["x", "--role", "member", "--department", "9999", "--password-stdin"], "「9999」という課は"),
        (["a/b", "--role", "auditor", "--password-stdin"], "文字と数字にしてください"),
        (["x", "--role", "auditor"], "--password-stdin を付けて"),
        (["x", "--password-stdin"], "オプション「--role」"),
    ],
)
def test_what_cannot_be_added_is_refused_in_a_sentence(office: Office, arguments: list[str], told: str) -> None:
    refused = typed(office, "add", *arguments, status=2)

    assert told in refused.err
    assert asked(office, "SELECT 1 FROM account") == []


def test_a_short_password_and_none_are_refused(office: Office) -> None:
    for password, told in (("みじかい", "12字以上"), ("", "パスワードが空です。")):
        command = [
            sys.executable,
            "-m",
            "jobs",
            "--data-dir",
            str(office.data_dir),
            "user",
            "add",
            "x",
            "--role",
            "auditor",
        ]
        done = subprocess.run(
            [*command, "--password-stdin"], input=f"{password}\n", capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 2
        assert told in done.stderr


def test_an_account_is_shut_opened_given_a_password_and_never_the_last_administrator_is(office: Office) -> None:
    typed(office, "add", "kanri", "--role", "administrator", "--password-stdin")
    typed(office, "add", "kansa", "--role", "auditor", "--no-password")

    assert typed(office, "disable", "ＫＡＮＳＡ").out == "「kansa」の利用を止めました。\n"
    assert "利用停止中" in typed(office, "list").out
    assert "もう利用を止めています" in typed(office, "disable", "kansa", status=2).err
    assert typed(office, "enable", "kansa").status == 0
    assert "管理者がいなくなるので" in typed(office, "disable", "kanri", status=2).err
    assert "登録されていません" in typed(office, "passwd", "nobody", "--password-stdin", status=2).err
    assert typed(office, "passwd", "kansa", "--password-stdin").status == 0


def test_the_trail_holds_what_was_done_and_no_password(office: Office, zesei: Command) -> None:
    typed(office, "add", "kanri", "--role", "administrator", "--password-stdin")
    typed(office, "passwd", "kanri", "--password-stdin", password="あたらしい合言葉と赤い傘と")

    assert "書き換えはありません" in zesei("audit", "verify").out
    trail = asked(office, "SELECT kind, about, facts FROM event WHERE about = 'account:kanri' ORDER BY id")
    assert [row[0] for row in trail] == ["AccountAdded", "PasswordSet"]
    assert "合言葉" not in str(trail)


def test_without_anybody_the_list_says_what_to_do(zesei: Command) -> None:
    assert "zesei user add で登録してください。" in zesei("user", "list").out
