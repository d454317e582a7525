"""Letters beside the plainest way to do the same: sending 10,000, writing 100 digests of 10,000 tasks, a forecast.

send       from decision to recorded delivery: at least 0.8 times the rate of a bare smtplib loop that builds and sends
           the same letters; the first one out within 5 seconds; under 120 MB
digests    at most 30 SQL statements, at most 3 times reading the tasks and rendering 100 empty letters
forecast   30 days at most 30 times one day's decision
"""

import argparse
import json
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from sqlalchemy import event

from jobs import memory  # noqa: F401  # as the command has it
from jobs.forecast import forecast_letters
from jobs.letters import Post
from jobs.morning import writings
from jobs.situation import Situation
from tests.benchmarks.timing import Measured, process
from tracker.domain.events import Occasion
from tracker.domain.tasks import Origin, Task
from tracker.exports.deadline_calendar import letter_calendar
from tracker.office import Office, open_office
from tracker.registers.importing import Importer

DAY = date(2024, 3, 18)
LEAST_RATE, FIRST_OUT_SECONDS, MOST_MEGABYTES, MOST_STATEMENTS = 0.8, 5.0, 120, 30


def main() -> None:
    """Measure all three and print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--letters", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=3)
    sizes = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sending(Path(folder), sizes.letters, sizes.rounds)
        digests(Path(folder) / "digests", sizes.rounds)


def sending(folder: Path, letters: int, rounds: int) -> None:
    """Ours and the bare loop by turns, each against a fresh sink."""
    base, ours, plain, waits, megabytes = folder / "base", list[float](), list[float](), list[float](), list[float]()
    port = _free_port()
    config = folder / "config.toml"
    config.write_text(f'[smtp]\nhost = "127.0.0.1"\nport = {port}\n[mail]\nsender = "zesei@city.example"\n')
    an_office(config, base, departments=letters, tasks=letters)
    for number in range(rounds):
        data = folder / f"data{number}"
        shutil.copytree(base, data)
        began = time.time()
        mine, first_at = _against_a_sink(
            folder, port, letters, "-m", "tests.benchmarks.deliver_all", str(config), str(data), str(DAY)
        )
        waits.append(first_at - began)
        ours.append(mine.seconds)
        megabytes.append(mine.megabytes)
        same = _written_down(config, data, folder / "letters.jsonl")
        loop, _ = _against_a_sink(folder, port, letters, "-m", "tests.benchmarks.plain_letters", str(same), str(port))
        plain.append(loop.seconds)
    rate, bare = letters / statistics.median(ours), letters / statistics.median(plain)
    first = statistics.median(waits)
    words = f"{letters} letters, decision to record: {rate:.0f}/s / bare smtplib loop {bare:.0f}/s = {rate / bare:.2f}"
    told(f"{words} (at least 0.8)", rate / bare >= LEAST_RATE)
    told(
        f"  first letter out after {first:.2f} s, interpreter's start included (at most 5)", first <= FIRST_OUT_SECONDS
    )
    told(f"  memory: {max(megabytes):.0f} MB (under 120)", max(megabytes) < MOST_MEGABYTES)


def digests(folder: Path, rounds: int) -> None:
    """10,000 overdue tasks of 100 departments, decided, written and queued; and the forecast on the same office."""
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text('[mail]\nsender = "zesei@city.example"\n')
    office = an_office(config, folder / "data", departments=100, tasks=10_000)
    occasion = _occasion(office)
    count = _statements(office, lambda: decide(office, occasion))
    told(f"10,000 tasks into 100 digests: {count} SQL statements (at most 30)", count <= MOST_STATEMENTS)
    seconds = _median(lambda: decide(office, occasion), rounds)
    plain = _median(lambda: read_and_render_empty(office, occasion), rounds)
    ratio = seconds / plain
    told(f"  {seconds:.2f} s / reading and 100 empty letters {plain:.2f} s = {ratio:.2f} (at most 3)", ratio <= 3)
    now = occasion.at - timedelta(hours=3)
    one = _median(lambda: forecast_letters(office, now, DAY), rounds)
    month = _median(lambda: forecast_letters(office, now, DAY + timedelta(days=29)), 1)
    told(
        f"forecast of 30 days: {month:.2f} s / one day's {one:.2f} s = {month / one:.1f} (at most 30)",
        month <= 30 * one,
    )


def told(words: str, holds: bool) -> None:
    """One line, and whether its limit holds."""
    print(words, "holds" if holds else "DOES NOT HOLD", flush=True)


def decide(office: Office, occasion: Occasion) -> None:
    """One day's decision and its letters; nothing is kept."""
    with office.store.reading() as records:
        situation = Situation.read(records, office, occasion)
    written = [write() for _, write in writings(situation, Post(office, occasion))]
    assert len(written) == 100


