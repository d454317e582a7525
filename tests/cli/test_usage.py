"""What the command says of itself, and to a command line that it cannot follow: Japanese, and exit status 2."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from jobs.cli import app, main
from tests.conftest import Command
from tracker.cli.usage import sentence_on

ENGLISH = re.compile(r"\b(Usage|Options|Commands|Arguments|Error|Try|Show|Missing|Invalid|such|required|default)\b")


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A command line that is refused leaves nothing behind; one that is not must not reach a real office."""
    monkeypatch.chdir(tmp_path)


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command line."""
    monkeypatch.setattr(sys, "argv", ["zesei", *words])
    mask = os.umask(0o077)  # which the command sets for its whole process, here that of the tests
    try:
        with pytest.raises(SystemExit) as end:
            main()
    finally:
        os.umask(mask)
    told = capsys.readouterr()
    return int(end.value.code or 0), told.out, told.err


@pytest.mark.parametrize(
    ("line", "sentence", "where"),
    [
        ("nai", "コマンド「nai」はありません。次のどれかを指定してください: init、import、check、", "zesei"),
        ("audit nai", "コマンド「nai」はありません。次のどれかを指定してください: verify", "zesei audit"),
        ("jobs nai", "コマンド「nai」はありません。次のどれかを指定してください: run", "zesei jobs"),
        ("import", "引数 PATH（台帳のファイル、フォルダー、審議会資料）を書いてください。", "zesei import"),
        ("jobs run", "引数 NAME（処理の名前）を書いてください。", "zesei jobs run"),
        ("check --foo", "オプション「--foo」はありません。", "zesei check"),
        ("--foo check", "オプション「--foo」はありません。", "zesei"),
        ("check --onn R5.7.31", "オプション「--onn」はありません。「--on」ではありませんか。", "zesei check"),
        ("check -x", "オプション「-x」はありません。", "zesei check"),
        ("check --on", "オプション「--on」の後に値を書いてください。", "zesei"),
        ("--data-dir", "オプション「--data-dir」の後に値を書いてください。", "zesei"),
        ("check --json=x", "オプション「--json」に値は付けられません。", "zesei"),
        ("serve --port x", "オプション「--port」の値「x」は使えません。整数で書いてください。", "zesei serve"),
        (
            "serve --port 99999",
            "オプション「--port」の値「99999」は使えません。65535以下にしてください。",
            "zesei serve",
        ),
        ("serve --port 0", "オプション「--port」の値「0」は使えません。1以上にしてください。", "zesei serve"),
        ("init extra", "余分な引数「extra」があります。", "zesei init"),
        ("jobs run checks more", "余分な引数「more」があります。", "zesei jobs run"),
    ],
)
def test_a_command_line_that_cannot_be_followed_is_told_so_in_japanese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, sentence: str, where: str
) -> None:
    status, out, err = run(monkeypatch, capsys, *line.split())

    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert err.endswith(f"「{where} --help」で使い方を確かめてください。\n")
    assert err.count("\n") == 1
    assert not ENGLISH.search(err)


def test_a_day_that_is_none_is_told_as_it_is_everywhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(monkeypatch, capsys, "check", "--on", "R5.2.30")

    assert (status, out, err) == (2, "", "「R5.2.30」は実在しない日付です。\n")


@pytest.mark.parametrize("words", [[], ["report"], ["audit"]])
def test_a_command_that_needs_another_shows_what_there_is_on_standard_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    status, out, err = run(monkeypatch, capsys, *words)

    assert (status, out) == (2, "")
    assert "コマンド:" in err


def every_command(command: object, *words: str) -> Iterator[list[str]]:
    """The words of every command and group of commands."""
    yield list(words)
    for name, below in getattr(command, "commands", {}).items():
        yield from every_command(below, *words, name)


@pytest.mark.parametrize("words", list(every_command(typer.main.get_command(app))), ids=" ".join)
def test_every_page_of_help_speaks_japanese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    status, out, err = run(monkeypatch, capsys, *words, "--help")

    assert (status, err) == (0, "")
    assert out.startswith(f"使い方: {' '.join(['zesei', *words])} [オプション]")
    assert "オプション:\n" in out
    assert "  --help" in out
    assert "この説明を表示する" in out
    assert not ENGLISH.search(out)
    assert not re.search(r"[<{]", out)


def test_help_names_arguments_and_options_with_what_they_mean(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(monkeypatch, capsys, "import", "--help")

    assert "使い方: zesei import [オプション] PATH…\n" in out
    assert "引数:\n  PATH…  台帳のファイル、フォルダー、審議会資料\n" in out
    assert re.search(r"  --as-of DATE +台帳を出力した日（省略すると今日）\n", out)
    _, out, _ = run(monkeypatch, capsys, "check", "--help")
    assert "使い方: zesei check [オプション] [NAME…]\n" in out
    _, out, _ = run(monkeypatch, capsys, "--help")
    assert "使い方: zesei [オプション] コマンド …\n" in out
    assert re.search(r"コマンド:\n  init +データベースを作る", out)


def test_trouble_of_a_kind_that_is_not_known_still_gets_a_japanese_sentence() -> None:
    told = sentence_on(typer.TyperException("Something nobody thought of"))

    assert told == "コマンドの書き方が正しくありません。「zesei --help」で使い方を確かめてください。"


def test_the_installed_command_ends_with_2_and_makes_nothing(zesei: Command, tmp_path: Path) -> None:
    assert "コマンド「chek」はありません。" in zesei("chek", status=2).err
    assert not (tmp_path / "data").exists()
