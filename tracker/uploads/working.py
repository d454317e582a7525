"""The work on uploads, outside of any request: one at a time, in the order they came, taken up again after a restart."""

import logging
import time
from collections.abc import Mapping
from threading import Lock, Thread

from sqlalchemy.exc import DBAPIError

from tracker.domain.errors import InputRefused, Refusal, why
from tracker.domain.events import Occasion
from tracker.domain.uploads import AT_WORK, KEPT, UNDECIDED, Upload, UploadState
from tracker.office import Office
from tracker.registers.importing import Importer
from tracker.registers.settling import ImportReport
from tracker.seams import caught
from tracker.storage.store import Records
from tracker.uploads.facts import counts_in, facts_of, facts_of_refusal
from tracker.uploads.folder import UPLOADS_FOLDER, UploadsFolder

log = logging.getLogger("zesei.uploads")
BROKEN = "取込みの途中で思わぬ誤りが起きました。台帳は何も変わっていません。もう一度送ってください。"
BUSY = "ほかの取込みが長く続いているため、始められませんでした。しばらくしてから、もう一度送ってください。"
FULL = "取り込めませんでした（空き容量がありません）。台帳は何も変わっていません。管理者に知らせ、空きができてからもう一度送ってください。"
KILLED = (
    "このファイルを調べる間か取り込む間に、プログラムが2回続けて止まりました。止めた原因かもしれないので、もう取り込みません。"
    "台帳は何も変わっていません。ファイルを開いて保存し直すかCSVにして、もう一度送ってください。続くときは管理者に連絡してください。"
)
MOVED_ON = "確かめた後に台帳が変わったので、調べ直しました。もう一度確かめてから取り込んでください。"


class OtherwiseNow(InputRefused):
    """What an upload would change is no longer what was accepted."""


