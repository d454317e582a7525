"""Attacks by whoever is signed in: a department's clerk or an auditor who writes requests by hand."""

import io
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.builders import a_file, a_row, everything_in, take
from tests.documents import PDF, PROGRAM, a_bomb
from tests.web.situations import (
    CARE,
    DISABILITY,
    TODAY,
    Browser,
    a_letter,
    a_page_of,
    a_task,
    administrator,
    an_office,
    answered,
    auditor,
    chief,
    division,
    given,
    member,
    outside,
    signed_in,
    words_of,
)
from tracker.domain.accounts import Account, Role
from tracker.domain.tasks import Task
from tracker.office import Office

SECRET = "介護の秘密"
SCRIPT = "<script>alert(1)</script>"
MARKUP = f'"><img src=x onerror=alert(1)>{SCRIPT}'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EVIL_NAME = 'x"\r\nSet-Cookie: a=b\r\n;filename=<b>.html'
TRICKS = (
    "/tasks/%2e%2e/%2e%2e/etc/passwd", "/tasks/..%2f..%2fetc%2fpasswd", "/tasks/a%00b", "/tasks/%ff%fe", "/tasks/%0d%0aa:b",
    "/attachments/%2e%2e%2f1", "/attachments/1%00", "/attachments/1/view%00", "/attachments/-1", "/attachments/１",
    "/attachments/99999999999999999999999", "/static/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "/static/%00",
    "/static/vendor/..%5c..%5capp.py", "/tasks/" + "あ" * 500, "/" + "a" * 60_000, "/calendar?month=%00",
    "/search?q=%00%ff", "/search?q=" + "あ" * 5000, "/timeline?from=9999-12-31&to=0001-01-01", "/timeline?year=-1",
    "/tasks?page=99999999999999999999999", "/tasks?deadline=%00&q=%27%22%00", "/?after=99999999999999999999999&page=-1",
)  # fmt: skip


class Active(HTMLParser):
    """What of a page would act: a script of its own text, an attribute that listens, a picture of nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what acts."""
        kept = dict(attrs)
        ours = str(kept.get("src", "")).startswith("/static/")
        if tag in ("svg", "img") and not ours and ("onload" in kept or kept.get("src") == "x"):
            self.found.append(tag)
        if tag == "script" and not ours:
            self.found.append(tag)
        self.found += [name for name in kept if name.startswith("on")]


def active_in(page: str) -> list[str]:
    """What of a page would act."""
    reader = Active()
    reader.feed(page)
    return reader.found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path)


@pytest.fixture
def foreign(office: Office) -> Task:
    """A task of another department, with a document and an answer."""
    task = given(office, a_task(SECRET, department_code=CARE, body=SECRET), a_task("自分の"))
    answered(office, task, note=SECRET)
    files = [("files", ("秘密.pdf", PDF))]
    assert member(office, CARE).post("/attachments", data={"task": task.key}, files=files).status_code == 303
    return task


