"""What a file holds does not command the terminal on which a command tells of it, and is not printed whole."""

import json
from pathlib import Path

import pytest

from tests.builders import a_file, a_row
from tests.conftest import Command

ESCAPE, C1, TURNED = "\x1b[2J\x1b]0;題\x07", "\x9b31m", "\u202e"
LONG = "長" * 30_000


@pytest.mark.parametrize("as_json", [False, True])
def test_no_command_sends_a_files_control_characters_or_whole_long_cells_to_the_terminal(
    zesei: Command, tmp_path: Path, as_json: bool
) -> None:
    mischief = f"{ESCAPE}{C1}{TURNED}課"
    options = ["--json"] if as_json else []
    first = a_file(tmp_path, "組織", a_row("組織", 部=mischief, 課=LONG))
    zesei("import", first, "--as-of", "2024-03-01")
    changed = a_file(tmp_path, "組織", a_row("組織", 部=mischief + "二", 課=LONG + "二"))

    told = zesei("import", changed, "--as-of", "2024-03-02", "--dry-run", *options)

    assert not set("\x1b\x07\x9b\u202e") & set(told.out + told.err)
    assert len(told.out) < 5_000
    if as_json:
        (change,) = json.loads(told.out)["registers"]
        assert change["changed"] == 1


def test_a_files_name_does_not_command_the_terminal(zesei: Command, tmp_path: Path) -> None:
    file = tmp_path / f"{ESCAPE}.csv"
    file.write_text("a,b\n", encoding="utf-8")

    refused = zesei("import", file, status=2)

    assert "\x1b" not in refused.err
    assert "題" in refused.err
