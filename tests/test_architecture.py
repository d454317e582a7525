"""The arrows of the house, read from the syntax tree; and habits that a reader may rely on."""

import ast
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("tracker", "jobs", "notifications")
CLOCK_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def modules(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found, folders
    return found


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(paths: list[Path], *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {name}"
        for path in paths
        for name in imports_of(path)
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in forbidden)
    ]


def test_the_tracker_knows_neither_jobs_nor_notifications() -> None:
    assert offenders(modules("tracker"), "jobs", "notifications") == []


def test_notifications_see_values_only() -> None:
    values = {"domain", "sheets"}
    inner = [name.name for name in (ROOT / "tracker").iterdir() if name.is_dir() and name.name not in values]
    files = [path.stem for path in (ROOT / "tracker").glob("*.py") if path.stem != "__init__"]
    forbidden = [f"tracker.{name}" for name in (*inner, *files)]
    found = offenders(modules("notifications"), "jobs", "sqlalchemy", "sqlmodel", *forbidden)
    assert [one for one in found if not one.split(": ")[1].startswith("tracker.files.durable")] == []


def test_what_writes_files_durably_knows_nothing_of_the_house() -> None:
    assert [one for one in offenders(modules("tracker/files"), *PACKAGES) if "durable.py" in one] == []


# A file of another way is none that anybody is told of: it is gone when the command or the request is over.
NOT_KEPT = {
    "tracker/files/durable.py": "the one way",
    "tracker/cli/frame.py": "a terminal or a pipe that the command line named",
    "tracker/uploads/folder.py": "uploads under their own names while they are read",
    "jobs/demo/__init__.py": "the example's registers, copied to be imported",
}
WRITING = {("os", "replace"), ("os", "rename"), ("shutil", "copy"), ("shutil", "copy2"), ("shutil", "copyfile")} | {
    (None, "write_bytes"), (None, "write_text"), ("shutil", "copytree"), ("shutil", "move"),
}  # fmt: skip


def test_every_file_that_is_kept_is_written_in_the_one_way_that_survives_a_power_cut() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {node.func.attr}"
        for path in modules(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        and {(getattr(node.func.value, "id", None), node.func.attr), (None, node.func.attr)} & WRITING
    ]  # fmt: skip
    assert [one for one in found if one.split(":")[0] not in NOT_KEPT] == []


def test_the_domain_imports_the_standard_library_dateutil_and_itself() -> None:
    outside = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules("tracker/domain")
        for name in imports_of(path)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "dateutil"} and not name.startswith("tracker.domain")
    ]
    assert outside == []


def test_sheets_know_the_domain_and_nothing_else_of_the_house() -> None:
    outside = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules("tracker/sheets")
        for name in imports_of(path)
        if name.split(".")[0] not in {*sys.stdlib_module_names, "xlsxwriter"}
        and not name.startswith(("tracker.domain", "tracker.sheets"))
    ]
    assert outside == []


def test_the_api_knows_neither_pages_nor_commands() -> None:
    assert offenders(modules("tracker/api"), "tracker.web", "tracker.cli") == []


def test_storage_knows_nothing_of_files_pages_or_commands() -> None:
    above = (
        "tracker.web",
        "tracker.api",
        "tracker.registers",
        "tracker.cli",
        "tracker.office",
        "tracker.settings",
        "tracker.clock",
    )
    assert offenders(modules("tracker/storage"), *above) == []


def test_registers_know_neither_pages_nor_commands() -> None:
    assert offenders(modules("tracker/registers"), "tracker.web", "tracker.api", "tracker.cli", "tracker.office") == []


def test_rows_of_the_database_stay_inside_storage() -> None:
    others = [path for path in modules(*PACKAGES) if ROOT / "tracker" / "storage" not in path.parents]
    assert offenders(others, "tracker.storage.tables", "sqlmodel") == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules(*PACKAGES)
        if path != ROOT / "tracker" / "clock.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (getattr(node.func.value, "id", getattr(node.func.value, "attr", "")), node.func.attr) in CLOCK_CALLS
    ]
    assert asking == []


