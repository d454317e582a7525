"""What the example office needs so that every kind of page has something on it, done as people would do it."""

import csv
import io
import time
from codecs import BOM_UTF8
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fastapi.testclient import TestClient

from jobs.demo import DAYS, FOLDER, GUIDANCE_DAYS
from jobs.demo.accounts import ACCOUNTS, CLERKS
from tests.web.situations import Browser, a_task, link_to, signed_in
from tracker.domain.submissions import SubmissionKind
from tracker.domain.tasks import Task
from tracker.office import Office
from tracker.registers.importing import Importer
from tracker.secrets.department_pages import give_page

REGISTERS = FOLDER / "registers" / DAYS[-1].isoformat()
GUIDANCE = FOLDER / "guidance" / GUIDANCE_DAYS[-1].isoformat()
ENDED, HEIRS = "0402", "0401、0403"
A_PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
ANSWERED = {"kind": str(SubmissionKind.DONE), "officer": "職員０１", "note": "写しを添えます。"}
EXCEPTED = {"reason": "更改の間だけです。", "until": "R6.9.30", "approved_by": "情報管理課長　職員０１"}


@dataclass(frozen=True)
class Addresses:
    """Pages that no page leads to: a department gets its own by mail, a preview opens when files are sent."""

    department: str
    answer: str
    preview: str


NONE = Addresses("", "", "")


def furnish(office: Office) -> Addresses:
    """An answer with a file, a preview, an upload, an exception, and a department that has ended with work left."""
    division = signed_in(office, ACCOUNTS[0])
    _end_department(office)
    _send_register(division)
    _except_a_flag(office, division)
    department, answer = _answer_as_department(office, division)
    return Addresses(department, answer, _preview(division))


def ended_in(code: str, heirs: str, on: date) -> bytes:
    """The register 組織 of the example office, in which a department has ended."""
    rows = _rows_of("組織")
    for row in rows:
        if row["所属コード"] == code:
            row |= {"終了日": on.isoformat(), "承継先コード": heirs}
    return _written(rows)


def left_out(stem: str, number: int) -> bytes:
    """A register of the example office without its last rows."""
    return _written(_rows_of(stem)[:-number])


def one_more_finding() -> bytes:
    """The findings of the example office and one that nobody has entered yet."""
    rows = _rows_of("指導事項", GUIDANCE)
    return _written([*rows, rows[0] | {"指導番号": "R6-1", "件名": "記録媒体の持出し", "指導日": "R6.3.1"}])


def _rows_of(stem: str, folder: Path = REGISTERS) -> list[dict[str, str]]:
    content = (folder / f"{stem}.csv").read_bytes()
    text = content.decode("utf-8-sig" if content.startswith(BOM_UTF8) else "cp932")
    return list(csv.DictReader(io.StringIO(text)))


def _written(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _end_department(office: Office) -> None:
    occasion = office.occasion("試験")
    path = office.data_dir / "組織.csv"
    path.write_bytes(ended_in(ENDED, HEIRS, date(2024, 3, 15)))
    with office.store.transaction() as records:
        records.tasks.open_all([a_task(department_code=ENDED)], occasion)
    Importer(office.settings, occasion.on_day, occasion).take(office.store, [path])
    path.unlink()


def _send_register(division: Browser) -> None:
    answer = division.post("/imports", files=[("files", ("職員.csv", left_out("職員", 2)))])
    for _ in range(200):
        if "refresh" not in division.get(answer.headers["location"]).headers:
            return
        time.sleep(0.05)
    raise AssertionError("the upload was never looked at")


def _except_a_flag(office: Office, division: Browser) -> None:
    with office.store.reading() as records:
        flag = next(task.origin_ref for task in records.tasks.open_all_now() if task.origin == "flag")
        number = next(one.id for one in records.flags.open_now() if f"{one.check_name}/{one.subject}" in flag)
    answer = division.post("/exceptions", data={"flag": str(number), "instead_of": "0"} | EXCEPTED)
    assert answer.status_code == 303, answer.text


def _answer_as_department(office: Office, client: TestClient) -> tuple[str, str]:
    """The clerks' department's own page and the page of one of its tasks; another one is answered."""
    own = _tasks_of(office, CLERKS)
    with office.store.transaction() as records:
        secret = give_page(records, office.data_dir, CLERKS, office.clock.now())
    until = office.clock.day_of(office.clock.now()).replace(year=2030)
    form = ANSWERED | {"round": str(own[1].round)}
    answer = client.post(link_to(office, own[1], until=until), data=form, files={"files": ("写し.png", A_PICTURE)})
    assert answer.status_code == 303, answer.text
    return f"/departments/{secret}", link_to(office, own[0], until=until)


def _tasks_of(office: Office, code: str) -> list[Task]:
    with office.store.reading() as records:
        return [one for one in records.tasks.open_all_now() if one.waits_for_department and one.department_code == code]


def _preview(division: Browser) -> str:
    answer = division.post("/previews", files=[("files", ("指導事項.csv", one_more_finding()))])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]
