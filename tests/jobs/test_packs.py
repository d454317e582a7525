"""A hand-over pack: everything about a finding or a department, openable without a server, and nothing that is secret."""

import csv
import io
import json
import re
import subprocess
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest

from jobs.packs import subject_of, write_pack
from notifications.packs import PackedMail, PackIndex, letter_page, letter_text
from tests.conftest import Command
from tests.databases import on_both_databases
from tests.exports.situations import (
    FORMULA,
    MARKUP,
    MON,
    TUE,
    WED,
    a_busy_office,
    secrets_of,
    unpacked,
    with_documents,
)  # fmt: skip
from tests.jobs.situations import an_occasion, completed
from tracker.attaching import remove
from tracker.domain.accounts import Account, Role
from tracker.domain.events import Event, Happened
from tracker.evidence import EVIDENCE_FOLDER, EvidenceFolder
from tracker.office import Office
from tracker.storage.retelling import Retelling

AWKWARD = (
    "写し.pdf",
    "写し.pdf",
    "CON.txt",
    "../../etc/passwd",
    "あ" * 85 + ".xlsx",
    f"{FORMULA}<b>.txt",
    "か\u3099.txt",
)


def pack_of(
    office: Office, day: date = WED, finding: str | None = None, department: str | None = None
) -> tuple[PackIndex, dict[str, bytes]]:
    file = io.BytesIO()
    with office.store.reading() as records:
        told = Retelling.on(records, day, weeks=1)
        index = write_pack(file, records, office, told, subject_of(records, told, finding, department))
    return index, unpacked(file.getvalue())