@pytest.mark.parametrize("browser", [member, chief])
def test_nothing_of_another_department_is_read_by_any_address(
    office: Office, foreign: Task, browser: Callable[[Office], Browser]
) -> None:
    client = browser(office)

    for path in ("/attachments/1", "/attachments/1/view", f"/tasks/{foreign.key}", f"/tasks/{foreign.key}?after=1"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "はありません。" in answer.text
    narrowed = f"department={CARE}&finding=R5-1&standing=all&closed=1"
    for path in (
        "/?after=1", "/?after=2", "/?after=3", f"/tasks?{narrowed}&q={SECRET}", f"/calendar?{narrowed}&month=2024-03",
        f"/timeline?{narrowed}&by=finding&chosen={foreign.key}&task={foreign.key}", f"/search?q={SECRET}&{narrowed}",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        shown = words_of(answer.text).replace(f"「{SECRET}」", "")  # what was asked for is said again
        assert SECRET not in shown, path
        assert "秘密.pdf" not in answer.text, path


@pytest.mark.parametrize("browser", [member, chief])
def test_nothing_of_another_department_is_changed_by_any_form(
    office: Office, foreign: Task, browser: Callable[[Office], Browser]
) -> None:
    client, mine = (
        browser(office),
        {"department": DISABILITY, "department_code": DISABILITY, "version": "1", "round": "1"},
    )
    before = everything_in(office)

    for path, fields in (
        ("/starts", {}), ("/comments", {"comment": "x"}), ("/submissions", {"kind": "done", "note": "x"}),
        ("/submissions", {"kind": "not-ours", "department": DISABILITY, "note": "x"}),
        ("/submissions", {"kind": "extension", "deadline": "R6.5.31", "note": "x"}),
        ("/attachments", {}), ("/attachments/1/removal", {"reason": "x"}), ("/assignments", {"officer": "1"}),
    ):  # fmt: skip
        files = [("files", ("x.pdf", PDF))] if path in ("/attachments", "/submissions") else None
        answer = client.post(path, data={"task": foreign.key} | mine | fields, files=files)
        refused = 403 if path == "/assignments" and browser is member else 404
        assert answer.status_code == refused, path
        assert SECRET not in answer.text.replace(foreign.key, "")
    assert everything_in(office) == before


def test_fields_that_the_form_does_not_have_change_nothing_of_an_answer(office: Office, foreign: Task) -> None:
    """Who answers, for whom and when is known from the session and the records, whatever the form says."""
    own, client = a_task("自分の"), member(office)
    invented = {
        "officer": "部長", "department": CARE, "department_code": CARE, "by": "情報管理課", "closed_on": "2020-01-01",
        "version": "99", "completed": "1", "decision": "accepted", "role": "division",
    }  # fmt: skip

    answer = client.post("/submissions", data={"task": own.key, "kind": "done", "note": "書いた"} | invented)

    assert answer.status_code == 303
    with office.store.reading() as records:
        task, sent = records.tasks.find(own.key), records.submissions.pending_of(own.key)
    assert task is not None
    assert sent is not None
    assert (task.department_code, task.completed_on, task.is_open) == (DISABILITY, None, True)
    assert (sent.officer, sent.department_code, sent.submitted_on) == ("職員０１", DISABILITY, TODAY)


def test_an_auditor_with_any_token_changes_nothing(office: Office, foreign: Task) -> None:
    client, own, others = auditor(office), auditor(office).token, [division(office).token, member(office, CARE).token]
    before = everything_in(office)

    for token in (own, *others):
        for path in (
            "/comments", "/attachments", "/attachments/1/removal", "/submissions", "/starts", "/completions",
            "/corrections", "/previews", "/imports", "/accounts",
        ):  # fmt: skip
            data = {"csrf_token": token, "task": foreign.key, "comment": "x", "reason": "x", "version": "1"}
            assert client.post(path, data=data).status_code in (403, 404, 405), path
    assert everything_in(office) == before


def test_a_token_of_another_a_cut_one_and_none_are_all_refused(office: Office, foreign: Task) -> None:
    client, form = member(office), {"task": a_task("自分の").key, "comment": "x"}
    own, others = client.token, member(office, CARE).token
    before = everything_in(office)

    for token in (others, own[:-1], own + "x", own.replace(".", ""), "", "あ" * 50, "\0", others.split(".")[0]):
        answer = client.post("/comments", data=form | {"csrf_token": token})
        assert answer.status_code == 403, token
        assert "何も変わっていません。" in answer.text
    assert everything_in(office) == before


@pytest.mark.parametrize("browser", [member, auditor])
def test_no_trick_with_an_address_leads_out_of_our_own_pages(
    office: Office, foreign: Task, browser: Callable[[Office], Browser]
) -> None:
    client = browser(office)

    for path in TRICKS:
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert "root:" not in answer.text, path
        assert '"""' not in answer.text, path
        assert 'lang="ja"' in answer.text or answer.status_code == 303, path
        assert not answer.headers.get("location", "/").startswith(("//", "http")), path
        assert "a" not in answer.headers, path


def test_a_file_name_stays_within_its_header_and_its_file_is_only_saved(office: Office) -> None:
    task, client = given(office, a_task()), member(office)
    names = (
        EVIL_NAME,
        "図.svg",
        "頁.html",
        "../../../x.txt",
        f"{MARKUP}.txt",
        "=cmd|' /C calc'!A0.txt",
        "a" * 400 + ".txt",
    )
    for number, name in enumerate(names):
        files = [("files", (name, SVG + str(number).encode()))]
        client.post("/attachments", data={"task": task.key}, files=files)
    with office.store.reading() as records:
        kept = records.submissions.attachments_of(task.key)

    assert kept
    for one in kept:
        assert len(one.name) <= 200
        assert not re.search(r"[\r\n/\\]", one.name)
        for path in (f"/attachments/{one.id}", f"/attachments/{one.id}/view"):
            answer = client.get(path)
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith('attachment; filename="file')
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "set-cookie" not in answer.headers
    for reader in (client, division(office), auditor(office)):
        assert active_in(reader.get(f"/tasks/{task.key}").text) == []


def test_a_picture_that_is_a_program_for_browsers_is_never_shown_as_a_page(office: Office) -> None:
    task, client = given(office, a_task()), member(office)
    for name, content in (
        ("a.svg", SVG),
        ("b.png", SVG),
        ("c.html", b"<html><script>alert(1)</script>"),
        ("d.pdf", SVG),
    ):
        client.post("/attachments", data={"task": task.key}, files=[("files", (name, content, "image/svg+xml"))])

    for number in range(1, 5):
        answer = client.get(f"/attachments/{number}/view")
        assert answer.status_code == 404 or answer.headers["content-disposition"].startswith("attachment")


def test_what_is_written_acts_nowhere_that_it_is_shown(office: Office, tmp_path: Path) -> None:
    finding = a_row("指導事項", 件名=MARKUP, 指導内容=MARKUP)
    take(office, a_file(tmp_path, "指導事項", finding), on=TODAY)
    task = given(office, a_task(title=f"{MARKUP}題", body=MARKUP))
    clerk = signed_in(office, Account("evil", f"{MARKUP}氏", Role.MEMBER, DISABILITY))
    clerk.post("/starts", data={"task": task.key})
    clerk.post("/comments", data={"task": task.key, "comment": MARKUP})
    files = [("files", (f"{MARKUP}.pdf", PDF))]
    clerk.post("/attachments", data={"task": task.key, "evidence_note": MARKUP}, files=files)
    sent = clerk.post("/submissions", data={"task": task.key, "kind": "done", "note": MARKUP})
    assert sent.status_code == 303
    with office.store.transaction() as records:
        records.outbox.queue(a_letter(subject=MARKUP, body_text=MARKUP))

    pages = ("/", "/tasks", f"/tasks/{task.key}", "/calendar?month=2024-03", "/timeline", f"/search?q={'alert'}")
    more = ("/findings", "/findings/R5-1", "/registers/指導事項", "/letters", "/letters/1", "/handovers", "/checks")
    seen = 0
    for client, paths in ((clerk, pages), (division(office), pages + more), (auditor(office), pages + more)):
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert active_in(answer.text) == [], path
            seen += "alert(1)" in answer.text
    assert seen > 12
    assert active_in(administrator(office).get("/accounts").text) == []
    for place in (a_page_of(office, DISABILITY), "/"):
        assert active_in(outside(office).get(place).text) == []


def test_a_formula_that_was_typed_is_text_in_every_file(office: Office) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    given(office, *(a_task(f"{n}", title=f"{sign}{formula}") for n, sign in enumerate(("", "+", "-", "@", "\t"))))
    place = a_page_of(office, DISABILITY)

    sheet = outside(office).get(f"{place}/期限一覧.xlsx").content
    calendar = outside(office).get(f"{place}/calendar.ics").text

    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    assert "".join(parts.values()).count("HYPERLINK(") >= 5
    assert not [name for name, part in parts.items() if re.search(r"<f[ >]|<hyperlink|externalLink", part)]
    assert calendar.count("BEGIN:VEVENT") == 5


def test_a_line_break_in_a_title_makes_no_line_of_its_own_in_a_calendar(office: Office) -> None:
    given(
        office, a_task(title="題\r\nEND:VEVENT\r\nATTACH:http://evil.example", body="x\nATTENDEE:mailto:a@evil.example")
    )

    lines = outside(office).get(f"{a_page_of(office, DISABILITY)}/calendar.ics").text.splitlines()

    assert lines.count("END:VEVENT") == 1
    assert not [line for line in lines if line.startswith(("ATTACH", "ATTENDEE"))]


def test_each_file_that_is_not_taken_gets_our_page_with_a_sentence_and_a_way_on(office: Office) -> None:
    task, client = given(office, a_task()), member(office)
    before = everything_in(office)

    for name, content, status, sentence in (
        ("大.pdf", PDF + b"0" * (21 << 20), 422, "20MB"),
        ("請求書.pdf", PROGRAM, 422, "実行ファイル（Windowsのプログラム）です。"),
        ("一覧.xlsx", a_bomb(), 422, "一覧.xlsx"),
        ("巨大.pdf", PDF + b"0" * (220 << 20), 413, "送られた内容が大きすぎます。"),
    ):
        for path, kind in (("/attachments", {}), ("/submissions", {"kind": "done", "note": "書いた"})):
            answer = client.post(path, data={"task": task.key} | kind, files=[("files", (name, content))])
            assert answer.status_code == status, (name, path)
            assert sentence in words_of(answer.text), (name, path)
            assert '<link rel="stylesheet"' in answer.text
            assert 'href="/"' in answer.text
    assert everything_in(office) == before
