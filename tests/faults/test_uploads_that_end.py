"""Every upload ends: the one that kills the program, the one whose end could not be written, and those behind them."""

import os
import signal
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.builders import a_row, csv_text
from tests.faults.deliveries import wait_until
from tests.faults.lives import _LIVES
from tests.jobs.situations import an_office, change
from tests.web.situations import NINE, TODAY, division, words_of
from tracker.domain.uploads import Upload, UploadState
from tracker.office import Office, open_office
from tracker.registers.importing import Importer
from tracker.uploads.folder import SentFile
from tracker.uploads.working import UploadWorker

DEADLY, HARMLESS = "職員", "組織"
ROWS = {
    DEADLY: a_row("職員", 職員番号="1", 氏名="職員１"),
    HARMLESS: a_row("組織", 所属コード="0101", 部="部", 課="課"),
}


def sent(office: Office, stem: str) -> int:
    content = csv_text([ROWS[stem]]).encode()
    files = UploadWorker(office).folder.keep([SentFile(f"{stem}.csv", len(content), BytesIO(content))], 1)
    with office.store.transaction() as records:
        return records.uploads.add(Upload(UploadState.WAITING, TODAY, files, NINE, "職員０５", office.clock.now()))


def states(office: Office) -> list[UploadState]:
    with office.store.reading() as records:
        return [upload.state for upload in reversed(records.uploads.newest(10))]


def test_a_file_at_which_the_program_died_twice_is_told_and_the_one_behind_it_is_looked_at(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    number = sent(office, DEADLY)
    sent(office, HARMLESS)

    ends = [life_of_the_program(tmp_path / "config.toml", office.data_dir) for _ in range(3)]

    assert ends == [-signal.SIGKILL, -signal.SIGKILL, 0]
    assert states(office) == [UploadState.FAILED, UploadState.READY]
    browser = division(office)
    assert "プログラムが2回続けて止まりました" in words_of(browser.get(f"/imports/{number}").text)
    for page in ("/", "/jobs"):
        assert "台帳の取込みが途中で止まりました（職員.csv" in words_of(browser.get(page).text)


def life_of_the_program(config: Path, data_dir: Path) -> int:
    life = _LIVES.Process(target=_look_at_uploads, args=(config, data_dir))
    life.start()
    life.join(timeout=120)
    assert life.exitcode is not None
    return life.exitcode


def _look_at_uploads(config: Path, data_dir: Path) -> None:
    take = Importer.take

    def die(importer: Importer, store: Any, paths: Sequence[Path], **options: Any) -> Any:
        if any(path.stem == DEADLY for path in paths):
            os.kill(os.getpid(), signal.SIGKILL)
        return take(importer, store, paths, **options)

    Importer.take = die  # type: ignore[method-assign,assignment]
    office = open_office(config, data_dir)
    UploadWorker(office).take_up_again()
    wait_until(lambda: not any(state in ("waiting", "examining") for state in states(office)))


def test_an_upload_whose_end_could_not_be_written_ends_by_itself_and_what_waits_behind_it_goes_on(
    tmp_path: Path,
) -> None:
    office = an_office(tmp_path)
    for stem in (DEADLY, HARMLESS):
        sent(office, stem)
    change(office, "CREATE TRIGGER e BEFORE UPDATE ON upload WHEN NEW.state <> 'examining'"
           " BEGIN SELECT RAISE(ABORT, 'disk full'); END")  # fmt: skip
    worker = UploadWorker(office)
    worker.seconds_of_rest = 0.05
    worker.wake()
    wait_until(lambda: states(office)[0] is UploadState.EXAMINING)
    time.sleep(0.5)
    assert states(office) == [UploadState.EXAMINING, UploadState.WAITING]

    change(office, "DROP TRIGGER e")

    wait_until(lambda: states(office) == [UploadState.READY] * 2)
