"""Import and check of 1,000,000 accounts, 100,000 staff and 150,000 absences, beside the plainest way to do each.

import        at most 4 times csv reader + executemany into one plain table
import again  at most half the first import
check         at most 1.5 times one hand-written SQL statement on the same database file; under 400 MB
              and, as a second baseline without a limit, beside the check's own query text sent by sqlite3 alone
"""

import argparse
import json
import shutil
import tempfile
from datetime import date
from pathlib import Path

from jobs.checks.absent_accounts import CHECK
from tests.benchmarks.office import DAY, write_office
from tests.benchmarks.timing import Measured, by_turns, process
from tracker.storage.checks import over_registers

HERE = Path(__file__).parent


def main() -> None:
    """Build the office, measure, print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=1_000_000)
    options.add_argument("--staff", type=int, default=100_000)
    options.add_argument("--absences", type=int, default=150_000)
    options.add_argument("--rounds", type=int, default=3)
    sizes = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), sizes.accounts, sizes.staff, sizes.absences, sizes.rounds)


def measure(folder: Path, accounts: int, staff: int, absences: int, rounds: int) -> None:
    """All three pairs."""
    files, data, base = folder / "files", folder / "data", folder / "base"
    write_office(files, accounts, staff, absences)
    others = [str(files / f"{stem}.csv") for stem in ("組織", "職員", "休業", "システム")]
    zesei("--data-dir", str(base), "import", *others, "--as-of", str(DAY))
    account_file = str(files / "アカウント.csv")

    def import_first() -> Measured:
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(base, data)
        return zesei("--data-dir", str(data), "import", account_file, "--as-of", str(DAY))

    def import_plainly() -> Measured:
        return process(str(HERE / "plain_import.py"), account_file, str(folder / "plain.db"))

    first, plain = by_turns(import_first, import_plainly, rounds)
    report("import アカウント.csv", first, plain, 4.0)
    again, _ = by_turns(lambda: zesei("--data-dir", str(data), "import", account_file, "--as-of", str(DAY)),
                        lambda: Measured(0, 0), rounds)  # fmt: skip
    report("the same file again", again, first, 0.5)

    def check() -> Measured:
        return zesei("--data-dir", str(data), "check", "absent-accounts", "--on", str(DAY), "--json")

    opening = check()
    database = str(data / "zesei.db")
    checked, asked = by_turns(check, lambda: process(str(HERE / "plain_check.py"), database, str(DAY)), rounds)
    report("check absent-accounts", checked, asked, 1.5)
    question = own_query(folder / "question.json")
    again_checked, same = by_turns(check, lambda: process(str(HERE / "same_query.py"), database, question), rounds)
    print(
        f"  second baseline, no limit: check absent-accounts / its own query text by sqlite3 alone: "
        f"{again_checked.seconds:.2f} s / {same.seconds:.2f} s = {again_checked.seconds / same.seconds:.2f}"
    )
    print(
        f"  the first check, which opens the flags: {opening.seconds:.2f} s, {opening.seconds / asked.seconds:.2f} times"
    )
    print(f"  memory of the check: {max(checked.megabytes, opening.megabytes):.0f} MB (at most 400 MB)")


def own_query(path: Path) -> str:
    """A file with the text that the check sends and its parameters as SQLite keeps them."""
    given = {"on": DAY, **CHECK.bind(CHECK.defaults, DAY)}
    parameters = {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}
    question = {"query": over_registers(CHECK.query, CHECK.reads), "parameters": parameters}
    path.write_text(json.dumps(question), encoding="utf-8")
    return str(path)


def zesei(*arguments: str) -> Measured:
    """The zesei command as a process."""
    return process("-m", "jobs", *arguments)


def report(name: str, ours: Measured, other: Measured, limit: float) -> None:
    """One line: what, both figures, their ratio and its limit."""
    ratio = ours.seconds / other.seconds
    verdict = "holds" if ratio <= limit else "DOES NOT HOLD"
    print(f"{name}: {ours.seconds:.2f} s / {other.seconds:.2f} s = {ratio:.2f} (at most {limit}) {verdict}", flush=True)


if __name__ == "__main__":
    main()