def read_and_render_empty(office: Office, occasion: Occasion) -> None:
    """The tasks as values, and 100 letters that hold one line each."""
    with office.store.reading() as records:
        tasks = records.tasks.open_all_now()
    stationery = Post(office, occasion).stationery
    facts = an_empty_letter()
    for _ in range(100):
        stationery.write("reminder", facts)
    assert len(tasks) == 10_000


def an_empty_letter() -> object:
    """The facts of a letter with nothing but a single line, the least that a reminder may hold."""
    from notifications.letters.reminder import ReminderFacts, TaskLine

    line = TaskLine("対応", DAY, "", 0, "", None, "")
    return ReminderFacts("市", "課", "係", "課", DAY, due_today=(line,))


def an_office(config: Path, data_dir: Path, *, departments: int, tasks: int) -> Office:
    """An office of so many departments and overdue tasks."""
    office = open_office(config, data_dir)
    exports = data_dir.parent / "exports"
    exports.mkdir(exist_ok=True)
    rows = [f"{n:05d},試験部,試験{n}課,ka{n}@city.example,kacho{n}@city.example" for n in range(departments)]
    (exports / "組織.csv").write_text("所属コード,部,課,所属メール,課長メール,部長メール,開始日,終了日,承継先コード\n"
                                      + "\n".join(f"{row},,2018-04-01,," for row in rows), encoding="utf-8")  # fmt: skip
    occasion = _occasion(office)
    Importer(office.settings, DAY, occasion).take(office.store, [exports / "組織.csv"])
    with office.store.transaction() as records:
        records.tasks.open_all([_task(n, departments) for n in range(tasks)], occasion)
    return office


def _task(number: int, departments: int) -> Task:
    deadline = DAY - timedelta(days=1 + number % 4)
    return Task(
        key=f"finding:R5-1/{number}", origin=Origin.FINDING, origin_ref="R5-1", title=f"個人情報ファイル簿の公表（その{number}）",
        body="ファイル簿を作成し、公表してください。公表したら、公表したページの写しを添えて報告してください。",
        department_code=f"{number % departments:05d}", department_printed="", deadline=deadline, first_deadline=deadline,
        deadline_printed="", opened_on=DAY - timedelta(days=90),
    )  # fmt: skip


def _occasion(office: Office) -> Occasion:
    return Occasion("計測", datetime.combine(DAY, clock_time(8, 30), office.clock.zone), DAY)


def _written_down(config: Path, data_dir: Path, file: Path) -> Path:
    """The letters that were sent, for the bare loop."""
    office = open_office(config, data_dir)
    with office.store.reading() as records, file.open("w", encoding="utf-8") as lines:
        for letter in records.outbox.since(0):
            calendar = letter_calendar(letter.deadlines, letter.addressee, letter.queued_at, "city.example")
            facts = {
                "to": letter.recipients[0],
                "subject": letter.subject,
                "text": letter.body_text,
                "html": letter.body_html,
            }
            facts |= {"calendar": calendar, "message_id": letter.message_id, "day": letter.on_day.isoformat()}
            lines.write(json.dumps(facts) + "\n")
    return file


def _against_a_sink(folder: Path, port: int, letters: int, *arguments: str) -> tuple[Measured, float]:
    """A process against a fresh mail server; its time, and when the first letter came."""
    report = folder / "sink.json"
    sink = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.mail_sink", str(port), str(report)])
    try:
        _wait_for(port)
        measured = process(*arguments)
    finally:
        sink.send_signal(signal.SIGTERM)
        sink.wait(timeout=30)
    seen = json.loads(report.read_text())
    if seen["count"] != letters:
        raise SystemExit(f"{seen['count']} letters came instead of {letters}")
    return measured, seen["first_at"]


def _statements(office: Office, act: Callable[[], None]) -> int:
    sent = list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(office.store.engine, "before_cursor_execute", note)
    act()
    event.remove(office.store.engine, "before_cursor_execute", note)
    return len(sent)


def _median(act: Callable[[], object], rounds: int) -> float:
    seconds = list[float]()
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the mail server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
