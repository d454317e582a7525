"""kill -9 at every boundary of queue, claim, send and record: no letter lost, at most the one in flight repeated."""

import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from jobs.registry import runner_of
from tests.conftest import Command
from tests.faults.deliveries import wait_until
from tests.faults.lives import Boundary, a_life_with_an_alarm_clock, live_until
from tests.jobs.situations import (
    TOKYO,
    a_department,
    a_free_port,
    a_task,
    an_office,
    given,
    given_tasks,
    rows,
    smtp_settings,
)  # fmt: skip
from tracker.clock import set_clock
from tracker.domain.pick_ups import killed
from tracker.office import Office, open_office

LETTERS = 1_000
TUESDAY = date(2024, 3, 12)
EARLY = datetime(2024, 3, 12, 8, 0, tzinfo=TOKYO)  # before the reminders' time, and after that of the checks
A_WHILE = timedelta(minutes=2)  # longer than a lease
SETTINGS = '[mail]\nsender = "zesei@city.example"\nlease_minutes = 1\n[letters]\nprint = "never"\n'

KILLS = (
    # 20 portions of 50 letters are queued
    (Boundary.QUEUE, 1), (Boundary.QUEUED, 1), (Boundary.QUEUE, 4), (Boundary.QUEUED, 3), (Boundary.QUEUE, 13),
    (Boundary.QUEUED, 1),
    # 1,000 letters are claimed by 100 and sent one by one
    (Boundary.CLAIM, 1), (Boundary.CLAIMED, 1), (Boundary.CLAIMED, 2), (Boundary.SENDING, 1), (Boundary.SENDING, 30),
    (Boundary.IN_THE_TEXT, 1), (Boundary.IN_THE_TEXT, 40), (Boundary.TEXT_OUT, 1), (Boundary.TEXT_OUT, 25),
    (Boundary.ANSWERED, 1), (Boundary.ANSWERED, 50), (Boundary.ANSWERED, 101), (Boundary.RECORD, 1),
    (Boundary.RECORD, 60), (Boundary.RECORDED, 1), (Boundary.RECORDED, 70), (Boundary.RECORDED, 100),
)  # fmt: skip
# A run of the delivery that died twice before its first letter is told and left; the next minute's sends its letters.
NOT_KILLED_TWICE = f" AND NOT (job_name = 'delivery' AND instr(failures, '{killed()}'))"
IN_FLIGHT = (Boundary.ANSWERED, Boundary.RECORD)  # the server has it, our record has not
PERHAPS_IN_FLIGHT = Boundary.TEXT_OUT


@dataclass
class CountingServer:
    """A mail server that takes everything and remembers to whom and under which Message-ID."""

    port: int
    taken: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message_id = BytesHeaderParser().parsebytes(envelope.content)["Message-ID"]
        self.taken.append((",".join(envelope.rcpt_tos), message_id))
        return "250 2.0.0 Ok"

    @property
    def repeats(self) -> Counter[str]:
        """How often each Message-ID came again."""
        return Counter(message_id for _, message_id in self.taken) - Counter({one for _, one in self.taken})


@contextmanager
def a_counting_server(port: int) -> Iterator[CountingServer]:
    server = CountingServer(port)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@pytest.fixture(scope="module")