def test_everything_is_caught_in_one_place_only() -> None:
    broad = [
        f"{path.relative_to(ROOT)}"
        for path in modules(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        if node.type is None
        or {"Exception", "BaseException"} & {getattr(name, "id", "") for name in ast.walk(node.type)}
        if not any(isinstance(step, ast.Raise) and step.exc is None for step in ast.walk(node))  # tidies up, passes on
    ]
    assert set(broad) == {"tracker/seams.py", "tracker/panics.py"}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_lives_in_it(package: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in modules(package)
        if "versions" not in path.parts and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_file_of_the_project_names_an_address_that_it_would_fetch_from() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") > 40


PLANTED: list[tuple[Callable[[], None], str, str]] = [
    (test_the_tracker_knows_neither_jobs_nor_notifications, "tracker/clock.py", "import jobs.runner"),
    (test_the_tracker_knows_neither_jobs_nor_notifications, "tracker/web/app.py", "from notifications import mail"),
    (test_notifications_see_values_only, "notifications/mail.py", "from tracker.storage.store import Store"),
    (test_notifications_see_values_only, "notifications/letters/letter.py", "from tracker import clock"),
    (test_the_domain_imports_the_standard_library_dateutil_and_itself, "tracker/domain/tasks.py", "import sqlalchemy"),
    (
        test_the_domain_imports_the_standard_library_dateutil_and_itself,
        "tracker/domain/flags.py",
        "from tracker.settings import Settings",
    ),
    (
        test_storage_knows_nothing_of_files_pages_or_commands,
        "tracker/storage/flags.py",
        "from tracker import registers",
    ),
    (test_sheets_know_the_domain_and_nothing_else_of_the_house, "tracker/sheets/cells.py", "import tracker.clock"),
    (test_notifications_see_values_only, "notifications/papers/paper.py", "import tracker.exports.due_list"),
    (test_registers_know_neither_pages_nor_commands, "tracker/registers/cells.py", "import tracker.web"),
    (test_the_api_knows_neither_pages_nor_commands, "tracker/api/tasks.py", "from tracker.web.visit import Visit"),
    (test_rows_of_the_database_stay_inside_storage, "jobs/delivery.py", "from tracker.storage.tables import runs"),
    (
        test_every_file_that_is_kept_is_written_in_the_one_way_that_survives_a_power_cut,
        "jobs/printing.py",
        "print_day.path.write_bytes(b'')",
    ),
    (
        test_every_file_that_is_kept_is_written_in_the_one_way_that_survives_a_power_cut,
        "tracker/evidence.py",
        "os.replace('a', 'b')",
    ),
    (test_what_writes_files_durably_knows_nothing_of_the_house, "tracker/files/durable.py", "import tracker.clock"),
    (test_only_the_clock_asks_what_time_it_is, "jobs/runner.py", "NOW = datetime.now()"),
    (test_only_the_clock_asks_what_time_it_is, "tracker/office.py", "TODAY = datetime.date.today()"),
    (test_everything_is_caught_in_one_place_only, "jobs/intake.py", "try:\n    pass\nexcept Exception:\n    pass"),
    (
        test_everything_is_caught_in_one_place_only,
        "jobs/letters.py",
        "try:\n    pass\nexcept (OSError, Exception):\n    pass",
    ),
]


@pytest.mark.parametrize(("rule", "module", "line"), PLANTED, ids=[f"{rule.__name__} {at}" for rule, at, _ in PLANTED])
def test_each_rule_finds_a_line_that_breaks_it(
    rule: Callable[[], None], module: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_copy_of_the_packages(tmp_path)
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    rule()
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")

    with pytest.raises(AssertionError, match=module):
        rule()


def test_a_module_without_a_word_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_copy_of_the_packages(tmp_path)
    (tmp_path / "jobs" / "silent.py").write_text("X = 1\n", encoding="utf-8")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)

    with pytest.raises(AssertionError, match="silent"):
        test_every_module_says_what_lives_in_it("jobs")


def a_copy_of_the_packages(folder: Path) -> None:
    for path in modules(*PACKAGES):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
