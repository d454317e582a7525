"""What is wrong with an installation is told in a sentence: by the command, on the pages, and by health."""

import os
import subprocess
import sys
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from jobs.probes import PROBES
from tests.conftest import ROOT, Command
from tests.databases import carry_out
from tests.jobs.situations import a_free_port, run
from tests.web.situations import DISABILITY, TODAY, a_task, administrator, an_office, division, given, words_of
from tracker.evidence import EvidenceFolder
from tracker.health.evidence import keep_look, look_through
from tracker.health.examining import examine_place
from tracker.office import Office
from tracker.web.app import create_app

DOCUMENT = b"%PDF-1.7 evidence"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path)
    office.data_dir.chmod(0o700)
    given(office, a_task("first"))
    return office


def with_a_document(office: Office, content: bytes = DOCUMENT) -> Path:
    """A task with a document; where its bytes lie."""
    task = given(office, a_task())
    folder = EvidenceFolder(office.data_dir / "evidence")
    kept = folder.keep(BytesIO(content), 1 << 20)
    carry_out(
        office,
        "INSERT INTO attachment (task_key, name, sha256, size, added_at, added_by, department_code, removed_by,"
        f" removal_reason) VALUES ('{task.key}', '報告.pdf', '{kept.sha256}', {kept.size},"
        f" '2024-03-18 00:00:00.000000', '職員０１', '{DISABILITY}', '', '')",
    )
    return folder.place_of(kept.sha256)


def found(office: Office, config: Path | None = None) -> dict[str, str]:
    """What doctor finds wrong, by the name of what was looked at."""
    office.store.engine.dispose()
    examined = examine_place(config, office.data_dir, PROBES)
    return {one.name: "".join(s.sentence for s in one.symptoms if s.is_wrong) for one in examined if one.is_wrong}


def damage(office: Office) -> None:
    """Overwrite the database behind its first pages, as a dying disk does."""
    office.store.engine.dispose()
    path = office.data_dir / "zesei.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(3, size // 4096):
            file.seek(page * 4096)
            file.write(os.urandom(200))


def test_a_new_office_is_well_and_is_told_what_it_does_without(zesei: Command) -> None:
    assert "がありません" in zesei("doctor", status=1).out
    zesei("init")

    told = zesei("doctor").out

    assert "問題はありません" in told
    assert "[backup] folder" in told
    assert zesei("doctor", "--json").json["ok"] is True


@pytest.mark.parametrize("url", ["", "sqlite:///{}/elsewhere.db"])
def test_whoever_only_looks_makes_no_database_where_there_is_none(zesei: Command, tmp_path: Path, url: str) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    config = tmp_path / "own.toml"
    config.write_text(f'[database]\nurl = "{url.format(tmp_path)}"\n' if url else "", encoding="utf-8")

    told = zesei("doctor", config=config, status=1).out

    assert f"{'elsewhere' if url else 'zesei'}.db」がありません" in told
    assert "zesei init を実行してください" in told
    assert list(tmp_path.glob("**/*.db*")) == []