def a_large_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 departments with one task each, of which they are told a week before; its timetable stands entered."""
    folder = tmp_path_factory.mktemp("office")
    office = an_office(folder)
    given(office, TUESDAY, *(a_department(f"{n:04d}", f"試験{n}課", f"ka{n}@city.example") for n in range(LETTERS)))
    deadline = TUESDAY + timedelta(days=7)
    given_tasks(office, *(a_task(f"T{n}", deadline=deadline, department=f"{n:04d}") for n in range(LETTERS)))
    set_clock(office.data_dir, "Asia/Tokyo", EARLY)
    runner_of(open_office(None, office.data_dir)).keep_timetable(EARLY)
    office.store.engine.dispose()
    return office.data_dir


def its_copy(a_large_office: Path, folder: Path, port: int) -> Office:
    (folder / "config.toml").write_text(smtp_settings(port, SETTINGS), encoding="utf-8")
    shutil.copytree(a_large_office, folder / "data")
    return open_office(folder / "config.toml", folder / "data")


def test_whatever_boundary_it_is_killed_at_none_of_1000_letters_is_lost_and_only_the_one_in_flight_repeated(
    a_large_office: Path, tmp_path: Path, zesei: Command
) -> None:
    port, moment, in_flight = a_free_port(), EARLY + timedelta(minutes=31), list[str]()
    office = its_copy(a_large_office, tmp_path, port)

    with a_counting_server(port) as server:
        for boundary, passage in KILLS:
            set_clock(office.data_dir, "Asia/Tokyo", moment)
            ending = live_until(boundary, passage, tmp_path / "config.toml", office.data_dir)
            assert ending == -signal.SIGKILL, f"never came {boundary} for the {passage}th time"
            in_flight += [server.taken[-1][1]] if boundary in IN_FLIGHT else []
            moment += A_WHILE
        live_on(office, moment, tmp_path)
        nothing_more_is_sent_the_next_morning(office, server, tmp_path)

    every_letter_came(office, server)
    assert Counter(in_flight) <= server.repeats
    assert server.repeats.total() <= len(in_flight) + sum(boundary is PERHAPS_IN_FLIGHT for boundary, _ in KILLS)
    everything_is_written_down_once(office, zesei, tmp_path)


def test_killed_at_random_moments_with_its_alarm_clocks_running_it_repeats_at_most_one_letter_a_kill(
    a_large_office: Path, tmp_path: Path, zesei: Command
) -> None:
    port, moment, dice, kills = a_free_port(), EARLY + timedelta(minutes=31), random.Random(7), 8
    office = its_copy(a_large_office, tmp_path, port)

    with a_counting_server(port) as server:
        for _ in range(kills):
            set_clock(office.data_dir, "Asia/Tokyo", moment)
            with a_life_with_an_alarm_clock(tmp_path / "config.toml", office.data_dir):
                so_many = len(server.taken) + dice.randrange(1, 90)
                wait_until(lambda: len(server.taken) >= so_many)  # noqa: B023
                time.sleep(dice.uniform(0, 0.03))
            moment += A_WHILE
        assert waiting(office) > 0, "it was over before the last kill: nothing was shown"
        set_clock(office.data_dir, "Asia/Tokyo", moment)
        with a_life_with_an_alarm_clock(tmp_path / "config.toml", office.data_dir):
            wait_until(lambda: queued(office) == LETTERS and waiting(office) == 0)

    every_letter_came(office, server)
    assert server.repeats.total() <= kills
    live_on(office, moment, tmp_path)
    everything_is_written_down_once(office, zesei, tmp_path)


# ---- what holds in the end


def every_letter_came(office: Office, server: CountingServer) -> None:
    """To every address, always under the one Message-ID that stands in the outbox."""
    written = {
        to.strip('[]"'): message_id for to, message_id in rows(office, "SELECT recipients, message_id FROM outbox")
    }
    assert set(server.taken) == set(written.items())
    assert len(written) == len(set(written.values())) == LETTERS


def everything_is_written_down_once(office: Office, zesei: Command, folder: Path) -> None:
    assert waiting(office) == 0
    assert rows(office, "SELECT DISTINCT attempts, accepted_at IS NOT NULL, given_up_at FROM outbox") == [(1, 1, None)]
    assert rows(office, "SELECT COUNT(*), COUNT(DISTINCT letter_key), MIN(step), MAX(step) FROM sent_reminder") == [
        (LETTERS, LETTERS, 7, 7)
    ]
    told = rows(office, "SELECT kind, COUNT(*), COUNT(DISTINCT about) FROM event WHERE kind <> 'TaskOpened' GROUP BY 1")
    assert set(told) >= {("ReminderQueued", LETTERS, LETTERS), ("LetterAccepted", LETTERS, LETTERS)}
    assert rows(office, "SELECT * FROM job_run WHERE ended_at IS NULL OR outcome <> 'done'" + NOT_KILLED_TWICE) == []
    assert set(rows(office, "SELECT attempts FROM job_run WHERE outcome <> 'done'")) <= {(2,)}
    assert "書き換えはありません" in zesei("audit", "verify", config=folder / "config.toml").out


def nothing_more_is_sent_the_next_morning(office: Office, server: CountingServer, folder: Path) -> None:
    before = len(server.taken), queued(office)
    live_on(office, EARLY + timedelta(days=1, minutes=31), folder)
    assert rows(office, "SELECT COUNT(*) FROM job_run WHERE job_name = 'reminders'") == [(2,)]
    assert (len(server.taken), queued(office)) == before


def live_on(office: Office, moment: datetime, folder: Path) -> None:
    """A life that nobody ends."""
    set_clock(office.data_dir, "Asia/Tokyo", moment)
    assert live_until(None, 0, folder / "config.toml", office.data_dir) == 0


def queued(office: Office) -> int:
    return int(rows(office, "SELECT COUNT(*) FROM outbox")[0][0])


def waiting(office: Office) -> int:
    return int(rows(office, "SELECT COUNT(*) FROM outbox WHERE next_attempt_at IS NOT NULL")[0][0])