class UploadWorker:
    """Works on an office's uploads in a thread of its own."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.folder = UploadsFolder(office.data_dir / UPLOADS_FOLDER)
        self.progress: dict[int, tuple[str, int]] = {}  # by upload: the file that is read, and how many rows were
        self.seconds_of_rest = 5.0
        self._lock, self._is_running, self._is_rung, self._is_first = Lock(), False, False, False
        self._unwritten: list[tuple[Upload, UploadState, Mapping[str, object]]] = []

    def wake(self) -> None:
        """See whether something waits; returns at once."""
        with self._lock:
            self._is_rung = True
            if self._is_running:
                return
            self._is_running = True
        Thread(target=self._run, name="uploads", daemon=True).start()

    def take_up_again(self) -> None:
        """At the start of the only process that works here: what a killed one left half done waits again."""
        self._is_first = True
        self.wake()

    def tidy(self) -> None:
        """Drop what nobody accepted for some days, and remove the files that are no longer wanted."""
        now = self.office.clock.now()
        with self.office.store.transaction() as records:
            for upload in records.uploads.in_state(UNDECIDED):
                if now - upload.changed_at > KEPT:
                    records.uploads.move(upload, UploadState.DROPPED, now, report={"expired": True})
            wanted = records.uploads.in_state([state for state in UploadState if state is not UploadState.DROPPED])
        self.folder.clear({file.sha256 for u in wanted if now - u.changed_at <= KEPT for file in u.files}, now)

    def _run(self) -> None:
        """Until nothing waits. A database that takes nothing puts the work off for some seconds, and ends it for nobody."""
        is_left = True
        while is_left:
            with caught(self._rest):
                is_left = self._next()

    def _rest(self, trouble: BaseException) -> None:
        log.error("uploads rest", exc_info=trouble)
        time.sleep(self.seconds_of_rest)

    def _next(self) -> bool:
        with self._lock:
            self._is_rung = False
        self._put_back()
        self._write_ends()
        upload = self._claim()
        if upload is not None:
            self._work_on(upload)
            return True
        with self._lock:
            if not self._is_rung:
                self._is_running = False
            return self._is_rung

    def _put_back(self) -> None:
        if self._is_first:
            with self.office.store.transaction() as records:
                for upload in records.uploads.in_state(list(AT_WORK)):
                    records.uploads.move(upload, AT_WORK[upload.state], self.office.clock.now())
            self._is_first = False

    def _claim(self) -> Upload | None:
        """The next that waits; one at which the program died twice is closed instead, and the one behind it is next."""
        now = self.office.clock.now()
        with self.office.store.transaction() as records:
            while (upload := records.uploads.claim(now)) and not records.pick_ups.begin(_key(upload), now):
                log.error("upload %s: died with the program", upload.id)
                records.uploads.move(upload, UploadState.FAILED, now, report={"failure": KILLED})
                records.pick_ups.end(_key(upload))
        return upload

    def _work_on(self, upload: Upload) -> None:
        try:
            with caught(lambda trouble: self._broke(upload, trouble)):
                self._examine(upload) if upload.state is UploadState.EXAMINING else self._take_in(upload)
        finally:
            self.progress.pop(upload.id, None)

    def _broke(self, upload: Upload, trouble: BaseException) -> None:
        if isinstance(trouble, OtherwiseNow):
            self._leave(upload, UploadState.WAITING, {"again": MOVED_ON})
        elif isinstance(trouble, Refusal):
            self._leave(upload, UploadState.REFUSED, facts_of_refusal(trouble))
        else:
            log.error("upload %s", upload.id, exc_info=trouble)
            self._leave(upload, UploadState.FAILED, {"failure": _sentence(trouble)})

    def _examine(self, upload: Upload) -> None:
        """What the import would change, by the very import, rolled back."""
        with self.folder.laid_out(upload.files) as paths:
            report = self._importer(upload, upload.made_by).take(self.office.store, paths, dry_run=True)
        again = {name: upload.report[name] for name in ("again",) if name in upload.report}
        self._leave(upload, UploadState.READY, facts_of(report) | again)

    def _take_in(self, upload: Upload) -> None:
        """The import, and that it is done, in one transaction."""

        def finish(records: Records, report: ImportReport) -> None:
            facts = facts_of(report)
            if counts_in(facts) != counts_in(upload.report):
                raise OtherwiseNow(MOVED_ON)
            seen = {change["register"]: change["examples"] for change in upload.report["changes"]}
            facts["changes"] = [change | {"examples": seen[change["register"]]} for change in facts["changes"]]
            records.uploads.move(upload, UploadState.DONE, self.office.clock.now(), report=facts)
            records.pick_ups.end(_key(upload))

        with self.folder.laid_out(upload.files) as paths:
            self._importer(upload, upload.accepted_by).take(self.office.store, paths, finish=finish)

    def _importer(self, upload: Upload, by: str) -> Importer:
        clock = self.office.clock
        now = clock.now()

        def note(file: str, rows: int) -> None:
            self.progress[upload.id] = file, rows

        occasion = Occasion(by, now, clock.day_of(now))
        return Importer(
            self.office.settings, upload.as_of, occasion, upload.allow_empty, is_confirmed=True, progress=note
        )

    def _leave(self, upload: Upload, state: UploadState, report: Mapping[str, object]) -> None:
        """Say how it ended; what the database does not take now, it is given again before the next one begins."""
        self._unwritten.append((upload, state, report))
        with caught(lambda trouble: log.error("upload %s: its end could not be written", upload.id, exc_info=trouble)):
            self._write_ends()

    def _write_ends(self) -> None:
        while self._unwritten:
            upload, state, report = self._unwritten[0]
            with self.office.store.transaction() as records:
                records.uploads.move(upload, state, self.office.clock.now(), report=report)
                records.pick_ups.end(_key(upload))
            self._unwritten.pop(0)


def _key(upload: Upload) -> str:
    return f"upload/{upload.id}"


def _sentence(trouble: BaseException) -> str:
    """What went wrong, for whoever sent the files."""
    if isinstance(trouble, OSError):
        return f"取り込めませんでした（{why(trouble)}）。"
    said = str(trouble.orig) if isinstance(trouble, DBAPIError) else ""
    if "full" in said or "No space left" in said:
        return FULL
    return BUSY if "lock" in said else BROKEN