@pytest.mark.parametrize("lose", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_database_that_is_gone_or_empty_is_told_as_lost(zesei: Command, tmp_path: Path, lose: object) -> None:
    zesei("init")
    lose(tmp_path / "data" / "zesei.db")  # type: ignore[operator]

    told = zesei("doctor", status=1).out

    assert "zesei.db」がないか、空です" in told
    assert "zesei restore FILE" in told


def test_each_thing_that_is_wrong_is_found_with_what_to_do(office: Office, tmp_path: Path) -> None:
    path = with_a_document(office)
    assert found(office) == {}

    (office.data_dir / "secret.key").write_text("")
    office.data_dir.chmod(0o755)
    path.write_bytes(b"%PDF-1.7 something else")
    carry_out(
        office, "UPDATE event SET by = '誰か' WHERE id = 1",
        "INSERT INTO job (name, timetable, next_run_at) VALUES ('checks', '', '2024-03-17 00:00:00.000000'),"
        " ('forecast', '', '2025-03-17 00:00:00.000000')",
    )  # fmt: skip
    config = tmp_path / "wrong.toml"
    port = a_free_port()
    config.write_text(
        f'[smtp]\nhost = "127.0.0.1"\nport = {port}\n'
        f'[health]\nfree_mb = 900_000_000\n[backup]\nfolder = "{tmp_path / "no"}"\n'
    )

    wrong = found(office, config)

    assert wrong.keys() == {"key", "rights", "evidence", "trail", "ticks", "clock", "mail", "room", "backups"}
    assert "chmod" in wrong["rights"]
    assert "報告.pdf" in wrong["evidence"]
    assert "変わっています" in wrong["evidence"]
    assert f"127.0.0.1:{port}" in wrong["mail"]
    assert "1 番目の記録" in wrong["trail"]
    path.unlink()
    assert "なくなっています" in found(office)["evidence"]


def test_a_clock_behind_the_newest_entry_is_told(office: Office) -> None:
    given(office, a_task())
    carry_out(office, "UPDATE event SET at = '2024-03-19 09:00:00.000000' WHERE id = (SELECT max(id) FROM event)")

    assert "時計" in found(office)["clock"]


def test_a_damaged_page_is_a_sentence_everywhere_and_never_a_traceback(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    given(office, *(a_task(str(number)) for number in range(60)))
    visitor = TestClient(create_app(office), raise_server_exceptions=False)
    with_division = division(office)
    damage(office)

    pages = [with_division.get("/"), with_division.get("/tasks"), visitor.get("/")]
    command = [sys.executable, "-m", "jobs", "--data-dir", str(office.data_dir)]
    commands = [
        subprocess.run([*command, *words], cwd=ROOT, capture_output=True, text=True, check=False)
        for words in (
            ["doctor"],
            ["audit", "verify"],
            ["remind", "--dry-run"],
            ["backup", str(office.data_dir / "b.zip")],
        )
    ]

    assert {page.status_code for page in pages[:2]} == {500}
    assert "壊れている" in words_of(pages[0].text)
    assert "zesei restore" in words_of(pages[0].text)
    assert visitor.get("/api/v1/health").status_code == 503
    assert "Traceback" not in caplog.text
    for done in commands:
        assert done.returncode in (1, 2), done.args
        assert "壊れています" in done.stdout + done.stderr, done.args
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) <= 2


def test_in_the_log_of_serve_a_damaged_database_is_one_line_a_time(office: Office) -> None:
    given(office, *(a_task(str(number)) for number in range(60)))
    damage(office)
    script = (
        "import logging, sys; from tracker.storage.store import Store; from jobs.words.failures import *\n"
        "log_what_is_known_in_a_line(); log = logging.getLogger('zesei.jobs')\n"
        "try:\n with Store.open(sys.argv[1]).reading() as records: records.events.verify()\n"
        "except Exception: log.exception('a tick did not look')"
    )
    url = f"sqlite:///{office.data_dir / 'zesei.db'}"

    done = subprocess.run([sys.executable, "-c", script, url], cwd=ROOT, capture_output=True, text=True, check=False)

    assert len(done.stderr.splitlines()) == 1
    assert "a tick did not look: データベースのファイルが壊れています" in done.stderr


def test_in_the_log_of_serve_a_full_disk_is_one_line_and_a_fault_of_ours_a_traceback() -> None:
    script = (
        "import errno, logging; from jobs.words.failures import *\n"
        "log_what_is_known_in_a_line(); log = logging.getLogger('zesei.jobs')\n"
        "for trouble in (OSError(errno.ENOSPC, 'No space left on device'), ValueError('ours')):\n"
        " try: raise trouble\n"
        " except Exception: log.exception('no beat')"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    first, second, *trace = done.stderr.splitlines()
    assert first == "no beat: 空き容量がないため、書き込めませんでした。"
    assert second == "no beat"
    assert trace[-1] == "ValueError: ours"


def test_health_is_ok_only_while_the_work_goes_on(office: Office) -> None:
    visitor = TestClient(create_app(office))
    assert visitor.get("/api/v1/health").json()["ok"] is True

    carry_out(
        office, "INSERT INTO job (name, timetable, next_run_at) VALUES ('checks', '', '2024-03-17 00:00:00.000000')"
    )
    told = visitor.get("/api/v1/health")

    assert told.status_code == 503
    assert [error["field"] for error in told.json()["errors"]] == ["ticks"]
    assert "定時の処理" in told.json()["detail"]


def test_what_the_night_found_is_told_to_the_division_and_to_the_administrator(office: Office) -> None:
    path = with_a_document(office)
    run(office, "inspection", TODAY, time(3))
    assert "なくなって" not in division(office).get("/").text
    path.unlink()

    run(office, "inspection", TODAY, time(3, 30))

    for reader in (division(office), administrator(office)):
        assert "証跡のファイルが1件なくなっています" in words_of(reader.get("/").text)
    assert TestClient(create_app(office)).get("/api/v1/health").status_code == 503


def test_a_document_that_is_read_on_another_night_is_looked_at_in_turn(office: Office) -> None:
    paths = [with_a_document_named(office, number) for number in range(3)]
    last = max(paths, key=lambda path: path.name)
    last.write_bytes(b"%PDF altered")

    nights = 0
    while not (
        look := look_through(office.store, office.data_dir, timedelta(seconds=-1) if nights == 0 else None)
    ).altered:
        with office.store.transaction() as records:
            keep_look(records, look)
        nights += 1

    assert look.altered == (last.name,)


def with_a_document_named(office: Office, number: int) -> Path:
    folder = EvidenceFolder(office.data_dir / "evidence")
    kept = folder.keep(BytesIO(DOCUMENT + str(number).encode()), 1 << 20)
    carry_out(
        office,
        "INSERT INTO attachment (task_key, name, sha256, size, added_at, added_by, removed_by, removal_reason) VALUES"
        f" ('t', '{number}.pdf', '{kept.sha256}', 1, '2024-03-18 00:00:00.000000', '職員０１', '', '')",
    )
    return folder.place_of(kept.sha256)
