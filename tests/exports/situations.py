"""An office with something of everything that goes out: findings, measures, flags, an exception, answers, letters, documents."""

from dataclasses import replace
from datetime import date, time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from tests.jobs.situations import (
    Row,
    a_department,
    a_file,
    a_task,
    an_occasion,
    an_office,
    check,
    extended,
    given,
    given_tasks,
    run,
)  # fmt: skip
from tracker.answering import NamedFile
from tracker.attaching import attach
from tracker.domain.letter_links import answer_placeholder
from tracker.domain.tasks import Task
from tracker.evidence import EVIDENCE_FOLDER, EvidenceFolder
from tracker.excepting import Asked, except_flag
from tracker.links import office_secret
from tracker.office import Office
from tracker.secrets.department_pages import give_page, page_secret

FIRST, MON, TUE, WED = date(2023, 7, 3), date(2023, 7, 10), date(2023, 7, 11), date(2023, 7, 12)
FILES = "unpublished-files"
MARKUP = "<script>alert(1)</script> *強調* [案内](http://x.example) `code` {{ 7 }} _下線_ &amp; #eval"
FORMULA = "=1+1"
SITE = '[web]\naddress = "https://zesei.city.example"\n[answers]\nenabled = true\n[office]\nname = "見本市"\n'
DEPARTMENTS = (a_department(), a_department("0201", "区民課", "kumin@city.example"))


def a_finding(number: str = "R5-1", subject: str = MARKUP, department: str = "0201") -> Row:
    return Row("指導事項", {
        "指導番号": number, "法律": "番号法", "条項": "第12条", "件名": subject, "指導内容": f"{FORMULA}\n- 停止すること\n1. 記録する",
        "所属コード": department, "指導日": FIRST,
    })  # fmt: skip


def a_busy_office(folder: Path) -> Office:
    """Three days of an office; on Monday most of it begins, on Tuesday a deadline moves, on Wednesday letters go out."""
    office = an_office(folder, SITE)
    given(office, MON, *DEPARTMENTS, a_finding(), a_file("F1"), a_file("F2"))
    tasks = (
        a_task("finding:R5-1/1", deadline=TUE, department="0201", opened_on=MON),
        a_task("finding:R5-1/2", deadline=date(2023, 9, 30), department="0201", opened_on=MON),
    )
    given_tasks(office, *(_of_finding(task) for task in tasks))
    check(office, FILES, MON)
    excepted(office, "F1", MON, date(2023, 8, 31))
    extended(office, "finding:R5-1/2", date(2023, 12, 31), TUE)
    with office.store.transaction() as records:
        give_page(records, office.data_dir, "0201", an_occasion(MON).at)
    run(office, "reminders", WED)
    return office


def _of_finding(task: Task) -> Task:
    return replace(task, origin_ref="R5-1", title=f"{FORMULA} {task.key} <b>太字</b>", body=MARKUP)


def excepted(office: Office, subject: str, on: date, until: date) -> None:
    with office.store.transaction() as records:
        flag = next(one for one in records.flags.open_of(FILES) if one.subject == subject)
        asked = Asked(flag.id or 0, "更新中のため*", until, "総括保護管理者　職員０３", 0)
        except_flag(records, asked, office.calendar, an_occasion(on))


def with_documents(office: Office, *names: str, key: str = "finding:R5-1/1", on: date = MON) -> list[str]:
    """Documents of a task, each with content of its own; their hashes."""
    folder = EvidenceFolder(office.data_dir / EVIDENCE_FOLDER)
    kept = [
        NamedFile(name, folder.keep(BytesIO(f"{place} {name}".encode()), 1 << 20)) for place, name in enumerate(names)
    ]
    with office.store.transaction() as records:
        task = records.tasks.find(key)
        assert task is not None
        attach(records, task, kept, "写しです。", "0201", an_occasion(on, time(10)))
    return [one.kept.sha256 for one in kept]


def secrets_of(office: Office) -> list[str]:
    """What nobody may learn from what goes out: the office's secret, departments' addresses, where links will stand."""
    with office.store.reading() as records:
        keys = list(records.department_keys.valid().values())
    pages, nonces = [page_secret(office.data_dir, key) or "" for key in keys], [key.nonce for key in keys]
    return [office_secret(office.data_dir), *pages, *nonces, answer_placeholder("finding:R5-1/1")]


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP file, by name."""
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
