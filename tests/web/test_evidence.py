"""Documents on a task: they come at any time, are shown shut in, leave their record, and never what they are not."""

import hashlib
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.documents import PDF, PNG, PROGRAM, TEXT, a_bomb, an_office_file
from tests.web.situations import (
    CARE,
    CLERK,
    DISABILITY,
    OCCASION,
    a_task,
    an_office,
    auditor,
    division,
    everything_but_sign_ins,
    given,
    kinds_of_events,
    known,
    link_to,
    member,
    outside,
    signed_in,
    words_of,
)
from tests.web.situations import send as send_by_link
from tracker.domain.accounts import Account, Role
from tracker.domain.tasks import Task
from tracker.evidence import EvidenceFolder
from tracker.office import Office
from tracker.storage.submissions import Attachment


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def task(office: Office) -> Task:
    return given(office, a_task())


def attach(client: TestClient, task: Task, *files: tuple[str, bytes], **fields: str) -> Response:
    """The form that adds documents."""
    sent = [("files", file) for file in files] or [("files", ("", b"", "application/octet-stream"))]
    return client.post("/attachments", data={"task": task.key, "from": "task"} | fields, files=sent)


def remove(client: TestClient, number: int, reason: str = "個人情報が写っていたため。") -> Response:
    """The form that takes a document away."""
    return client.post(f"/attachments/{number}/removal", data={"reason": reason, "from": "task"})


def documents_of(office: Office, task: Task) -> list[Attachment]:
    with office.store.reading() as records:
        return records.submissions.attachments_of(task.key)


def kept_in(office: Office) -> list[str]:
    """The names of all files that lie in the evidence folder."""
    return sorted(path.name for path in (office.data_dir / "evidence").rglob("*") if path.is_file())


def test_both_sides_add_documents_at_any_time_without_an_answer(office: Office, task: Task) -> None:
    before = known(office, task)

    for client, name in ((member(office), "写し.pdf"), (division(office), "照会.docx")):
        content = PDF if name.endswith("pdf") else an_office_file("docx")
        answer = attach(client, task, (name, content), evidence_note="電話で頼まれた分")
        assert answer.status_code == 303
        assert "証跡を添えました。" in words_of(client.get(answer.headers["location"]).text)

    assert known(office, task) == before
    assert [(one.name, one.department_code, one.added_by) for one in documents_of(office, task)] == [
        ("写し.pdf", "0303", CLERK), ("照会.docx", None, "情報管理課"),
    ]  # fmt: skip
    for client in (member(office), division(office), auditor(office)):
        page = client.get(f"/tasks/{task.key}").text
        for line in (
            "写し.pdf</a>",
            "照会.docx</a>",
            "電話で頼まれた分",
            '<a href="/attachments/1/view">画面で見る</a>',
        ):
            assert line in page
        assert client.get("/attachments/2").content == an_office_file("docx")


