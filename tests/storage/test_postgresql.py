"""PostgreSQL keeps what SQLite keeps: one writer at a time, one state to a reader, one order of codes, one scheduler."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from jobs.registry import runner_of
from jobs.scheduler import only_process
from tests.builders import a_file, a_row, take
from tests.databases import answers, carry_out, on_both_databases
from tests.postgresql import Server
from tests.web import situations as work
from tracker.domain.errors import CommandRefused
from tracker.office import Office, open_office
from tracker.storage.store import Store
from tracker.storage.turns import Busy, Patience

TOGETHER = 4
BY_CODE_POINT = ["A1", "B1", "a1", "あ1", "ア1", "一1", "亜1"]  # by a Japanese order: A and a, あ and ア side by side


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Acts that begin at the same moment, each in a thread of its own."""
    ready = Barrier(len(acts))

    def begin(act: Callable[[], object]) -> object:
        ready.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


@on_both_databases
def test_events_written_at_once_make_one_chain(office: Office) -> None:
    def write(name: str) -> Callable[[], None]:
        return lambda: [work.given(office, work.a_task(f"{name}{n}")) for n in range(5)] and None

    at_once(*(write(name) for name in "abcd"))

    with office.store.reading() as records:
        assert records.events.verify() == 20


@on_both_databases
def test_of_two_who_save_at_once_the_second_is_refused(office: Office) -> None:
    task = work.given(office, work.a_task())

    def save() -> str:
        try:
            with office.store.transaction() as records:
                records.tasks.save(*task.extend(task.deadline + timedelta(days=7), "", "協議のため", work.OCCASION))
        except CommandRefused as refusal:
            return str(refusal)
        return ""

    said = at_once(*[save] * TOGETHER)

    assert sorted(map(bool, said)) == [False, True, True, True]
    assert work.known(office, task).version == 2


@on_both_databases
def test_letters_that_are_claimed_at_once_are_each_claimed_once(office: Office) -> None:
    with office.store.transaction() as records:
        records.outbox.queue_all(
            [work.a_letter(f"reminder/{n}", next_attempt_at=work.NINE) for n in range(40)]
        )  # fmt: skip

    def claim() -> list[str]:
        with office.store.transaction() as records:
            return [letter.key for letter in records.outbox.claim(work.NINE, timedelta(minutes=5), 15)]

    claimed = [key for keys in at_once(*[claim] * TOGETHER) for key in keys]  # type: ignore[attr-defined]

    assert sorted(claimed) == sorted(f"reminder/{n}" for n in range(40))


@on_both_databases
def test_a_run_that_processes_claim_at_once_is_run_once(office: Office) -> None:
    runner = runner_of(office)
    runner.keep_timetable(work.NINE)
    with office.store.reading() as records:
        job = next(job for job in records.job_runs.jobs() if job.name == "checks")

    def claim() -> object:
        with office.store.transaction() as records:
            return records.job_runs.claim(job, job.next_run_at + timedelta(days=1), work.TODAY, work.NINE)

    assert sum(run is not None for run in at_once(*[claim] * TOGETHER)) == 1


@on_both_databases
def test_a_reader_sees_one_state_while_others_write(office: Office) -> None:
    work.given(office, work.a_task("1"))

    with office.store.reading() as records:
        before = records.tasks.open_all_now()
        work.given(office, work.a_task("2"))
        assert records.tasks.open_all_now() == before

    with office.store.reading() as records:
        assert len(records.tasks.open_all_now()) == 2


@on_both_databases
def test_codes_stand_in_the_same_order(office: Office, tmp_path: Path) -> None:
    rows = [a_row("組織", 所属コード=code, 部="部", 課=f"課{code}") for code in reversed(BY_CODE_POINT)]

    report = take(office, a_file(tmp_path, "組織", *rows), dry_run=True)
    take(office, a_file(tmp_path, "組織", *rows))

    assert report.changes[0].examples is not None
    assert [key for (key,) in report.changes[0].examples.added] == BY_CODE_POINT
    with office.store.reading() as records:
        assert [department.code for department in records.departments(work.TODAY)] == BY_CODE_POINT


@on_both_databases
def test_an_office_has_one_scheduler_whatever_folder_it_is_started_in(
    database: str, office: Office, tmp_path: Path
) -> None:
    elsewhere = open_office(None, tmp_path / ("elsewhere" if database == "postgresql" else "data"))

    with only_process(office), pytest.raises(CommandRefused, match="もう zesei serve が動いています"):  # noqa: SIM117
        with only_process(elsewhere):
            pass

    with only_process(elsewhere):
        pass


@on_both_databases
def test_who_waits_too_long_for_another_writer_is_told_so(office: Office) -> None:
    another_process = open_office(None, office.data_dir).store

    with office.store.transaction():
        for store in (office.store, another_process):
            with pytest.raises(Busy), store.transaction(Patience(0.1)):
                pass
            with pytest.raises(Busy), store.brief():
                pass

    with another_process.transaction(Patience(0)), another_process.reading():
        pass


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_every_column_of_text_has_the_order_of_code_points(database: str, office: Office) -> None:
    others = answers(
        office,
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
        " AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
        " AND table_name <> 'alembic_version'",
    )
    assert others == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_seals_hold_whatever_zone_the_server_keeps(database: str, office: Office) -> None:
    name = office.store.engine.url.database
    carry_out(office, f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'")
    again = open_office(None, office.data_dir)
    work.given(again, work.a_task())

    with again.store.reading() as records:
        assert records.events.verify() == 1
        assert records.events.about("task:finding:R5-1/1")[0].at == work.NINE


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_that_was_started_anew_is_reached_again(database: str, office: Office, postgresql: Server) -> None:
    work.given(office, work.a_task())

    postgresql.told(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{office.store.engine.url.database}'"
    )

    with office.store.reading() as records:
        assert records.tasks.find("finding:R5-1/1") is not None


def test_a_server_that_answers_before_its_disk_has_it_does_not_do_so_to_us(postgresql: Server) -> None:
    store = Store.open(postgresql.new_database())
    with store.transaction() as records:
        records.connection.exec_driver_sql(f'ALTER DATABASE "{store.engine.url.database}" SET synchronous_commit = off')
    store.engine.dispose()

    with store.transaction() as records:
        assert records.connection.exec_driver_sql("SHOW synchronous_commit").scalar_one() == "on"
    store.engine.dispose()