class Links(HTMLParser):
    """The addresses and the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses, self.elements, self.handlers = list[str](), set[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_every_link_leads_to_a_file_of_the_pack_and_every_file_is_led_to(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    with_documents(office, *AWKWARD)

    _, files = pack_of(office, finding="R5-1")

    reached = {"index.html"}
    for name in [name for name in files if name.endswith(".html") and not name.startswith("通知/")]:
        page = Links(files[name].decode())
        assert not {"script", "iframe", "img", "link"} & page.elements
        assert page.handlers == []
        for address in page.addresses:
            assert ":" not in address
            parts: list[str] = []
            for step in PurePosixPath(name).parent.joinpath(unquote(address)).parts:
                parts = parts[:-1] if step == ".." else [*parts, step]
            reached.add("/".join(parts))
    assert reached == files.keys()


def test_documents_lie_under_their_own_names_with_their_bytes(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    hashes = with_documents(office, *AWKWARD)

    index, files = pack_of(office, finding="R5-1")

    documents = {name: content for name, content in files.items() if name.startswith("証跡/")}
    assert sorted(sha256(content).hexdigest() for content in documents.values()) == sorted(hashes)
    assert {"証跡/001/写し.pdf", "証跡/001/写し（2）.pdf", "証跡/001/\u304c.txt"} <= documents.keys()
    assert all(".." not in PurePosixPath(name).parts and len(PurePosixPath(name).parts) == 3 for name in documents)
    listed = {one["name"]: one for one in json.loads(files["manifest.json"])["files"]}
    assert {listed[name]["original"] for name in documents} == set(AWKWARD)
    assert [one.sha256 for one in index.evidence] == hashes


@on_both_databases
def test_letters_are_there_without_the_addresses_by_which_one_could_answer(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)

    for how in ({"finding": "R5-1"}, {"department": "0201"}, {"department": "区民課"}):
        index, files = pack_of(office, **how)  # type: ignore[arg-type]
        assert len(index.letters) == 1
        text = files[index.letters[0].text].decode("utf-8-sig")
        assert "区民課 御中" in text
        assert "報告　（回答用のリンクは取り除きました）" in text
        assert "報告する" in files[index.letters[0].page].decode()
        for name, content in files.items():
            for secret in (*secrets_of(office), "/submissions/", "/departments/"):
                assert secret.encode() not in content, name


@pytest.mark.parametrize(
    "address",
    [
        "https://zesei.city.example/submissions/WyJ-x.y_z-1", "http://10.0.0.1:8000/zesei/submissions/abc.def",
        "https://zesei.city.example/departments/S3cret-_x", "/departments/S3cret-_x/letters/12?x=1#y",
        "https://zesei.city.example/departments/S3cret-_x/calendar.ics", "/submissions/abc.def",
    ],
)  # fmt: skip
def test_wherever_a_secret_address_stands_in_a_letter_it_is_taken_out(address: str) -> None:
    html = (
        f'<html><head><title>x</title></head><body><a class="b" href="{address}">報告する</a>'
        f"<a href='{address}'>{address}</a>（{address}）{address}。<script>go('{address}')</script>"
        '<a href="https://zesei.city.example/tasks?department=0201">一覧</a></body></html>'
    )
    mail = PackedMail("件名", WED, ("a@city.example",), (), f"報告 {address}\n（{address}）を開く", html)

    page, text = letter_page(mail), letter_text(mail)

    for secret in ("S3cret", "abc.def", "WyJ", "/submissions/", "/departments/", "<script"):
        assert secret not in page + text
    assert "報告する" in page
    assert not [one for one in Links(page).addresses if "tasks" not in one]
    assert "/tasks?department=0201" in page
    assert "）を開く" in text
    assert "default-src 'none'" in page


def test_a_document_that_is_no_longer_what_was_kept_is_left_out_loudly(tmp_path: Path, zesei: Command) -> None:
    office = a_busy_office(tmp_path)
    changed, lost, good = with_documents(office, "改ざん.pdf", "紛失.pdf", "無事.pdf")
    folder = EvidenceFolder(office.data_dir / EVIDENCE_FOLDER)
    folder.place_of(changed).write_bytes(b"something else")
    folder.place_of(lost).unlink()
    output = tmp_path / "pack.zip"

    told = zesei("export", "pack", output, "--finding", "R5-1", "--on", WED, status=1, config=tmp_path / "config.toml")

    files = unpacked(output.read_bytes())
    assert [sha256(files[name]).hexdigest() for name in files if name.startswith("証跡/")] == [good]
    page = files["index.html"].decode()
    assert "入れられなかった証跡が2件あります" in page
    assert page.index("入れられなかった") < page.index("<h2>")
    for name in ("改ざん.pdf", "紛失.pdf"):
        assert name in told.err
        assert name in page
    assert "無事.pdf" not in told.err
    assert {one["sha256"] for one in json.loads(files["manifest.json"])["missing"]} == {changed, lost}


def test_a_document_that_was_taken_away_later_is_named_and_is_no_trouble(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    with_documents(office, "誤り.pdf")
    by = Account("division", "情報管理課", Role.DIVISION)
    remove(office.store, EvidenceFolder(office.data_dir / EVIDENCE_FOLDER), 1, "別人の書類", by, an_occasion(TUE))

    index, files = pack_of(office, MON, finding="R5-1")

    assert (len(index.evidence), index.troubles) == (1, ())
    assert "令和5年7月11日（火）、別人の書類" not in files["index.html"].decode()
    assert "この日の後に取り除かれました" in files["index.html"].decode()
    assert pack_of(office, WED, finding="R5-1")[0].evidence == ()


def test_what_stands_in_the_records_is_words_and_never_a_mark(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    with_documents(office, *AWKWARD)

    index, files = pack_of(office, finding="R5-1")

    for name in ("index.html", *(task.path for task in index.tasks)):
        page = files[name].decode()
        assert "<script" not in page
        assert "<b>" not in page
        assert "&lt;b&gt;太字&lt;/b&gt;" in page
        assert "{{ 7 }}" in page or MARKUP[:8] not in page
    rows = list(csv.reader(io.StringIO(files["対応一覧.csv"].decode("utf-8-sig"), newline="")))
    titles = [row[rows[0].index("件名")] for row in rows[1:]]
    assert len(titles) == 2
    assert all(title.startswith(f"'{FORMULA}") for title in titles)


def test_the_history_tells_every_event_up_to_the_day_and_none_after_it(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    completed(office, "finding:R5-1/2", WED)

    on_tuesday, on_wednesday = (
        {task.key: [line.what for line in task.history] for task in pack_of(office, day, finding="R5-1")[0].tasks}
        for day in (TUE, WED)
    )

    assert on_tuesday["finding:R5-1/2"] == ["対応を登録しました", "期限を変えました"]
    assert on_wednesday["finding:R5-1/2"][-1] == "完了しました"
    assert on_wednesday["finding:R5-1/1"] == ["対応を登録しました", "お知らせを作成しました"]
    assert re.search(r"期限超過|期限当日|最初の", str(pack_of(office, WED, finding="R5-1")[0].tasks[0].history))


def test_a_findings_own_events_stand_on_the_index(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)
    with office.store.transaction() as records:
        said = {"note": "委員会に報告した<i>。"}
        records.events.append([Event(Happened.FINDING_CLOSED, "finding:R5-1", an_occasion(WED), said)])

    _, files = pack_of(office, finding="R5-1")
    _, earlier = pack_of(office, TUE, finding="R5-1")

    page = files["index.html"].decode()
    assert "指導事項を完了としました" in page
    assert "委員会に報告した&lt;i&gt;。" in page
    assert "指導事項の経過" not in earlier["index.html"].decode()


def test_a_department_gets_its_own_tasks_and_no_others(tmp_path: Path) -> None:
    office = a_busy_office(tmp_path)

    own, _ = pack_of(office, department="0201")
    others, files = pack_of(office, department="0101")

    assert {task.key for task in own.tasks} == {"finding:R5-1/1", "finding:R5-1/2"}
    assert all(task.origin.startswith("検査") for task in others.tasks)
    assert "finding:R5-1" not in files["index.html"].decode()
    assert "最初のお知らせ" in str([task.history for task in others.tasks])
    assert "999" not in "".join(files[task.path].decode() for task in others.tasks)


def test_the_pack_is_the_same_each_time_and_other_programs_find_it_whole(tmp_path: Path, zesei: Command) -> None:
    office = a_busy_office(tmp_path)
    with_documents(office, *AWKWARD)
    config, output = tmp_path / "config.toml", tmp_path / "pack.zip"

    zesei("export", "pack", output, "--department", "0201", "--on", WED, config=config)
    first = output.read_bytes()
    zesei("export", "pack", output, "--department", "0201", "--on", WED, "--overwrite", config=config)

    assert output.read_bytes() == first
    folder = tmp_path / "unpacked"
    for name, content in unpacked(first).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    subprocess.run(["sha256sum", "--check", "--strict", "manifest.sha256"], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--finding", "R9-9"), "指導事項「R9-9」は、令和5年7月12日の時点の記録にありません"),
        (("--department", "9999"), "「9999」という課は"), ((), "どちらか一つ"),
        (("--finding", "R5-1", "--department", "0201"), "どちらか一つ"),
        (("--finding", "R5-1", "--on", "2020-01-01"), "最初の記録は"),
        (("--finding", "R5-1", "--on", "2099-01-01"), "今日より後の日です"),
    ],
)  # fmt: skip
def test_what_is_unknown_is_refused_in_a_sentence_and_leaves_no_file(
    tmp_path: Path, zesei: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    a_busy_office(tmp_path)
    on = () if "--on" in arguments else ("--on", "2023-07-12")

    refused = zesei("export", "pack", "pack.zip", *arguments, *on, status=2, config=tmp_path / "config.toml")

    assert sentence in refused.err
    assert not list(tmp_path.glob("*.zip")) + list(tmp_path.glob(".*.part"))
