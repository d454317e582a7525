"""The ward's registers on five days: exactly what must be flagged on each, now and looking back."""

import hashlib
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import REPLAY, ROOT, SHARED, Command
from tests.databases import everything_in, on_both_databases
from tests.leaving_out import leave_out
from tracker.office import open_office

EXPECTED: dict[Any, dict[str, list[dict[str, Any]]]] = yaml.safe_load(
    (ROOT / "tests" / "replay" / "expected.yaml").read_text(encoding="utf-8")
)
DAYS = [str(day) for day in EXPECTED]


@on_both_databases
def test_each_days_registers_give_exactly_the_flags_expected(zesei: Command) -> None:
    for day in DAYS:
        zesei("import", REPLAY / day, "--as-of", day)

        agrees_with_expected(zesei("check", "--on", day, "--json").json, day)


@on_both_databases
def test_after_all_days_a_check_of_the_first_answers_as_it_did_and_changes_nothing(
    zesei: Command, tmp_path: Path
) -> None:
    answers = {}
    for day in DAYS:
        zesei("import", REPLAY / day, "--as-of", day)
        answers[day] = zesei("check", "--on", day, "--json").json
    before = everything_in(open_office(None, tmp_path / "data"))

    again = {day: zesei("check", "--on", day, "--json").json for day in DAYS}

    assert again == answers
    assert everything_in(open_office(None, tmp_path / "data")) == before


@on_both_databases
def test_two_runs_of_everything_change_nothing_the_second_time(zesei: Command, tmp_path: Path) -> None:
    def run_everything() -> None:
        for day in DAYS:
            zesei("import", REPLAY / day, "--as-of", day)
            zesei("check", "--on", day)
            zesei("remind", "--on", day)

    run_everything()
    before = everything_in(open_office(None, tmp_path / "data"), but=("job_run",))  # a run by hand is written down
    run_everything()

    assert everything_in(open_office(None, tmp_path / "data"), but=("job_run",)) == before


def test_importing_all_five_first_and_checking_afterwards_gives_the_same(zesei: Command) -> None:
    for day in DAYS:
        zesei("import", REPLAY / day, "--as-of", day)

    for day in DAYS:
        agrees_with_expected(zesei("check", "--on", day, "--json").json, day)


@on_both_databases
def test_folders_imported_in_any_order_leave_the_same_history(zesei: Command) -> None:
    for day in (DAYS[4], DAYS[0], DAYS[2], DAYS[1], DAYS[3]):
        zesei("import", REPLAY / day, "--as-of", day)

    for day in DAYS:
        agrees_with_expected(zesei("check", "--on", day, "--json").json, day)


def test_the_copies_here_are_the_replay_as_it_was_handed_over() -> None:
    if not SHARED.exists():
        leave_out("the replay as handed over does not lie beside the project")

    originals = {path.relative_to(SHARED / "replay"): digest(path) for path in (SHARED / "replay").glob("*/*.csv")}

    assert {path.relative_to(REPLAY): digest(path) for path in REPLAY.glob("*/*.csv")} == originals


def agrees_with_expected(document: dict[str, Any], day: str) -> None:
    expected = next(checks for on, checks in EXPECTED.items() if str(on) == day)
    found = {check["name"]: check for check in document["checks"]}
    assert document["on"] == day
    for name, flags in expected.items():
        assert found[name]["state"] == ("flagged" if flags else "clear"), name
        assert found[name]["as_of"] == day
        seen = {flag["subject"]: flag | flag["details"] for flag in found[name]["flags"]}
        assert sorted(seen) == sorted(flag["subject"] for flag in flags), name
        for flag in flags:
            for key, value in flag.items():
                assert seen[flag["subject"]][key] == (value if isinstance(value, (list, int)) else str(value)), (
                    name,
                    key,
                )
    assert found["retired-accounts"]["flags"] == found["unknown-accounts"]["flags"] == []


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
