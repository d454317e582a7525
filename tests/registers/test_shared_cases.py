"""The cases of files that offices and other programs make, where their folder lies beside the project."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import SHARED
from tests.leaving_out import leave_out

CASES = SHARED / "cases"


def test_every_case_of_the_shared_folder_comes_out_as_it_says() -> None:
    runner, command = CASES / "run.py", Path(sys.executable).parent / "zesei"
    if not runner.exists() or not command.exists():
        leave_out("the folder of shared cases does not lie beside the project")

    done = subprocess.run(
        [sys.executable, runner, command, CASES / "files"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
