"""zesei serve goes on: beside a job that hangs, without anybody who takes its notices, as the one scheduler there is."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from threading import Event, Thread

import pytest

from jobs.lease import Lease
from jobs.orderly_end import MARK
from jobs.outgoing_ping import ping
from jobs.registry import runner_of
from jobs.runner import Runner, Work
from jobs.scheduler import running
from tests.conftest import Command
from tests.databases import on_both_databases
from tests.faults.deliveries import wait_until
from tests.faults.test_killed_serve import free_port, rows, wait_for_the_pages
from tests.jobs import situations
from tests.jobs.situations import an_office, at, change
from tests.notifications.web_servers import a_site
from tracker.clock import set_clock
from tracker.office import open_office
from tracker.storage.screens.pulse import pulse

MONDAY = date(2024, 3, 18)
SEVEN = at(MONDAY, clock_time(7))
A_MINUTE_A_SECOND = 60


@contextmanager
def a_dripping_address() -> Iterator[tuple[int, list[socket.socket]]]:
    """A server that promises a file and sends a byte of it every other second."""
    visits, is_over = list[socket.socket](), Event()

    def drip(server: socket.socket) -> None:
        visitor, _ = server.accept()
        visits.append(visitor)
        visitor.recv(4096)
        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not is_over.wait(2):
            try:
                visitor.sendall(b"x")
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=drip, args=(server,), daemon=True).start()
        yield server.getsockname()[1], visits
        is_over.set()
        for visitor in visits:
            visitor.close()


@contextmanager
def serving(data: Path, config: str, notices: str = "/dev/null") -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """zesei serve, as soon as its pages are there; where its notices go, as a shell says it."""
    settings, port = data.with_suffix(".toml"), free_port()
    settings.write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "jobs", "--config", str(settings), "--data-dir", str(data), "serve"]
    told = ["sh", "-c", f'exec "$@" 2>{notices}', "sh", *command, "--port", str(port)]
    with subprocess.Popen(told, cwd=data.parent) as process:
        try:
            wait_for_the_pages(port)
            yield process, port
        finally:
            process.kill()


def test_an_address_that_drips_stops_neither_checks_nor_reminders_nor_the_end_of_the_program(tmp_path: Path) -> None:
    with a_dripping_address() as (port, visits):
        config = (
            f'[intake]\naddresses = [{{ register = "職員", url = "http://127.0.0.1:{port}/職員.csv" }}]\n'
            "[timetable]\ngrace_seconds = 1\n"
        )
        (tmp_path / "data.toml").write_text(config, encoding="utf-8")
        office = open_office(tmp_path / "data.toml", tmp_path / "data")
        runner_of(office).keep_timetable(at(MONDAY, clock_time(5)))
        set_clock(office.data_dir, "Asia/Tokyo", SEVEN, A_MINUTE_A_SECOND)
        with serving(office.data_dir, config) as (process, _):
            done = "SELECT 1 FROM job_run WHERE job_name = 'forecast' AND outcome = 'done'"
            wait_until(lambda: rows(office.data_dir, done) != [])
            assert len(visits) == 1

            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            assert time.monotonic() - began < 20

    assert rows(office.data_dir, "SELECT job_name FROM job_run WHERE ended_at IS NULL") == [("intake",)]
    assert (office.data_dir / MARK).exists(), "the next start must not take it for a death"


def test_a_job_that_hangs_is_told_and_the_others_run_at_their_times(tmp_path: Path) -> None:
    office, is_begun, may_end, ran = an_office(tmp_path), Event(), Event(), list[str]()
    set_clock(office.data_dir, "Asia/Tokyo", SEVEN, A_MINUTE_A_SECOND * 5)
    office = open_office(tmp_path / "config.toml", office.data_dir)
    timetable = runner_of(office).timetable
    times = office.settings.timetable
    soon = times.checks.model_copy(update={"deadline_minutes": 0.01})
    short = times.model_copy(update={"checks": soon, "grace_seconds": 0.1})

    def hang(_work: Work) -> None:
        is_begun.set()
        may_end.wait(60)

    settings = office.settings.model_copy(update={"timetable": short})
    office = replace(office, settings=settings)
    timetable = replace(timetable, settings=short)
    others = {name: lambda work: ran.append(work.run.job_name) for name in ("delivery", "reminders")}
    runner = Runner(office, {"checks": hang, **others}, timetable)
    runner.keep_timetable(at(MONDAY, clock_time(5)))
    with running(runner):
        assert is_begun.wait(30)
        wait_until(lambda: ran.count("delivery") > 3 and "reminders" in ran)
        now = office.clock.now()
        with office.store.reading() as records:
            found = pulse(records.connection, now, short.deadline_of, timedelta(minutes=15))
        began = time.monotonic()

    assert time.monotonic() - began < 5, "it is not waited for"
    assert [run.job_name for run in found.stuck] == ["checks"]
    assert found.delivered_at is not None
    assert now - found.delivered_at < timedelta(hours=2)
    may_end.set()


def test_a_watchdog_hears_of_us_while_all_is_well_and_not_while_a_run_does_not_end(tmp_path: Path) -> None:
    with a_site() as site:
        office = an_office(tmp_path, f'[health]\nping = "{site.url("/zesei")}"\n')
        with running(Runner(office, {}, runner_of(office).timetable)):
            wait_until(lambda: [asked.path for asked in site.requests] == ["/zesei"])

        began = office.clock.now() - timedelta(hours=2)
        with office.store.transaction() as records:
            records.job_runs.start("checks", began, MONDAY, began)
        assert not ping(office)
        assert len(site.requests) == 1


@pytest.mark.parametrize("notices", ["/dev/full", "&-"])
def test_nobody_who_takes_the_notices_and_a_terminal_that_goes_end_nothing(tmp_path: Path, notices: str) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    set_clock(data, "Asia/Tokyo", SEVEN, A_MINUTE_A_SECOND)  # in which the delivery comes
    with serving(data, "", notices) as (process, port):
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: rows(data, "SELECT 1 FROM job_run WHERE ended_at IS NOT NULL") != [])
        wait_for_the_pages(port)
        assert process.poll() is None
        if notices == "&-":
            assert os.readlink(f"/proc/{process.pid}/fd/2") == "/dev/null", "no file of ours may be standard error"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_one_database_has_one_scheduler_whatever_folder_it_is_reached_from(tmp_path: Path, zesei: Command) -> None:
    config = f'[database]\nurl = "sqlite:///{tmp_path / "shared.db"}"\n'
    with serving(tmp_path / "first", config) as (first, _):
        other = tmp_path / "other.toml"
        other.write_text(config, encoding="utf-8")
        refused = zesei("serve", "--port", free_port(), config=other, status=2)
        assert f"プロセス {first.pid}" in refused.err
        first.kill()
        first.wait(30)

        with serving(tmp_path / "second", config) as (second, _):  # at once: its process is dead
            assert second.poll() is None


@on_both_databases
def test_a_scheduler_that_was_replaced_claims_nothing_until_it_is_the_one_again(tmp_path: Path) -> None:
    office, ran = an_office(tmp_path), list[str]()
    lease = Lease(office, seconds_a_beat=0.05)
    runner = Runner(office, {"checks": lambda _: ran.append("検査")}, runner_of(office).timetable)
    lease.take()
    runner.may_claim = lease.holds
    runner.keep_timetable(SEVEN)
    with lease.beating():
        change(office, f"UPDATE scheduler SET owner = 'another', host = 'elsewhere', pid = {os.getpid()}")
        wait_until(lambda: not lease.is_held)
        runner.tick(SEVEN + timedelta(days=1))
        assert ran == []

        silent_since = datetime.now().astimezone() - timedelta(minutes=6)
        with office.store.transaction() as records:
            records.scheduler.beat("another", silent_since, None)
        wait_until(lambda: lease.is_held)
        runner.tick(SEVEN + timedelta(days=1))

    assert ran == ["検査"]
    assert situations.rows(office, "SELECT * FROM scheduler") == []