def test_the_same_file_sent_twice_is_there_once_and_leads_to_the_same_page(office: Office, task: Task) -> None:
    client = member(office)

    first, second = (attach(client, task, ("写し.pdf", PDF)) for _ in range(2))

    assert (second.status_code, second.headers["location"]) == (303, first.headers["location"])
    assert len(documents_of(office, task)) == 1
    assert kinds_of_events(office, f"task:{task.key}") == ["EvidenceAttached", "TaskOpened"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("停止の記録.pdf", PROGRAM, "「停止の記録.pdf」は実行ファイル（Windowsのプログラム）です。"),
        ("一覧.xlsx", a_bomb(), "「一覧.xlsx」は、開くと異常に大きくなる圧縮ファイルです。"),
        ("停止.exe", PDF, "名前の終わりが「.exe」です。"), ("空.pdf", b"", "「空.pdf」は空のファイルです。"),
        ("大.txt", b"x" * ((1 << 20) + 1), "「大.txt」は大きすぎます。1件1MBまでにしてください。"),
    ],
)  # fmt: skip
def test_what_cannot_be_evidence_is_refused_in_every_form_and_nothing_of_it_is_kept(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    office = an_office(tmp_path, "[answers]\nfile_mb = 1\nfiles = 2\n")
    task = given(office, a_task())
    before = everything_but_sign_ins(office)
    own = {"task": task.key, "from": "list", "kind": "done", "note": "台帳に書きました。"}

    answers = [
        attach(division(office), task, (name, content)), attach(member(office), task, (name, content), **{"from": "list"}),
        send_by_link(outside(office), link_to(office, task), files=[(name, content)]),
        member(office).post("/submissions", data=own, files=[("files", (name, content))]),
    ]  # fmt: skip

    for answer in answers:
        assert answer.status_code == 422
        assert sentence in words_of(answer.text)
        assert 'aria-invalid="true"' in answer.text
    for answer in answers[2:]:
        assert "台帳に書きました。</textarea>" in answer.text
        assert "ファイルは、もう一度選んでください。" in answer.text
    assert everything_but_sign_ins(office) == before
    assert kept_in(office) == []


def test_an_upload_over_the_limit_gets_a_page_of_ours_wherever_it_is_sent(tmp_path: Path) -> None:
    office = an_office(tmp_path, "[answers]\nfile_mb = 1\nfiles = 1\n")
    task = given(office, a_task())
    before, much = everything_but_sign_ins(office), b"x" * (20 << 20)

    for client, path in (
        (division(office), "/attachments"), (member(office), "/attachments"), (member(office), "/submissions"),
        (outside(office), link_to(office, task)),
    ):  # fmt: skip
        answer = client.post(path, data={"task": task.key, "kind": "done"}, files=[("files", ("大きい.pdf", much))])
        assert answer.status_code == 413, path
        assert "送られた内容が大きすぎます。何も保存していません。" in answer.text
    assert everything_but_sign_ins(office) == before


def test_a_picture_and_a_pdf_are_shown_shut_in_and_anything_else_is_only_saved(office: Office, task: Task) -> None:
    client = division(office)
    attach(
        client,
        task,
        ("写し.pdf", PDF),
        ("画面　１.png", PNG),
        ("記録.txt", TEXT),
        ("一覧.xlsx", an_office_file("xlsx")),
    )

    for number, kind in ((1, "application/pdf"), (2, "image/png")):
        answer = client.get(f"/attachments/{number}/view")
        assert answer.headers["content-type"] == kind
        assert answer.headers["content-disposition"].startswith("inline; filename=")
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert policy.endswith("sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        "%E7%94%BB%E9%9D%A2%E3%80%80%EF%BC%91.png" in client.get("/attachments/2/view").headers["content-disposition"]
    )
    for number in (3, 4):
        for path in (f"/attachments/{number}/view", f"/attachments/{number}"):
            answer = client.get(path)
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("attachment; ")


def test_bytes_that_were_changed_under_a_picture_are_not_shown(office: Office, task: Task) -> None:
    client = division(office)
    attach(client, task, ("画面.png", PNG))
    place = EvidenceFolder(office.data_dir / "evidence").place_of(hashlib.sha256(PNG).hexdigest())

    place.write_bytes(b"<html><script>alert(1)</script>")

    answer = client.get("/attachments/1/view")
    assert answer.status_code == 404
    assert "保管した後に変わっています。" in answer.text
    assert "alert" not in answer.text


def test_a_removed_document_leaves_its_record_and_its_bytes_are_gone(office: Office, task: Task) -> None:
    client = member(office)
    attach(client, task, ("写し.pdf", PDF))
    assert len(kept_in(office)) == 1

    answer = remove(client, 1)

    assert "証跡を取り除きました。取り除いた記録は残ります。" in words_of(client.get(answer.headers["location"]).text)
    assert kept_in(office) == []
    (left,) = documents_of(office, task)
    assert (left.name, left.removed_by, left.removal_reason) == ("写し.pdf", CLERK, "個人情報が写っていたため。")
    for browser in (client, division(office), auditor(office)):
        page = words_of(browser.get(f"/tasks/{task.key}").text)
        assert "写し.pdf 取り除きました（令和6年3月18日（月） 9:00 職員０１ 個人情報が写っていたため。）" in page
        assert "証跡を取り除きました" in page
        for path in ("/attachments/1", "/attachments/1/view"):
            gone = browser.get(path)
            assert gone.status_code == 410
            assert "「写し.pdf」は取り除かれました。" in gone.text
            assert PDF not in gone.content
    assert remove(client, 1).status_code == 303
    assert kinds_of_events(office, f"task:{task.key}") == ["EvidenceRemoved", "EvidenceAttached", "TaskOpened"]


def test_bytes_that_another_document_has_as_well_stay(office: Office, task: Task) -> None:
    other = given(office, a_task("2", department_code=CARE))
    attach(member(office), task, ("写し.pdf", PDF))
    attach(member(office, CARE), other, ("同じもの.pdf", PDF))

    remove(member(office), 1)

    assert member(office, CARE).get("/attachments/2").content == PDF
    assert member(office).get("/attachments/1").status_code == 410
    remove(member(office, CARE), 2)
    assert kept_in(office) == []


def test_a_department_removes_its_own_only_and_only_while_the_task_is_open(office: Office, task: Task) -> None:
    attach(member(office), task, ("課の.pdf", PDF))
    attach(division(office), task, ("情報管理課の.png", PNG))

    foreign = remove(member(office), 2)
    assert foreign.status_code == 409
    assert "「情報管理課の.png」は取り除けません。" in foreign.text
    assert remove(member(office, CARE), 1).status_code == 404
    page = member(office).get(f"/tasks/{task.key}").text
    assert "/attachments/1/removal" in page
    assert "/attachments/2/removal" not in page
    with office.store.transaction() as records:
        records.tasks.save(*known(office, task).complete("済み。", OCCASION))
    closed = remove(member(office), 1)
    assert closed.status_code == 409
    assert "/attachments/1/removal" not in member(office).get(f"/tasks/{task.key}").text
    assert member(office).get("/attachments/1").content == PDF
    assert attach(member(office), task, ("後から.png", PNG)).status_code == 409
    assert remove(division(office), 1).status_code == 303


def test_a_removal_without_a_reason_is_refused_beside_its_field(office: Office, task: Task) -> None:
    attach(member(office), task, ("写し.pdf", PDF))
    before = everything_but_sign_ins(office)

    for client in (member(office), division(office)):
        answer = remove(client, 1, reason=" \r\n")
        assert answer.status_code == 422
        assert "取り除く理由を書いてください。" in answer.text
    assert everything_but_sign_ins(office) == before
    assert member(office).get("/attachments/1").content == PDF


@pytest.mark.parametrize(
    "trouble",
    [
        "CREATE TRIGGER trouble AFTER INSERT ON event BEGIN SELECT RAISE(ABORT, 'disk full'); END",
        # found out only at the end of the transaction
        "CREATE TRIGGER trouble AFTER INSERT ON event BEGIN INSERT INTO child VALUES (1); END",
    ],
)
def test_a_removal_that_cannot_be_recorded_leaves_the_bytes_where_they_were(
    office: Office, task: Task, trouble: str
) -> None:
    attach(member(office), task, ("写し.pdf", PDF))
    before = kept_in(office)
    clerk = Account("member-patient", CLERK, Role.MEMBER, DISABILITY)
    patient = signed_in(office, clerk, raise_server_exceptions=False)
    reader = member(office)
    with office.store.transaction() as records:
        for statement in (
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)", trouble,
        ):  # fmt: skip
            records.connection.exec_driver_sql(statement)

    assert remove(patient, 1).status_code == 500

    assert kept_in(office) == before
    assert reader.get("/attachments/1").content == PDF


def test_bytes_set_aside_by_a_program_that_was_killed_are_still_given_out(office: Office, task: Task) -> None:
    attach(member(office), task, ("写し.pdf", PDF))

    EvidenceFolder(office.data_dir / "evidence").set_aside(hashlib.sha256(PDF).hexdigest())

    assert member(office).get("/attachments/1").content == PDF


def test_a_document_number_that_does_not_exist_is_told_in_our_own_page(office: Office, task: Task) -> None:
    attach(member(office), task, ("写し.pdf", PDF))

    for client in (member(office), member(office, CARE), division(office)):
        for number in ("99", "0", "x", "9" * 14):
            for answer in (
                client.get(f"/attachments/{number}"), client.get(f"/attachments/{number}/view"),
                client.post(f"/attachments/{number}/removal", data={"reason": "x"}),
            ):  # fmt: skip
                assert answer.status_code == 404
                assert f"証跡「{number}」はありません。" in answer.text
    foreign = member(office, CARE).get("/attachments/1")
    assert (foreign.status_code, "証跡「1」はありません。" in foreign.text) == (404, True)
    assert "写し" not in foreign.text
